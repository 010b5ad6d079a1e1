/**
 * Who may do what. The rules are Cedar policies (policies/*.cedar), deny by default: what no policy permits is refused, and
 * a `forbid` wins over every `permit`. Here is what they are asked with.
 */
import type { Text } from '#events/envelope.ts';
import { decided, isAllowed, permitting } from './cedar.ts';
import { type Duty, departmentsHeld, type Principal } from './terms.ts';

export { warmUp } from './cedar.ts';
export * from './terms.ts';

export const ACTIONS = [
  'profile:read',
  'district:read',
  'forms:read',
  'devices:read',
  'alerts:read',
  'incidents:read',
  'incidents:acknowledge',
  'incidents:resolve',
  'phones:read',
  'live:subscribe',
  'cases:create',
  'cases:read',
  'cases:edit',
  'cases:decide',
  'cases:assign',
  'cases:unmask',
  'quota:read',
  'quota:operate',
  'quota:meter',
  'systems:write',
  'directory:read',
  'directory:write',
  'directory:delegate',
  'audit:read',
  'audit:erase',
] as const;
export type Action = (typeof ACTIONS)[number];

export type Resource =
  | { readonly type: 'District' }
  | { readonly type: 'Town' | 'Department' | 'Person'; readonly id: string }
  | {
      readonly type: 'Case';
      readonly id: string;
      readonly department: string;
      /** Who drafted, changed or sent it. */
      readonly people: readonly string[];
      /** The duty that the present step waits for. */
      readonly step?: Duty;
    };

export const DISTRICT: Resource = { type: 'District' };
export const town = (id: string): Resource => ({ type: 'Town', id });
export const department = (id: string): Resource => ({ type: 'Department', id });
export const person = (id: string): Resource => ({ type: 'Person', id });

export const mayOn = (principal: Principal, action: Action, resource: Resource): boolean => isAllowed(principal, action, resource);

/** May the principal do this to the resource? If not: because of which rule, or who may, in words. */
export const refusedBecause = (principal: Principal, action: Action, resource: Resource): Text | undefined => {
  const { allowed, forbiddenBy } = decided(principal, action, resource);
  if (allowed) return undefined;
  if (forbiddenBy.length > 0) return { zh: forbiddenBy.map(({ zh }) => zh).join('；'), en: forbiddenBy.map(({ en }) => en).join('; ') };
  return whoMay(action);
};

const whoMay = (action: Action): Text => {
  const rules = permitting(action);
  if (rules.length === 0) return { zh: '没有规则允许此操作', en: 'no rule permits this' };
  return { zh: `此操作限于：${rules.map(({ zh }) => zh).join('；')}`, en: `only these may: ${rules.map(({ en }) => en).join('; ')}` };
};

/** The places at which a caller may have something to do, the widest first. */
const placesOf = (principal: Principal): Resource[] => [
  DISTRICT,
  person(principal.id),
  ...principal.towns.map(town),
  ...departmentsHeld(principal).map(department),
];

/** The towns in which the principal may do this: a list, `'all'`, or `'none'`. */
export const reach = (principal: Principal, action: Action): readonly string[] | 'all' | 'none' => {
  if (isAllowed(principal, action, DISTRICT)) return 'all';
  const towns = principal.towns.filter((id) => isAllowed(principal, action, town(id)));
  return towns.length > 0 ? towns : 'none';
};

/** The departments in which the principal may do this: a list, `'all'`, or `'none'`. */
export const departmentsOf = (principal: Principal, action: Action): readonly string[] | 'all' | 'none' => {
  if (isAllowed(principal, action, DISTRICT)) return 'all';
  const departments = departmentsHeld(principal).filter((id) => isAllowed(principal, action, department(id)));
  return departments.length > 0 ? departments : 'none';
};

/** Actions on cases are decided on each case; anybody with a duty may come and ask. */
const onCases = (action: Action): boolean => action.startsWith('cases:') && action !== 'cases:create';

/** May the principal do this in this town? Without a town: anywhere at all? */
export const may = (principal: Principal, action: Action, inTown?: string): boolean => {
  if (inTown !== undefined) return isAllowed(principal, action, town(inTown));
  if (onCases(action)) return principal.duties.length > 0;
  return placesOf(principal).some((place) => isAllowed(principal, action, place));
};

/** Whose duty the caller acts by, where an own one would not do. */
export const behalf = (principal: Principal, action: Action, resource: Resource): string | undefined => {
  const own = principal.duties.filter((duty) => duty.for === undefined);
  if (own.length === principal.duties.length || mayOn({ ...principal, duties: own }, action, resource)) return undefined;
  return principal.duties.find((duty) => duty.for !== undefined && mayOn({ ...principal, duties: [...own, duty] }, action, resource))?.for;
};
