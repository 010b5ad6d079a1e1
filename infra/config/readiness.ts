/** What must be put into the configuration before real people depend on it. A laptop needs none of it, an account all. Pure. */
import type { Text } from '#events/envelope.ts';
import type { Target } from '../targets.ts';
import type { Config } from './schema.ts';

/** RFC 2606: names under `.example` belong to nobody. */
const isPlaceholder = (url: string): boolean => new URL(url).hostname.endsWith('.example');

/** Everybody who may be called there: whoever holds a post, in turn or as a stand-in. */
const calledPeople = ({ district: { posts, people } }: Config) => {
  const ids = new Set(posts.flatMap(({ rotation, overrides = [] }) => [...rotation.members, ...overrides.map(({ person }) => person)]));
  return people.filter(({ id }) => ids.has(id));
};

/** What is missing, in words; empty when it may be deployed to the target. */
export const missingFor = (config: Config, { name, channels, retain }: Pick<Target, 'name' | 'channels' | 'retain'>): Text[] => {
  if (!retain) return [];
  const { identity, alarmEmail } = config.district;
  const mute = calledPeople(config).filter((person) => !person.channels.some(({ type }) => channels.includes(type)));
  return [
    ...(isPlaceholder(identity.issuer)
      ? [{ zh: `identity.issuer 仍是占位地址 ${identity.issuer}`, en: `identity.issuer is still the placeholder ${identity.issuer}` }]
      : []),
    ...(alarmEmail === undefined
      ? [{ zh: '没有 alarmEmail：运维告警无人收到', en: 'no alarmEmail: operational alarms would reach nobody' }]
      : []),
    ...(mute.length > 0
      ? [
          {
            zh: `${mute.length} 人没有 ${name} 可用的渠道（${channels.join('、')}），呼叫不到：${mute.map((one) => one.name.zh).join('、')}`,
            en: `${mute.length} people have no channel that ${name} can use (${channels.join(', ')}) and could not be called: ${mute.map(({ id }) => id).join(', ')}`,
          },
        ]
      : []),
  ];
};
