/** What one request costs that walks six steps: the engine's own writes counted on a table in memory, priced by infra/prices.ts. */
import { change, type Engine } from '#functions/casework/cases.ts';
import type { Command } from '#functions/casework/decide.ts';
import type { Definition, PeopleStep, ServiceStep } from '#functions/casework/form.ts';
import { CaseStore, type StoredCase } from '#functions/casework/store.ts';
import { calendarOf } from '#infra/config/calendar.ts';
import { loadConfig } from '#infra/config/load.ts';
import { PRICES } from '#infra/prices.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import type { Item } from '#runtime/table.ts';
import { type Part, thousands } from '../part.ts';

const { district } = loadConfig();
const FIELDS = { purpose: 'x'.repeat(600), amounts: { vcpu: 8, memoryGiB: 32, blockGiB: 200 }, months: 12 };
const words = { zh: '环节', en: 'A step' };

const people = (id: string, next: string): PeopleStep => ({
  id,
  name: words,
  people: { duty: 'reviewer', at: 'bureau' },
  within: { workingDays: 2 },
  remind: { workingDays: 1 },
  overdue: { to: { duty: 'approver', at: 'bureau' }, again: { workingDays: 1 } },
  outcomes: { pass: words },
  on: { pass: next },
});
const service = (id: string, next: string): ServiceStep => ({
  id,
  name: words,
  service: `bench.${id}`,
  input: ['amounts', 'months'],
  within: { minutes: 10 },
  silent: 'done',
  on: { done: next },
});

/** Checks, three decisions, two effects. */
const FORM: Definition = {
  id: 'six-steps',
  version: 1,
  digest: 'bench',
  name: words,
  about: words,
  applicants: ['it-officer'],
  schema: { type: 'object', properties: { purpose: { type: 'string' }, amounts: { type: 'object' }, months: { type: 'integer' } } },
  start: 'assess',
  steps: [
    service('assess', 'review'),
    people('review', 'second'),
    people('second', 'approve'),
    people('approve', 'allocate'),
    service('allocate', 'confirm'),
    service('confirm', 'granted'),
  ],
  outcomes: { granted: words },
};

const commandOf = ({ state }: StoredCase): Command => {
  if (state.phase.at !== 'step') throw new Error(`no step: ${state.phase.at}`);
  const { step, attempt } = state.phase;
  if (state.phase.waitsFor) return { type: 'decide', step, outcome: 'pass' };
  return { type: 'answer', answer: { caseId: state.caseId, step, attempt, outcome: 'done', findings: [], result: { price: 97_600 } } };
};

const bytesOf = (item: Item): number => Buffer.byteLength(JSON.stringify(item));
const units = (bytes: number): number => Math.ceil(bytes / 1024);

/** In units of 1 KB: the table's (a transaction's count double) and the two indexes'. */
const unitsOf = (before: Item | undefined, item: Item): { table: number; indexes: number } => {
  const projected = units(bytesOf({ summary: item.summary ?? { S: '' } }) + 200);
  const places = [
    [before?.department, item.department],
    [before?.queue && { S: `${before.queue.S}${before.queueAt?.S}` }, item.queue && { S: `${item.queue.S}${item.queueAt?.S}` }],
  ] as const;
  // What changes its key is taken from one place and put into another.
  const indexes = places.reduce((sum, [old, now]) => sum + (now ? projected : 0) + (old && old.S !== now?.S ? projected : 0), 0);
  return { table: 2 * units(bytesOf(item)), indexes: item.summary ? indexes : 0 };
};

interface Counted {
  table: number;
  indexes: number;
  items: number;
  transactions: number;
  reads: number;
  events: number;
  timers: number;
}

