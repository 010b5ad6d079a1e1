/** What the plans' steps call: somebody on duty at any time, in every town, and as many people as must answer. */
import { shiftsOf } from '#functions/emergency/duty.ts';
import type { Plan, Scope, Step } from '#functions/emergency/plan.ts';
import type { Post } from '#functions/emergency/roster.ts';
import { misplaced, mistimed } from './check-posts.ts';
import type { Draft, Entry } from './draft.ts';
import { unknownName } from './names.ts';
import { NOTHING, type Path, type Problem, same } from './problem.ts';

/** Rosters are looked at so far ahead: one that ends later has time to be continued. */
const HORIZON = 90 * 24 * 3_600_000;

/** All posts of one role in one place, which a step calls at once; undefined where a mistake reported elsewhere keeps them from being known. */
type Group = readonly Entry<Post>[] | undefined;
type Groups = ReadonlyMap<string, Group>;

const keyOf = (role: string, scope: string, town: unknown): string => JSON.stringify([scope, scope === 'town' ? town : null, role]);

/** Undefined where some post doesn't tell what calls it: then nothing can be called missing. */
const groupsOf = (draft: Draft): Groups | undefined => {
  const { posts } = draft;
  if (!posts.complete || posts.sound.some((post) => misplaced(post, draft).length > 0)) return undefined;
  const sound = new Map<unknown, Entry<Post>>(posts.sound.map((post) => [post.value, post]));
  const groups = new Map<string, Group>();
  for (const { value } of posts.all) {
    const { role, scope, town } = value;
    if (typeof role !== 'string' || typeof scope !== 'string' || (scope === 'town' && typeof town !== 'string')) return undefined;
    const key = keyOf(role, scope, town);
    const others = groups.has(key) ? groups.get(key) : [];
    const post = sound.get(value);
    groups.set(key, others && post && mistimed(post).length === 0 ? [...others, post] : undefined);
  }
  return groups;
};

const valuesOf = (group: readonly Entry<Post>[]): Post[] => group.map(({ value }) => value);

const localOf = (instant: number): string => new Date(instant).toISOString().slice(0, 16);

/** The first time at which none of the posts is held; undefined where somebody is, up to the horizon. */
const firstGap = (posts: readonly Post[], now: number): number | undefined => {
  const spells = posts.flatMap((post) => shiftsOf(post).spells).toSorted((a, b) => a.from - b.from);
  let held = now;
  for (const { from, to } of spells) {
    if (from > held) break;
    held = Math.max(held, to);
  }
  return held < now + HORIZON ? held : undefined;
};

/** The first time up to the horizon at which the posts call fewer than `needed` different people. */
const firstShortage = (posts: readonly Post[], needed: number, now: number): { at: number; people: string[] } | undefined => {
  const shifts = posts.map(shiftsOf);
  const times = new Set([now, ...shifts.flatMap(({ changes }) => changes(now, now + HORIZON))]);
  for (const at of [...times].toSorted((a, b) => a - b)) {
    const people = [...new Set(shifts.map(({ holder }) => holder(at)).filter((person) => person !== undefined))];
    if (people.length < needed) return { at, people };
  }
  return undefined;
};

/** The gap is shown where it arises: at the `until` of the last post before it, or at a start that lies ahead. */
const checkGap = (group: readonly Entry<Post>[], now: number): Problem[] => {
  const gap = firstGap(valuesOf(group), now);
  if (gap === undefined) return [];
  const at = localOf(gap);
  const expected = { zh: `${at} 起有人值班`, en: `somebody on duty from ${at}` };
  const ended = group.filter(({ value }) => value.rotation.until !== undefined && value.rotation.until <= at);
  const last = ended.toSorted((a, b) => String(a.value.rotation.until).localeCompare(String(b.value.rotation.until))).at(-1);
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
  return [first.problem(['rotation', 'start'], { expected, found: { zh: `${start} 才开始`, en: `a start at ${start}` } })];
};

interface Call {
  readonly plan: Entry<Plan>;
  readonly path: Path;
  readonly role: string;
  readonly scope: Scope;
}

