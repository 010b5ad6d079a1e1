/**
 * Folds a batch of steps that wait for this capability: those of one zone are decided one after another against books that are read
 * once, and written with their answers in one transaction. A thousand requests at once are a hundred transactions, and what racers
 * decide on old books is refused by the books' version and decided again.
 */

import type { StepRequested } from '#events/casework.ts';
import type { EventOf } from '#events/envelope.ts';
import { logger } from '#runtime/logger.ts';
import type { Cause } from '#runtime/outbox.ts';
import type { Received } from '#runtime/queue.ts';
import { retryConflicts } from '#runtime/table.ts';
import type { Allocation } from './allocation.ts';
import { newSystemId } from './applications.ts';
import { DAY } from './calendar.ts';
import { zoneOf } from './catalogue.ts';
import type { QuotaConfig } from './config.ts';
import type { Decided, Desk, StepRequest } from './desk.ts';
import { type Books, type Entry, following } from './ledger.ts';
import { allocationNamed, type Fields, zoneNamed } from './request.ts';
import { CAPABILITY, decide } from './services.ts';
import { answerName, type Change, type QuotaStore, type Stored } from './store.ts';
import type { System } from './system.ts';

export type StepEvent = EventOf<typeof StepRequested>;

interface Waiting {
  readonly messageId: string;
  readonly request: StepRequest;
  readonly event: StepEvent;
}

/** Another request for the same system counts for so many days. */
const RECENT_DAYS = 90;

/** Racers for one zone are few (the subscription's concurrency); each try reads the books anew. */
const TRIES = 12;

const OURS = `${CAPABILITY}.`;

/** Undefined where the step waits for another capability. */
const toRequest = ({ data }: StepEvent): StepRequest | undefined => {
  const { service, input, caseId, department, applicant, step, attempt } = data;
  if (!service.startsWith(OURS)) return undefined;
  return { caseId, department, applicant, step, attempt, what: service.slice(OURS.length), input: input as Fields };
};

const isApplication = ({ input }: StepRequest): boolean => !('allocationId' in input);

/** A zone's requests share its books. Those that name none that exists are refused on empty ones. */
const byZone = async (store: QuotaStore, waiting: readonly Waiting[]): Promise<Map<string, Waiting[]>> => {
  const named = waiting.flatMap(({ request }) => allocationNamed(request.input) ?? []);
  const known = new Map((await store.allocations(named)).map(({ value }) => [value.allocationId, value.zone] as const));
  const groups = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const { input } = one.request;
    const zone = isApplication(one.request) ? zoneNamed(input) : known.get(allocationNamed(input) ?? '');
    groups.set(zone ?? '', [...(groups.get(zone ?? '') ?? []), one]);
  }
  return groups;
};

interface Laid {
  readonly desk: Desk;
  readonly books: Stored<Books> | undefined;
  readonly allocations: ReadonlyMap<string, Stored<Allocation>>;
  readonly systems: ReadonlyMap<string, Stored<System>>;
  /** The books' own entries: the district's YAML says another capacity than when they were last written. */
  readonly entries: readonly Entry[];
}

const unique = (values: readonly string[]): string[] => [...new Set(values)];

const byId = <T>(found: readonly Stored<T>[], id: (value: T) => string): Map<string, Stored<T>> =>
  new Map(found.map((one) => [id(one.value), one] as const));

const valuesOf = <T>(all: ReadonlyMap<string, Stored<T>>): Map<string, T> =>
  new Map([...all].map(([id, { value }]) => [id, value] as const));

/** What another case asked for the systems that these assessments are about. */
const askedFor = async (store: QuotaStore, requests: readonly StepRequest[], systems: readonly System[], now: number) => {
  const since = new Date(now - RECENT_DAYS * DAY).toISOString();
  const ids = requests.flatMap(({ what, input, department }) => {
    const { id, name } = (input.system ?? {}) as { id?: unknown; name?: unknown };
    if (what !== 'assess' || typeof name !== 'string') return [];
    const found = systems.find((system) => system.department === department && (system.systemId === id || system.name === name));
    return [found?.systemId ?? newSystemId(department, name.trim())];
  });
  const cases = await Promise.all(unique(ids).map(async (id) => [id, await store.casesThatAsked(id, since)] as const));
  return new Map(cases);
};

