/**
 * Who may do what. The rules are Cedar policies (policies/*.cedar), deny by default: what no policy permits is refused, and
 * a `forbid` wins over every `permit`. Here is what they are asked with.
 */
import type { Text } from '#events/envelope.ts';
import { isAllowed, permittedTo } from './cedar.ts';

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
  'systems:write',
  'directory:read',
  'directory:write',
  'directory:delegate',
  'audit:read',
  'audit:erase',
] as const;
export type Action = (typeof ACTIONS)[number];

/** What a token's issuer says of its bearer. */
export const ROLES = ['duty-officer', 'commander', 'city-liaison', 'devops', 'citizen'] as const;
export type Role = (typeof ROLES)[number];

/** What the directory says: a duty is held in a department. The last five mean something in the bureau only. */
export const DUTIES = ['it-officer', 'head', 'reviewer', 'approver', 'operator', 'registrar', 'auditor'] as const;
export type DutyName = (typeof DUTIES)[number];

export interface Duty {
  readonly department: string;
  readonly duty: DutyName;
  /** Whose duty it is, where it is held by delegation. */
  readonly for?: string;
}

/** Who is calling: a verified token's words, and the directory's. */
export interface Principal {
  readonly kind: 'person' | 'service';
  /** The token's `sub`; for people on rosters the same as their person id. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Town ids; empty for people of the district or the city. */
  readonly towns: readonly string[];
  readonly duties: readonly Duty[];
  /** The department that runs the platform (大数据主管部门). */
  readonly bureau: string;
}

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
  const { allowed, forbiddenBy } = permittedTo(principal, action, resource);
  if (allowed) return undefined;
  if (forbiddenBy.length > 0) return { zh: forbiddenBy.map(({ zh }) => zh).join('；'), en: forbiddenBy.map(({ en }) => en).join('; ') };
  return whoMay(action);
};

const whoMay = (action: Action): Text => {
  const rules = permittedTo.rules(action);
  if (rules.length === 0) return { zh: '没有规则允许此操作', en: 'no rule permits this' };
  return { zh: `此操作限于：${rules.map(({ zh }) => zh).join('；')}`, en: `only these may: ${rules.map(({ en }) => en).join('; ')}` };
};

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** The places at which a caller may have something to do, the widest first. */
const placesOf = (principal: Principal): Resource[] => [
  DISTRICT,
  person(principal.id),
  ...principal.towns.map(town),
  ...unique(principal.duties.map((duty) => duty.department)).map(department),
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
  const departments = unique(principal.duties.map((duty) => duty.department)).filter((id) => isAllowed(principal, action, department(id)));
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
