/** People, posts and the steps that call them: an alert at 3 a.m. must find somebody who can be reached and may answer. */
import type { Person, Post } from '#functions/emergency/roster.ts';
import type { Scope, Step } from '#functions/emergency/plan.ts';
import { may, ROLES } from '#functions/identity/access.ts';
import { type Draft, type Entry, idsOf } from './draft.ts';
import { NOTHING, type Problem, same } from './problem.ts';
import { duplicates, reference, unknownName } from './references.ts';
import { firstGap, firstShortage, instantOf, localOf } from './shifts.ts';

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
  may({ id: '', name: '', roles: [role], towns: ['*'] }, 'incidents:acknowledge'),
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
    time === undefined || instantOf(time) !== undefined
      ? []
      : [problem(path, { expected: REAL_TIME, found: same(`"${time}"`) })],
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

const checkPost = (post: Entry<Post>, draft: Draft): Problem[] => {
  const times = unrealTimes(post);
  return [
    ...checkRole(post),
    ...checkPlaceOfPost(post, draft),
    ...(times.length > 0 ? times : checkOrder(post)),
    ...checkPeopleOfPost(post, draft),
  ];
};

/** What a step calls: all posts of one role in one place. */
interface Place {
  readonly role: unknown;
  readonly scope: unknown;
  readonly town: unknown;
}

const keyOf = ({ role, scope, town }: Place): string => JSON.stringify([scope, scope === 'town' ? town : null, role]);

/** Posts by what calls them. A slip in a post is reported at the post, and not again at each step that would call it. */
class Posts {
  /** Posts whose times can be reckoned with. */
  readonly #sound = new Map<string, Entry<Post>[]>();
  /** Calls of which a misshapen post is one: nothing is said about these. */
  readonly #uncertain = new Set<string>();
  /** Some post does not tell what calls it. */
  readonly #obscure: boolean;

  constructor(draft: Draft) {
    const { posts } = draft;
    const placed = posts.sound.filter(
      (post) => checkRole(post).length === 0 && checkPlaceOfPost(post, draft).length === 0,
    );
    const sound = placed.filter((post) => unrealTimes(post).length === 0 && checkOrder(post).length === 0);
    for (const post of sound) {
      const key = keyOf({ ...post.value, town: post.value.town });
      this.#sound.set(key, [...(this.#sound.get(key) ?? []), post]);
    }
    const values: ReadonlySet<unknown> = new Set(sound.map(({ value }) => value));
    const others = posts.all.filter(({ value }) => !values.has(value)).map(({ value }) => value);
    this.#obscure =
      !posts.complete ||
      placed.length < posts.sound.length ||
      others.some(({ role, scope }) => typeof role !== 'string' || typeof scope !== 'string');
    for (const { role, scope, town } of others) this.#uncertain.add(keyOf({ role, scope, town }));
  }

  /** Undefined where nobody can tell yet. */
  calledBy(place: Place): readonly Entry<Post>[] | undefined {
    const key = keyOf(place);
    return this.#obscure || this.#uncertain.has(key) ? undefined : (this.#sound.get(key) ?? []);
  }

  groups(): readonly (readonly Entry<Post>[])[] {
    return this.#obscure ? [] : [...this.#sound].flatMap(([key, posts]) => (this.#uncertain.has(key) ? [] : [posts]));
  }

