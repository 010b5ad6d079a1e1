/** Acting for somebody, as the API shows and keeps it. */
import { denied } from '#runtime/http.ts';
import type { Cause } from '#runtime/outbox.ts';
import { keyReused } from '#runtime/preconditions.ts';
import { retryConflicts } from '#runtime/table.ts';
import { DISTRICT, department, departmentsOf, mayOn, type Principal } from './access.ts';
import type { DelegationView } from './api.ts';
import { type Asked, type Delegation, delegate, isAgain, revoke } from './delegation.ts';
import { notYourDelegation, refusal, unknownDelegation } from './refusals.ts';
import type { Directory } from './store.ts';
import { delegationView, isParty, maySee } from './view.ts';

const partiesOf = ({ delegator, deputy }: Delegation): string[] => [delegator.id, deputy.id];

const viewOf = async (directory: Directory, delegation: Delegation, today: string): Promise<DelegationView> =>
  delegationView(delegation, await directory.entries(partiesOf(delegation)), today);

export const listDelegations = async (
  directory: Directory,
  caller: Principal,
  mine: boolean,
  today: string,
): Promise<{ items: DelegationView[] }> => {
  const sight = departmentsOf(caller, 'directory:read');
  const seen = (await directory.delegations(today)).filter((one) => (mine ? isParty(one, caller) : maySee(one, sight, caller)));
  const entries = await directory.entries(seen.flatMap(partiesOf));
  return { items: seen.map((one) => delegationView(one, entries, today)) };
};

/** The id follows from the caller's key: the same request sent again, or twice at once, is one delegation. */
export const delegateDuty = (
  directory: Directory,
  caller: Principal,
  asked: Asked & { readonly deputy: string },
  today: string,
  cause: Cause,
): Promise<DelegationView> =>
  retryConflicts(async () => {
    const { deputy: deputyId, ...what } = asked;
    if (!mayOn(caller, 'directory:delegate', department(what.department))) {
      throw denied(caller, 'directory:delegate', department(what.department));
    }
    const known = await directory.delegation(what.delegationId);
    if (known && !isAgain(known.delegation, what, deputyId)) throw keyReused();
    if (known) return viewOf(directory, known.delegation, today);
    const [entries, current] = await Promise.all([directory.entries([caller.id, deputyId]), directory.delegations(today)]);
    const inForce = current.filter(({ delegator, revokedAt }) => delegator.id === caller.id && revokedAt === undefined).length;
    const parties = { caller, delegator: entries.get(caller.id)?.entry, deputyId, deputy: entries.get(deputyId)?.entry, inForce };
    const decision = delegate(what, parties, today, new Date(cause.now).toISOString());
    if ('refused' in decision) throw refusal(decision.refused);
    await directory.putDelegation(undefined, decision, cause);
    return delegationView(decision.delegation, entries, today);
  });

/** By who gave it, who received it, or a registrar. */
export const revokeDelegation = (
  directory: Directory,
  caller: Principal,
  delegationId: string,
  today: string,
  cause: Cause,
): Promise<DelegationView> =>
  retryConflicts(async () => {
    const known = await directory.delegation(delegationId);
    if (!known || !maySee(known.delegation, departmentsOf(caller, 'directory:read'), caller)) throw unknownDelegation();
    if (!isParty(known.delegation, caller) && !mayOn(caller, 'directory:write', DISTRICT)) throw notYourDelegation();
    const decision = revoke(known.delegation, caller.id, new Date(cause.now).toISOString());
    if (decision.delegation !== known.delegation) await directory.putDelegation(known, decision, cause);
    return viewOf(directory, decision.delegation, today);
  });
