/** Whom one can be on the local cloud: whoever is on duty now, DevOps, a citizen, and everybody in the district's YAML. */
import type { Text } from '#events/envelope.ts';
import { onDuty } from '#functions/emergency/duty.ts';
import type { Person, Post } from '#functions/emergency/roster.ts';
import type { Officer } from '#functions/identity/officer.ts';
import { DUTY_NAMES } from '#functions/identity/terms.ts';
import type { Config, District } from '../config/schema.ts';

export interface Persona {
  /** What `npm run token` takes. */
  readonly id: string;
  /** The token's subject. What it may do follows from it: personas with the same subject have the same roles and towns. */
  readonly sub: string;
  readonly name: Text;
  readonly roles: readonly string[];
  readonly towns: readonly string[];
  /** The posts, in words. */
  readonly title: Text;
}

const PERSON = 'person:';

/** Not by name but by the post they hold at the moment. */
export const isOfPost = ({ id, sub }: Persona): boolean => id !== sub && !id.startsWith(PERSON);
export const isPerson = ({ id }: Persona): boolean => id.startsWith(PERSON);

const holds = ({ rotation, overrides = [] }: Post, person: string): boolean =>
  rotation.members.includes(person) || overrides.some((override) => override.person === person);

/** A duty officer acts in the own towns only (identity/access.ts): the district's duty desk answers for all of them. */
const townsOf = ({ town, role }: Post, district: District): readonly string[] => {
  if (town !== undefined) return [town];
  return role === 'duty-officer' ? district.towns.map(({ id }) => id) : [];
};

const unique = (values: readonly string[]): string[] => [...new Set(values)];

const joined = (names: readonly Text[]): Text =>
  names.length === 0
    ? { zh: '无岗位', en: 'No post' }
    : { zh: names.map(({ zh }) => zh).join('、'), en: names.map(({ en }) => en).join(', ') };

const personaOf = (person: Person, district: District): Persona => {
  const posts = district.posts.filter((post) => holds(post, person.id));
  return {
    id: `${PERSON}${person.id}`,
    sub: person.id,
    name: person.name,
    roles: unique(posts.map(({ role }) => role)),
    towns: unique(posts.flatMap((post) => townsOf(post, district))),
    title: joined(posts.map(({ name }) => name)),
  };
};

/** By the duty: `it-officer-education`, `reviewer`; a second holder is `reviewer-2`. Machine clients go by their own id. */
const officerPersonas = ({ officers, departments, bureau }: District): Persona[] => {
  const taken = new Map<string, number>();
  return officers.map(({ id, kind, name, duties }: Officer): Persona => {
    const [first] = duties;
    const base =
      first === undefined || kind === 'service' ? id : first.department === bureau ? first.duty : `${first.duty}-${first.department}`;
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    const places = duties.map(({ department, duty }) => {
      const place = departments.find((one) => one.id === department)?.name ?? { zh: department, en: department };
      return { zh: `${place.zh}${DUTY_NAMES[duty].zh}`, en: `${DUTY_NAMES[duty].en}, ${place.en}` };
    });
    return { id: count === 1 ? base : `${base}-${count}`, sub: id, name, roles: [], towns: [], title: joined(places) };
  });
};

/** `now` in ms since the epoch. */
export const personas = ({ district }: Config, now: number): Persona[] => {
  const people = district.people.map((person) => personaOf(person, district));
  const whoHolds = (id: string, posts: readonly Post[]): Persona[] => {
    for (const post of posts) {
      const holder = onDuty(post, now, district.timezone);
      const person = people.find(({ sub }) => sub === holder);
      if (person) return [{ ...person, id, title: post.name }];
    }
    return [];
  };
  const withRole = (wanted: string, town?: string): readonly Post[] =>
    district.posts.filter((post) => post.role === wanted && (town === undefined || post.town === town));
  return [
    ...district.towns.flatMap(({ id }) => whoHolds(`duty-officer-${id}`, withRole('duty-officer', id))),
    ...whoHolds('commander', withRole('commander')),
    ...whoHolds('city-liaison', withRole('city-liaison')),
    {
      id: 'devops',
      sub: 'devops',
      name: { zh: '运维员', en: 'DevOps engineer' },
      roles: ['devops'],
      towns: [],
      title: { zh: '运维', en: 'DevOps' },
    },
    {
      id: 'citizen',
      sub: 'citizen',
      name: { zh: '居民', en: 'Citizen' },
      roles: ['citizen'],
      towns: district.towns.slice(0, 1).map(({ id }) => id),
      title: { zh: '居民', en: 'Resident' },
    },
    ...officerPersonas(district),
    ...people,
  ];
};
