/** What of the directory a caller is shown: that of their own departments, themselves, or all. */
import type { DelegationView, OfficerView } from './api.ts';
import type { Delegation } from './delegation.ts';
import { type Entry, isInForce } from './directory.ts';
import type { Principal } from './terms.ts';

/** The departments whose officers the caller may see. */
export type Sight = readonly string[] | 'all' | 'none';

const sees = (sight: Sight, department: string): boolean => sight === 'all' || sight.includes(department);

/** Undefined for whoever is none of the caller's business: as if there were no such entry. */
export const officerView = (
  { entry, version }: { readonly entry: Entry; readonly version: number },
  sight: Sight,
  caller?: Principal,
): OfficerView | undefined => {
  const duties = entry.duties.filter(({ department }) => entry.id === caller?.id || sees(sight, department));
  if (sight !== 'all' && duties.length === 0) return undefined;
  const { id, kind, name, leftOn } = entry;
  return { id, kind, name, duties: [...duties], ...(leftOn !== undefined && { leftOn }), version };
};

export const isParty = ({ delegator, deputy }: Delegation, { id }: Principal): boolean => delegator.id === id || deputy.id === id;

export const maySee = (delegation: Delegation, sight: Sight, caller: Principal): boolean =>
  isParty(delegation, caller) || sees(sight, delegation.department);

/** `entries`: what is known of both parties. */
export const delegationView = (
  delegation: Delegation,
  entries: ReadonlyMap<string, { readonly entry: Entry }>,
  today: string,
): DelegationView => ({
  ...delegation,
  inForce: isInForce(delegation, entries.get(delegation.delegator.id)?.entry, entries.get(delegation.deputy.id)?.entry, today),
});
