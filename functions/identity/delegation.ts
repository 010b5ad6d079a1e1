/** Acting for somebody (代理、委托): a person lets a colleague of the same department use one of their own duties, to the end of a day. */
import { type Occurrence, occurred, type Text } from '#events/envelope.ts';
import { DelegationRevoked, DutyDelegated } from '#events/identity.ts';
import { type Entry, isDay, ownDuties } from './directory.ts';
import type { Duty, DutyName, Principal } from './terms.ts';

interface Named {
  readonly id: string;
  readonly name: Text;
}

export interface Delegation {
  readonly delegationId: string;
  readonly department: string;
  readonly duty: DutyName;
  /** Whose duty it is and stays. */
  readonly delegator: Named;
  readonly deputy: Named;
  readonly reason: string;
  /** The last day. */
  readonly until: string;
  readonly createdAt: string;
  readonly revokedAt?: string;
  readonly revokedBy?: string;
}

export interface DelegationDecision {
  readonly delegation: Delegation;
  readonly occurrences: readonly Occurrence[];
}

/** Longer than that is a change of duties, which the bureau enters. */
export const LONGEST_DAYS = 90;
/** Of one person at once: what the authorizer reads of a deputy stays small. */
export const MOST_AT_ONCE = 10;

export type DelegationRefusal =
  | 'not-your-duty'
  | 'held-by-delegation'
  | 'deputy-is-yourself'
  | 'deputy-is-a-machine'
  | 'not-a-colleague'
  | 'no-such-day'
  | 'ends-in-the-past'
  | 'ends-too-late'
  | 'too-many-delegations';

export interface Asked {
  readonly delegationId: string;
  readonly department: string;
  readonly duty: DutyName;
  readonly reason: string;
  readonly until: string;
}

export interface Parties {
  readonly caller: Principal;
  /** The caller's own entry. */
  readonly delegator: Entry | undefined;
  /** The id that was asked for, and the entry if there is one. */
  readonly deputyId: string;
  readonly deputy: Entry | undefined;
  /** How many delegations of the caller are in force. */
  readonly inForce: number;
}

const DAY_MS = 86_400_000;
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

const sameDuty =
  (one: Duty) =>
  ({ department, duty }: Duty): boolean =>
    department === one.department && duty === one.duty;

const flawOf = (asked: Asked, parties: Parties, today: string): DelegationRefusal | undefined => {
  const { caller, delegator, deputyId, deputy } = parties;
  if (!ownDuties(delegator, today).some(sameDuty(asked))) {
    const lent = caller.duties.filter((duty) => duty.for !== undefined);
    return lent.some(sameDuty(asked)) ? 'held-by-delegation' : 'not-your-duty';
  }
  if (deputyId === caller.id) return 'deputy-is-yourself';
  // Somebody of another department is as unknown as nobody.
  if (!deputy || !ownDuties(deputy, today).some(({ department }) => department === asked.department)) return 'not-a-colleague';
  if (deputy.kind === 'service') return 'deputy-is-a-machine';
  if (!isDay(asked.until)) return 'no-such-day';
  if (asked.until < today) return 'ends-in-the-past';
  if (daysBetween(today, asked.until) > LONGEST_DAYS) return 'ends-too-late';
  return parties.inForce >= MOST_AT_ONCE ? 'too-many-delegations' : undefined;
};

const factsOf = ({ delegationId, department, duty, delegator, deputy, until }: Delegation) => ({
  delegationId,
  department,
  duty,
  delegator: delegator.id,
  deputy: deputy.id,
  until,
});

/** `now` is RFC 3339, `today` the district's day. */
export const delegate = (
  asked: Asked,
  parties: Parties,
  today: string,
  now: string,
): DelegationDecision | { readonly refused: DelegationRefusal } => {
  const refused = flawOf(asked, parties, today);
  if (refused) return { refused };
  const { delegator, deputy } = parties as { delegator: Entry; deputy: Entry };
  const named = ({ id, name }: Entry): Named => ({ id, name });
  const delegation: Delegation = { ...asked, delegator: named(delegator), deputy: named(deputy), createdAt: now };
  return { delegation, occurrences: [occurred(DutyDelegated, [asked.delegationId], factsOf(delegation))] };
};

/** The same request sent again: all that the caller said is as it was. */
export const isAgain = (known: Delegation, asked: Asked, deputyId: string): boolean =>
  known.deputy.id === deputyId && (['department', 'duty', 'reason', 'until'] as const).every((field) => known[field] === asked[field]);

/** By whoever may (the caller checks); again is the same as once. */
export const revoke = (delegation: Delegation, by: string, now: string): DelegationDecision => {
  if (delegation.revokedAt !== undefined) return { delegation, occurrences: [] };
  const revoked: Delegation = { ...delegation, revokedAt: now, revokedBy: by };
  const told = { ...factsOf(delegation), revokedBy: by, revokedAt: now };
  return { delegation: revoked, occurrences: [occurred(DelegationRevoked, [delegation.delegationId], told)] };
};