const callsOf = (plans: readonly Entry<Plan>[]): Call[] =>
  plans.flatMap((plan) =>
    plan.value.steps.flatMap(({ call }, number) => call.map((each, index) => ({ plan, path: ['steps', number, 'call', index], ...each }))),
  );

const rolesIn = (groups: Groups, scope: string): Set<string> =>
  new Set(
    [...groups.keys()].map((key) => JSON.parse(key) as string[]).flatMap(([where, , role]) => (where === scope && role ? [role] : [])),
  );

/** A role that has no post in the call's scope at all. */
const checkRoles = (calls: readonly Call[], groups: Groups): Problem[] =>
  calls.flatMap(({ plan, path, role, scope }) => {
    const roles = rolesIn(groups, scope);
    if (roles.has(role)) return [];
    const what = { zh: `${scope} 范围内有岗位的角色`, en: `a role with a post of scope ${scope}` };
    return [plan.problem([...path, 'role'], unknownName(what, role, roles))];
  });

/** A town that lacks a post which a plan calls in every town. */
const checkTowns = (draft: Draft, calls: readonly Call[], groups: Groups): Problem[] => {
  const local = calls.filter(({ role, scope }) => scope === 'town' && rolesIn(groups, scope).has(role));
  return [...new Set(local.map(({ role }) => role))].flatMap((role) =>
    draft.towns.all.flatMap(({ value, problem }) => {
      if (typeof value.id !== 'string' || groups.has(keyOf(role, 'town', value.id))) return [];
      const plans = [...new Set(local.filter((call) => call.role === role).map(({ plan }) => plan.value.id))].join(', ');
      const expected = {
        zh: `本镇有角色为 ${role} 的岗位（预案 ${plans} 呼叫它）`,
        en: `a post of this town with role ${role}, which is called by ${plans}`,
      };
      return [problem([], { expected, found: NOTHING })];
    }),
  );
};

/** A step that wants more answers than it calls people would wait in vain. */
const checkAcknowledgements = (
  plan: Entry<Plan>,
  number: number,
  step: Step,
  towns: readonly string[],
  groups: Groups,
  now: number,
): Problem[] => {
  const { call, acknowledgements } = step;
  // Where one is enough, only a gap could leave it without, and that is reported by itself.
  if (acknowledgements === 1) return [];
  for (const town of call.some(({ scope }) => scope === 'town') ? towns : [undefined]) {
    const called = call.map(({ role, scope }) => groups.get(keyOf(role, scope, town)));
    if (!called.every((group) => group !== undefined && firstGap(valuesOf(group), now) === undefined)) continue;
    const posts = new Set(called.flatMap((group) => valuesOf(group ?? [])));
    const shortage = firstShortage([...posts], acknowledgements, now);
    if (shortage === undefined) continue;
    const { at, people } = shortage;
    const place = `${town === undefined ? '' : `${town}, `}${localOf(at)}`;
    const expected = {
      zh: `不大于同时被呼叫的人数（${place}：${people.length} 人，${people.join('、')}）`,
      en: `at most the number of people called at once (${place}: ${people.length}, ${people.join(', ')})`,
    };
    return [plan.problem(['steps', number, 'acknowledgements'], { expected, found: same(String(acknowledgements)) })];
  }
  return [];
};

/** `now` is the district's wall clock (functions/emergency/duty.ts). */
export const checkCalls = (draft: Draft, now: number): Problem[] => {
  const groups = groupsOf(draft);
  if (groups === undefined) return [];
  const plans = draft.packs.flatMap((pack) => pack.plans.sound);
  const calls = callsOf(plans);
  const towns = draft.towns.all.map(({ value }) => value.id).filter((id) => typeof id === 'string');
  return [
    ...[...groups.values()].flatMap((group) => (group ? checkGap(group, now) : [])),
    ...checkRoles(calls, groups),
    ...checkTowns(draft, calls, groups),
    ...plans.flatMap((plan) => plan.value.steps.flatMap((step, number) => checkAcknowledgements(plan, number, step, towns, groups, now))),
  ];
};