  rolesOf(scope: Scope): Set<string> {
    return new Set(
      [...this.#sound.values()].flat().flatMap(({ value }) => (value.scope === scope ? [value.role] : [])),
    );
  }
}

/** The gap is shown where it arises: at the `until` of the last post before it, or at a start that lies ahead. */
const checkGaps = (posts: Posts, now: number): Problem[] =>
  posts.groups().flatMap((group) => {
    const gap = firstGap(
      group.map(({ value }) => value),
      now,
    );
    if (gap === undefined) return [];
    const at = localOf(gap);
    const ended = group.filter(({ value }) => value.rotation.until !== undefined && value.rotation.until <= at);
    const last = ended
      .toSorted((a, b) => String(a.value.rotation.until).localeCompare(String(b.value.rotation.until)))
      .at(-1);
    const expected = { zh: `${at} 起有人值班`, en: `somebody on duty from ${at}` };
    if (last) {
      const hint = {
        zh: '请去掉 until，或增加同角色、同范围的接续岗位',
        en: 'remove until, or add a post of the same role and place that follows',
      };
      return [last.problem(['rotation', 'until'], { expected, found: { zh: '空岗', en: 'nobody' }, hint })];
    }
    const first = group.toSorted((a, b) => a.value.rotation.start.localeCompare(b.value.rotation.start))[0];
    if (first === undefined) return [];
    const { start } = first.value.rotation;
    return [
      first.problem(['rotation', 'start'], { expected, found: { zh: `${start} 才开始`, en: `a start at ${start}` } }),
    ];
  });

interface Call {
  readonly step: Step;
  readonly problem: Entry<unknown>['problem'];
}

const checkCall = ({ step, problem }: Call, index: number, posts: Posts, towns: readonly string[]): Problem[] => {
  const call = step.call[index];
  if (call === undefined) return [];
  const without = (call.scope === 'town' ? towns : [undefined]).filter(
    (town) => posts.calledBy({ ...call, town })?.length === 0,
  );
  if (without.length === 0) return [];
  const roles = posts.rolesOf(call.scope);
  if (!roles.has(call.role)) {
    const what = { zh: `${call.scope} 范围内有岗位的角色`, en: `a role with a post of scope ${call.scope}` };
    return [problem(['call', index, 'role'], unknownName(what, call.role, roles))];
  }
  const names = without.join(', ');
  const expected = { zh: `每个镇都有角色为 ${call.role} 的岗位`, en: `a post with role ${call.role} in every town` };
  return [problem(['call', index], { expected, found: { zh: `${names} 没有`, en: `none in ${names}` } })];
};

/** A step that wants more answers than it calls people would wait in vain. */
const checkAcknowledgements = (
  { step, problem }: Call,
  posts: Posts,
  towns: readonly string[],
  now: number,
): Problem[] => {
  // A gap has been reported by itself; without one, somebody is always there.
  if (step.acknowledgements === 1) return [];
  const local = step.call.some(({ scope }) => scope === 'town');
  for (const town of local ? towns : [undefined]) {
    const groups = step.call.map((call) => posts.calledBy({ ...call, town }));
    if (groups.some((group) => group === undefined || group.length === 0)) return [];
    if (
      groups.some(
        (group) =>
          firstGap(
            (group ?? []).map(({ value }) => value),
            now,
          ) !== undefined,
      )
    )
      return [];
    const called = new Set(groups.flatMap((group) => group ?? []));
    const shortage = firstShortage(
      [...called].map(({ value }) => value),
      step.acknowledgements,
      now,
    );
    if (shortage === undefined) continue;
    const { at, people } = shortage;
    const place = town === undefined ? '' : `${town}, `;
    const expected = {
      zh: `不大于同时被呼叫的人数（${place}${localOf(at)} 时 ${people.length} 人：${people.join('、') || '无'}）`,
      en: `at most the number of people called at once (${place}${localOf(at)}: ${people.length}, ${people.join(', ') || 'nobody'})`,
    };
    return [problem(['acknowledgements'], { expected, found: same(String(step.acknowledgements)) })];
  }
  return [];
};

const checkSteps = (draft: Draft, posts: Posts, now: number | undefined): Problem[] => {
  const towns = [...idsOf(draft.towns)];
  const plans = draft.packs.flatMap((pack) => pack.plans.sound);
  return plans.flatMap((plan) =>
    plan.value.steps.flatMap((step, number) => {
      const problem: Call['problem'] = (path, finding, at) => plan.problem(['steps', number, ...path], finding, at);
      const call = { step, problem };
      return [
        ...step.call.flatMap((_, index) => checkCall(call, index, posts, towns)),
        ...(now === undefined ? [] : checkAcknowledgements(call, posts, towns, now)),
      ];
    }),
  );
};

/** `now` is the district's wall clock (see shifts.ts); undefined where its time zone is not valid. */
export const checkRosters = (draft: Draft, now: number | undefined): Problem[] => {
  const posts = new Posts(draft);
  return [
    ...duplicates({ zh: '镇', en: 'town' }, draft.towns),
    ...duplicates({ zh: '人员', en: 'person' }, draft.people),
    ...duplicates({ zh: '岗位', en: 'post' }, draft.posts),
    ...draft.people.sound.flatMap(checkPerson),
    ...draft.posts.sound.flatMap((post) => checkPost(post, draft)),
    ...(now === undefined ? [] : checkGaps(posts, now)),
    ...checkSteps(draft, posts, now),
  ];
};
