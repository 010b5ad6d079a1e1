/** The store on a table in memory, at a time that a test sets. */
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { type CaseEvent, replay } from './case.ts';
import { CASE_ID, FORM, NOW, RETENTION } from './casework.fixture.ts';
import { CaseStore, type StoredCase } from './store.ts';

export const CAUSE = { actor: 'person:jiang-he', trace: 'request-7', now: NOW };

export let table: Dynamo;
export let store: CaseStore;
export let clock: number;
export const itIs = (now: number): void => {
  clock = now;
};
/** An empty table before each test. */
export const begin = (): void => {
  table = new Dynamo('id', 'part');
  clock = NOW;
  table.sorts.byQueue = 'queueAt';
  store = new CaseStore(table.client, 'cases', RETENTION, () => clock);
};

/** Written one after another, as they happened. */
export const written = async (...writes: readonly (readonly CaseEvent[])[]): Promise<StoredCase> => {
  let before: StoredCase | undefined;
  const history: CaseEvent[] = [];
  for (const events of writes) {
    history.push(...events);
    before = await store.put(before, { events, state: replay(history) }, FORM, { ...CAUSE, now: events.at(-1)?.now as number });
  }
  return before as StoredCase;
};

/** One more write over what lies there. */
export const goesOn = async (events: readonly CaseEvent[]): Promise<StoredCase> => {
  const before = (await store.get(CASE_ID)) as StoredCase;
  return store.put(before, { events, state: replay([...(await store.history(CASE_ID)), ...events]) }, FORM, CAUSE);
};
