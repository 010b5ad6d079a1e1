/** What of the console is for this person. The server decides what they may do; this decides what they are shown. Pure. */
import type { Profile } from '../model.ts';

type Duty = Profile['duties'][number]['duty'];

/** Those who apply for their department, or answer for it. */
const APPLY: readonly Duty[] = ['it-officer', 'head'];
/** Those of the bureau who see every department's requests. */
const OVERSEE: readonly Duty[] = ['reviewer', 'approver', 'operator', 'auditor'];
/** Those whom steps of requests wait for. */
const DECIDE: readonly Duty[] = ['it-officer', 'head', 'reviewer', 'approver', 'operator'];

const holds = ({ duties }: Profile, wanted: readonly Duty[], department?: string): boolean =>
  duties.some((held) => wanted.includes(held.duty) && (department === undefined || held.department.id === department));

/** Departments whose requests are this person's, in the order in which the duties are named. */
export const ownDepartments = ({ duties }: Profile): string[] => [
  ...new Set(duties.flatMap(({ department, duty }) => (APPLY.includes(duty) ? department.id : []))),
];

export const overseesAll = (profile: Profile, bureau: string): boolean => holds(profile, OVERSEE, bureau);

export const seesRequests = (profile: Profile, bureau: string): boolean =>
  ownDepartments(profile).length > 0 || overseesAll(profile, bureau);

export const hasQueue = (profile: Profile): boolean => holds(profile, DECIDE);

export const isAuditor = (profile: Profile, bureau: string): boolean => holds(profile, ['auditor'], bureau);

/** Where somebody begins: with what waits for them. */
export const startOf = (profile: Profile, bureau: string): string | undefined => {
  if (profile.actions.includes('alerts:read')) return '/';
  if (holds(profile, ['reviewer', 'approver', 'operator'], bureau)) return '/queue';
  if (ownDepartments(profile).length > 0) return '/requests';
  if (isAuditor(profile, bureau)) return '/audit';
  if (profile.actions.includes('directory:read')) return '/directory';
  return undefined;
};
