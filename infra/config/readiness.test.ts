import { expect, test } from 'vitest';
import { TARGETS } from '../targets.ts';
import { loadConfig } from './load.ts';
import { missingFor } from './readiness.ts';
import type { Config } from './schema.ts';

const shipped = loadConfig();
const ready = (over: Partial<Config['district']> = {}): Config => ({
  ...shipped,
  district: {
    ...shipped.district,
    identity: { ...shipped.district.identity, issuer: 'https://sso.deyang.gov.cn/oidc' },
    alarmEmail: 'ops@luojiang.example',
    people: shipped.district.people.map((person) => ({ ...person, channels: [{ type: 'webhook', address: 'https://work.example/hook' }] })),
    ...over,
  },
});
const said = (config: Config, target: keyof typeof TARGETS) => missingFor(config, TARGETS[target]).map(({ en }) => en);

test('the configuration as it comes serves a laptop and no account', () => {
  expect(said(shipped, 'local')).toEqual([]);
  expect(said(shipped, 'aws-cn')).toEqual([
    expect.stringContaining('placeholder https://sso.sichuan.example'),
    expect.stringContaining('no alarmEmail'),
    expect.stringContaining('no channel that aws-cn can use (webhook)'),
  ]);
});

test('what is complete may be deployed', () => {
  expect(said(ready(), 'aws-cn')).toEqual([]);
});

test('a text message reaches nobody from China’s regions, where SNS sends none', () => {
  const people = shipped.district.people.map((person) => ({ ...person, channels: [{ type: 'sms' as const, address: '+8613800000001' }] }));
  expect(said(ready({ people }), 'aws-us-gov')).toEqual([]);
  expect(said(ready({ people }), 'aws-cn')).toHaveLength(1);
});

test('who stands in for once must be reachable too, who holds no post needn’t', () => {
  const [first, ...rest] = ready().district.people as [Config['district']['people'][number]];
  const mute = { ...first, id: 'mute', channels: [{ type: 'phone' as const, address: '+8613800000099' }] };
  const people = [first, ...rest, mute];
  expect(said(ready({ people }), 'aws')).toEqual([]);
  const posts = shipped.district.posts.map((post, i) =>
    i > 0 ? post : { ...post, overrides: [{ from: '2027-01-01T08:00', to: '2027-01-02T08:00', person: 'mute' }] },
  );
  expect(said(ready({ people, posts }), 'aws')).toEqual([expect.stringMatching(/^1 people .*: mute$/)]);
});