const walk = async (): Promise<{ readonly counted: Counted; readonly history: number; readonly bytes: number }> => {
  const dynamo = new Dynamo('id', 'part');
  const counted: Counted = { table: 0, indexes: 0, items: 0, transactions: 0, reads: 0, events: 0, timers: 0 };
  dynamo.before = ({ name, input }) => {
    if (name.startsWith('Get')) counted.reads += 1;
    if (!name.startsWith('Transact')) return;
    counted.transactions += 1;
    for (const { Put } of input.TransactItems) {
      const item = Put.Item as Item;
      const old = dynamo.items.get([item.id?.S, item.part?.S].join('|'));
      const { table, indexes } = unitsOf(old, item);
      counted.items += 1;
      counted.table += table;
      counted.indexes += indexes;
      const told = item.outbox?.S === undefined ? [] : (JSON.parse(item.outbox.S) as { name: string; data: { remindAt?: string } }[]);
      counted.events += told.length;
      counted.timers += told.reduce((sum, one) => sum + (one.name === 'StepStarted' ? 1 + (one.data.remindAt ? 1 : 0) : 0), 0);
    }
  };
  const store = new CaseStore(dynamo.client, 'cases', { draftDays: 90, caseYears: 10 });
  const engine: Engine = { store, bureau: 'big-data', calendar: calendarOf(district, 2026) };
  const caseId = 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N';
  const actor = { by: 'person:bench', trace: 'bench' };
  let now = Date.parse('2026-07-01T09:00:00+08:00');
  await store.keepForm(FORM);
  let stored = await change(engine, FORM, undefined, { type: 'open', caseId, department: 'education', data: FIELDS }, actor, now);
  stored = await change(engine, FORM, stored, { type: 'submit' }, actor, now);
  while (stored.state.phase.at !== 'ended') {
    // As the handlers do: read, decide, write.
    const before = (await store.get(caseId)) as StoredCase;
    now += 3_600_000;
    const command = commandOf(before);
    const by = command.type === 'answer' ? 'system:bench' : actor.by;
    stored = await change(engine, FORM, before, command, { ...actor, by }, now);
  }
  const bytes = bytesOf(dynamo.items.get(`${caseId}|case`) as Item);
  return { counted, history: (await store.history(caseId)).length, bytes };
};

const dollars = (sum: number): string => `$${sum.toFixed(4)}`;

const costOf = ({ table, indexes, reads, events, timers, transactions }: Counted): Record<string, number> => ({
  DynamoDB: (table + indexes) * PRICES.dynamoWrite + reads * 2 * PRICES.dynamoRead,
  EventBridge: events * PRICES.busEvent,
  Scheduler: timers * PRICES.schedule,
  SQS: events * 3 * PRICES.queueRequest,
  // Each transaction by one invocation of some 100 ms at 512 MB, its events by two more.
  Lambda: (transactions + 2 * events) * (PRICES.lambdaRequest + 0.1 * 0.5 * PRICES.lambdaGbSecond),
  'API Gateway': 6 * PRICES.httpRequest,
});

export const part: Part = {
  name: 'case',
  run: async () => {
    const { counted, history, bytes } = await walk();
    const cost = costOf(counted);
    const sum = Object.values(cost).reduce((total, one) => total + one, 0);
    const { transactions, items, table, indexes, reads, events, timers } = counted;
    return [
      {
        what: `a request of ${(bytes / 1024).toFixed(1)} KB through 6 steps: DynamoDB`,
        reach: 'to know',
        measured: `${transactions} transactions, ${items} items, ${table} + ${indexes} write units (table, indexes), ${reads} reads; ${history} entries of history`,
      },
      { what: 'its events and timers', reach: 'to know', measured: `${events} events, ${timers} timers` },
      {
        what: 'cost per 1,000 such requests, from these counts and infra/prices.ts (Lambda’s time assumed: 100 ms at 512 MB)',
        reach: 'to know',
        measured: `${dollars(sum * 1000)}: ${Object.entries(cost)
          .map(([name, one]) => `${name} ${dollars(one * 1000)}`)
          .join(', ')} (${thousands(1 / sum)} requests a dollar)`,
      },
    ];
  },
};
