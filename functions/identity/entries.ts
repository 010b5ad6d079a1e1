/** The directory as its API shows and keeps it: each caller sees their own departments, registrars see and write all. */
import { fromCursor, toCursor } from '#runtime/cursor.ts';
import { denied } from '#runtime/http.ts';
import type { Cause } from '#runtime/outbox.ts';
import { requireVersion } from '#runtime/preconditions.ts';
import { department, departmentsOf, mayOn, type Principal, person } from './access.ts';
import type { OfficerView } from './api.ts';
import { decideEntry, type Entry, type Places, QUIET } from './directory.ts';
import { refusal, unknownOfficer } from './refusals.ts';
import type { Directory } from './store.ts';
import { officerView } from './view.ts';

export interface Asked {
  readonly department?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Page {
  readonly items: OfficerView[];
  readonly next?: string;
}

/** By id. Wherever a cursor comes from, it only says where to go on: whom one sees is asked anew. */
export const listEntries = async (directory: Directory, places: Places, caller: Principal, asked: Asked): Promise<Page> => {
  const { department: only, limit = 200 } = asked;
  const sight = departmentsOf(caller, 'directory:read');
  if (only !== undefined && !places.departments.some(({ id }) => id === only)) throw refusal('unknown-department');
  if (only !== undefined && sight !== 'all' && !sight.includes(only)) throw denied(caller, 'directory:read', department(only));
  const after = fromCursor(asked.cursor)?.id?.S ?? '';
  const seen = (await directory.all())
    .filter(({ entry }) => entry.id > after)
    .flatMap((stored) => officerView(stored, sight, caller) ?? [])
    .filter(({ duties }) => only === undefined || duties.some((duty) => duty.department === only));
  const items = seen.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(last && seen.length > limit && toCursor({ id: { S: last.id } })) };
};

export const getEntry = async (directory: Directory, caller: Principal, id: string): Promise<OfficerView> => {
  const stored = await directory.entry(id);
  const view = stored && officerView(stored, departmentsOf(caller, 'directory:read'), caller);
  if (!view) throw unknownOfficer();
  return view;
};

export const putEntry = async (
  directory: Directory,
  places: Places,
  caller: Principal,
  entry: Entry,
  ifMatch: number,
  cause: Cause,
): Promise<OfficerView> => {
  if (!mayOn(caller, 'directory:write', person(entry.id))) throw denied(caller, 'directory:write', person(entry.id));
  const known = await directory.entry(entry.id);
  const version = known?.version ?? 0;
  requireVersion(version, ifMatch);
  const decision = decideEntry(known?.entry, entry, version + 1, places);
  if (decision !== QUIET && 'refused' in decision) throw refusal(decision.refused);
  if (decision !== QUIET) await directory.putEntry(version, decision, cause);
  return officerView({ entry, version: decision === QUIET ? version : version + 1 }, 'all') as OfficerView;
};
