/** People and posts: an alert at 3 a.m. must find somebody who can be reached and may answer. */
import { instantOf } from '#functions/emergency/duty.ts';
import type { Person, Post } from '#functions/emergency/roster.ts';
import { may, ROLES } from '#functions/identity/access.ts';
import type { Draft, Entry } from './draft.ts';
import { duplicates, reference, unknownName } from './names.ts';
import { NOTHING, type Problem, same } from './problem.ts';

const ADDRESSES = {
  phone: {
    pattern: /^\+[1-9]\d{6,14}$/,
    zh: '带国家码的号码，如 "+8613800000000"',
    en: 'a number with its country code, such as "+8613800000000"',
  },
  sms: {
    pattern: /^\+[1-9]\d{6,14}$/,
    zh: '带国家码的号码，如 "+8613800000000"',
    en: 'a number with its country code, such as "+8613800000000"',
  },
  webhook: { pattern: /^https:\/\/[^\s/]+/, zh: 'https 网址', en: 'an https URL' },
} as const;

const checkPerson = ({ value, problem }: Entry<Person>): Problem[] =>
  value.channels.flatMap(({ type, address }, index) => {
    const expected = ADDRESSES[type];
    if (expected.pattern.test(address)) return [];
    return [
      problem(['channels', index, 'address'], {
        expected: { zh: expected.zh, en: expected.en },
        found: same(JSON.stringify(address)),
      }),
    ];
  });

/** Roles whose people may acknowledge: any other would be called and could not answer. */
const answering = ROLES.filter((role) =>
  may({ kind: 'person', id: '', name: '', roles: [role], towns: ['*'], duties: [], bureau: '' }, 'incidents:acknowledge'),
);

const checkPlaceOfPost = ({ value: post, problem }: Entry<Post>, draft: Draft): Problem[] => {
  if (post.scope === 'town') {
    const towns = { zh: '镇 id', en: 'the id of a town' };
    if (post.town === undefined) return [problem(['town'], { expected: towns, found: NOTHING })];
    const unknown = reference(towns, post.town, draft.towns);
    return unknown ? [problem(['town'], unknown)] : [];
  }
  if (post.town === undefined) return [];
  const expected = { zh: `不写 town（scope 为 ${post.scope}）`, en: `no town, as scope is ${post.scope}` };
  return [problem(['town'], { expected, found: same(`"${post.town}"`) }, 'key')];
};

const REAL_TIME = { zh: '真实存在的日期和时间', en: 'a date and time that exist' };

/** The times of a post that no calendar has. */
const unrealTimes = ({ value: { rotation, overrides = [] }, problem }: Entry<Post>): Problem[] =>
  [
    { path: ['rotation', 'start'], time: rotation.start },
    { path: ['rotation', 'until'], time: rotation.until },
    ...overrides.flatMap(({ from, to }, index) => [
      { path: ['overrides', index, 'from'], time: from },
      { path: ['overrides', index, 'to'], time: to },
    ]),
  ].flatMap(({ path, time }) =>
    time === undefined || instantOf(time) !== undefined ? [] : [problem(path, { expected: REAL_TIME, found: same(`"${time}"`) })],
  );

/** Local times of one form sort as texts. */
const checkOrder = ({ value: { rotation, overrides = [] }, problem }: Entry<Post>): Problem[] =>
  [
    { path: ['rotation', 'until'], after: rotation.start, time: rotation.until, name: 'start' },
    ...overrides.map(({ from, to }, index) => ({
      path: ['overrides', index, 'to'],
      after: from,
      time: to,
      name: 'from',
    })),
  ].flatMap(({ path, after, time, name }) => {
    if (time === undefined || time > after) return [];
    const expected = { zh: `晚于 ${name}（${after}）的时间`, en: `a time after ${name} (${after})` };
    return [problem(path, { expected, found: same(`"${time}"`) })];
  });

const checkPeopleOfPost = ({ value: { rotation, overrides = [] }, problem }: Entry<Post>, draft: Draft): Problem[] =>
  [
    ...rotation.members.map((id, index) => ({ path: ['rotation', 'members', index], id })),
    ...overrides.map(({ person }, index) => ({ path: ['overrides', index, 'person'], id: person })),
  ].flatMap(({ path, id }) => {
    const unknown = reference({ zh: '已有的人员', en: 'a person' }, id, draft.people);
    return unknown ? [problem(path, unknown)] : [];
  });

const checkRole = ({ value: { role }, problem }: Entry<Post>): Problem[] => {
  if (answering.some((known) => known === role)) return [];
  return [problem(['role'], unknownName({ zh: '可以应答的角色', en: 'a role that may acknowledge' }, role, answering))];
};

/** What keeps a post from being told apart by who calls it. */
export const misplaced = (post: Entry<Post>, draft: Draft): Problem[] => [...checkRole(post), ...checkPlaceOfPost(post, draft)];

/** What keeps a post's times from being reckoned with. */
export const mistimed = (post: Entry<Post>): Problem[] => {
  const unreal = unrealTimes(post);
  return unreal.length > 0 ? unreal : checkOrder(post);
};

export const checkPosts = (draft: Draft): Problem[] => [
  ...duplicates({ zh: '镇', en: 'town' }, draft.towns),
  ...duplicates({ zh: '人员', en: 'person' }, draft.people),
  ...duplicates({ zh: '岗位', en: 'post' }, draft.posts),
  ...draft.people.sound.flatMap(checkPerson),
  ...draft.posts.sound.flatMap((post) => [...misplaced(post, draft), ...mistimed(post), ...checkPeopleOfPost(post, draft)]),
];