/** Everything that the requests are decided on, as it is now. */
const lay = async (store: QuotaStore, config: QuotaConfig, zone: string, waiting: readonly Waiting[], now: number): Promise<Laid> => {
  const requests = waiting.map(({ request }) => request);
  const applying = unique(requests.filter(isApplication).map(({ department }) => department));
  const assessing = unique(requests.filter(({ what }) => what === 'assess').map(({ department }) => department));
  const place = zoneOf(config.cloud, zone);
  const [books, named, listed, register] = await Promise.all([
    place ? store.books(zone) : undefined,
    store.allocations(requests.flatMap(({ input }) => allocationNamed(input) ?? [])),
    store.allAllocations(['active', 'frozen'], assessing),
    store.allSystems(applying),
  ]);
  const wanted = requests.flatMap(({ input, department }) => {
    const { id, name } = (input.system ?? {}) as { id?: unknown; name?: unknown };
    return [...(typeof id === 'string' ? [id] : []), ...(typeof name === 'string' ? [newSystemId(department, name.trim())] : [])];
  });
  // The index may lag: what is named is read as it is.
  const exact = await store.systems([...wanted, ...named.map(({ value }) => value.system.systemId)]);
  const allocations = byId([...listed, ...named], ({ allocationId }) => allocationId);
  const systems = byId([...register, ...exact], ({ systemId }) => systemId);
  const asked = await askedFor(store, requests, [...valuesOf(systems).values()], now);
  const followed = place
    ? following(books?.value, place, new Date(now).toISOString())
    : { books: { zone, seq: 0, accounts: {}, configured: {}, capacityVersion: 0 }, entries: [] };
  const desk: Desk = {
    cloud: config.cloud,
    departments: config.departments.map(({ id }) => id),
    books: followed.books,
    allocations: valuesOf(allocations),
    systems: valuesOf(systems),
    asked,
  };
  return { desk, books, allocations, systems, entries: followed.entries };
};

const changed = <T>(before: ReadonlyMap<string, Stored<T>>, after: ReadonlyMap<string, T>) =>
  [...after].flatMap(([id, value]) => (before.get(id)?.value === value ? [] : [{ before: before.get(id), after: value }]));

const causeOf = ({ event }: Waiting, now: number): Cause => ({ actor: event.metadata.actor, trace: event.metadata.trace, now });

/** One after another, each on what those before left. A request that breaks the decision fails alone. */
const fold = (laid: Laid, waiting: readonly Waiting[], now: number, failed: Set<string>): Change => {
  let { desk } = laid;
  const decided: { readonly one: Waiting; readonly decision: Decided }[] = [];
  for (const one of waiting) {
    try {
      const decision = decide(desk, one.request, now);
      desk = decision.desk;
      decided.push({ one, decision });
    } catch (error) {
      logger.error('step not decided', { messageId: one.messageId, caseId: one.request.caseId, error: error as Error });
      failed.add(one.messageId);
    }
  }
  const entries = [...laid.entries, ...decided.flatMap(({ decision }) => decision.entries)];
  return {
    ...(entries.length > 0 && { books: { before: laid.books, after: desk.books } }),
    entries,
    allocations: changed(laid.allocations, desk.allocations),
    systems: changed(laid.systems, desk.systems),
    answers: decided.map(({ one, decision: { answer, occurrences, systemId } }) => ({
      answer,
      occurrences,
      systemId,
      cause: causeOf(one, now),
    })),
  };
};

const handleZone = (
  store: QuotaStore,
  config: QuotaConfig,
  zone: string,
  waiting: readonly Waiting[],
  failed: Set<string>,
  clock: () => number,
) =>
  retryConflicts(async () => {
    // Somebody else may have answered since, the conflict's cause perhaps.
    const known = await store.answered(waiting.map(({ request }) => request));
    const seen = new Set(known.keys());
    const open = waiting.filter(({ request }) => {
      const name = answerName(request);
      return !seen.has(name) && seen.add(name);
    });
    if (open.length > 0) {
      const now = clock();
      const laid = await lay(store, config, zone, open, now);
      await store.commit(fold(laid, open, now, failed), { ...causeOf(open[0] as Waiting, now) });
    }
    await Promise.all([...known.values()].map((key) => store.retell(key)));
  }, TRIES);

/** Answers the ids of the messages whose step could not be answered. `clock` in ms since the epoch. */
export const intake = async (
  store: QuotaStore,
  config: QuotaConfig,
  batch: readonly Received<StepEvent>[],
  clock: () => number,
): Promise<string[]> => {
  const waiting = batch.flatMap(({ messageId, event }) => {
    const request = toRequest(event);
    return request ? [{ messageId, request, event }] : [];
  });
  const failed = new Set<string>();
  for (const [zone, group] of waiting.length > 0 ? await byZone(store, waiting) : []) {
    try {
      await handleZone(store, config, zone, group, failed, clock);
    } catch (error) {
      logger.warn('steps not answered', { zone, steps: group.length, error: error as Error });
      for (const { messageId } of group) failed.add(messageId);
    }
  }
  return [...failed];
};
