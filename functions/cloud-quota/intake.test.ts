import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { conflicting, Dynamo } from '#runtime/dynamo.fixture.ts';
import { logger } from '#runtime/logger.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { type Amounts, isNothing, plus } from './amounts.ts';
import { allocation, allocationId, CONFIG, caseId, DEPARTMENTS, INPUT, NOW, SYSTEM_ID } from './cloud-quota.fixture.ts';
import { audit } from './daily.ts';
import { intake, type StepEvent } from './intake.ts';
import { freeOf } from './ledger.ts';
import { QuotaStore } from './store.ts';
import { UsageStore } from './usage-store.ts';

let table: Dynamo;
let store: QuotaStore;
beforeEach(() => {
  table = new Dynamo('id', 'part');
  store = new QuotaStore(table.client, 'quota');
  vi.restoreAllMocks();
});

interface Told {
  readonly number?: number;
  readonly what?: string;
  readonly input?: object;
  readonly department?: string;
  readonly attempt?: number;
  readonly service?: string;
}

const event = ({ number = 1, what = 'allocate', input = {}, department = 'schools', attempt = 1, service }: Told = {}): StepEvent => ({
  source: 'casework',
  name: 'StepRequested',
  metadata: {
    id: 'evt_00000000000000000000000000',
    version: 1,
    time: '2026-07-01T04:00:00Z',
    actor: 'person:jiang-he',
    trace: `trace ${number}`,
  },
  data: {
    caseId: caseId(number),
    form: { id: 'cloud-quota', version: 1 },
    department,
    applicant: 'person:jiang-he',
    step: what,
    attempt,
    service: service ?? `cloud-quota.${what}`,
    input: ('allocationId' in input ? input : { ...INPUT, ...input }) as Record<string, unknown>,
  },
});
const batch = (...events: readonly StepEvent[]) => events.map((one, i) => ({ messageId: `m${i}`, event: one }));
const take = (...events: readonly StepEvent[]) => intake(store, CONFIG, batch(...events), () => NOW);
const answers = () => table.all.filter(({ part }) => part.startsWith('answer#'));
const outcomes = () => answers().map(({ value }) => value.outcome);
const granted = () => outcomes().filter((outcome) => outcome === 'granted').length;
const books = async () => (await store.books('inner'))?.value;
const audited = () => audit({ config: CONFIG, store, usage: new UsageStore(table.client, 'quota') }, NOW);

describe('a batch', () => {
  test('of one zone reads its books once and is one transaction', async () => {
    expect(await take(...[1, 2, 3, 4, 5].map((number) => event({ number })))).toEqual([]);
    expect(granted()).toBe(5);
    expect(table.writes).toEqual(['TransactWriteItems']);
    expect(table.sent.filter(({ name, input }) => name === 'GetItem' && input.Key.part.S === 'books')).toHaveLength(1);
    expect(freeOf((await books()) as never)).toMatchObject({ vcpu: 80, memoryGiB: 360 });
  });

  test('of two zones is a transaction each', async () => {
    await take(event({ number: 1 }), event({ number: 2, input: { zone: 'outer' } }), event({ number: 3 }));
    expect(table.writes).toEqual(['TransactWriteItems', 'TransactWriteItems']);
    expect(granted()).toBe(3);
  });

  test('that asks for the same new system twice registers it once', async () => {
    await take(event({ number: 1 }), event({ number: 2, input: { environment: 'test', months: 3 } }));
    expect(table.all.filter(({ part }) => part === 'system')).toHaveLength(1);
    const said = answers().flatMap(({ outbox }) => fromOutbox(outbox).map(({ name }) => name));
    expect(said).toEqual(['SystemRegistered', 'AllocationGranted', 'QuotaStepAnswered', 'AllocationGranted', 'QuotaStepAnswered']);
  });

  test('is answered each in the name of who asked', async () => {
    await take(event({ number: 1 }), event({ number: 2, what: 'assess' }));
    const causes = answers().flatMap(({ outbox }) => fromOutbox(outbox).map(({ name, metadata }) => `${name} ${metadata.trace}`));
    expect(causes).toEqual([
      'SystemRegistered trace 1',
      'AllocationGranted trace 1',
      'QuotaStepAnswered trace 1',
      'QuotaStepAnswered trace 2',
    ]);
  });

  test('of other capabilities’ steps touches nothing', async () => {
    expect(
      await take(event({ service: 'data-pool.grant' }), event({ service: 'cloud-quota' }), event({ service: 'cloud-quotas.x' })),
    ).toEqual([]);
    expect(table.sent).toEqual([]);
  });

  test('answers what it cannot do, without books', async () => {
    const unknown = { allocationId: allocationId(5), months: 1 };
    await take(
      event({ number: 1, input: { zone: 'moon' } }),
      event({ number: 2, what: 'extend', input: unknown }),
      event({ number: 3, what: 'explode' }),
      event({ number: 4, input: { zone: 7, amounts: null } }),
    );
    expect(answers().map(({ id, value }) => [id, value.outcome, value.findings[0].id])).toEqual([
      [caseId(1), 'refused', 'unknown-zone'],
      [caseId(2), 'refused', 'unknown-allocation'],
      [caseId(4), 'refused', 'invalid-input'],
      [caseId(3), 'refused', 'unknown-service'],
    ]);
    expect(table.find('zone#', 'books')).toBeUndefined();
    expect(table.find('zone#moon', 'books')).toBeUndefined();
  });

  test('on an allocation is decided on the books of its zone', async () => {
    await take(event({ number: 1, input: { zone: 'outer' } }));
    const { allocationId: id } = answers()[0].value.result;
    await take(event({ number: 2, what: 'resize', input: { allocationId: id, amounts: { vcpu: 10 } } }));
    expect((await store.allocation(id))?.value.amounts).toEqual({ vcpu: 10, memoryGiB: 8 });
    expect(await audited()).toEqual([]);
  });
});

describe('asked again', () => {
  test('the same answer is told again, and nothing is reserved twice', async () => {
    await take(event());
    const [before] = answers();
    expect(await take(event(), event())).toEqual([]);
    const [after] = answers();
    expect(after).toEqual({ ...before, told: 2 });
    expect(table.all.filter(({ part }) => part === 'allocation')).toHaveLength(1);
    expect(await audited()).toEqual([]);
  });

  test('in one batch is one', async () => {
    await take(event(), event());
    expect(table.all.filter(({ part }) => part === 'allocation')).toHaveLength(1);
  });

  test('at another attempt it is another question', async () => {
    await take(event({ what: 'assess' }));
    await take(event({ what: 'assess', attempt: 2 }));
    expect(answers()).toHaveLength(2);
  });

  test('by two at once it is answered by one of them; the other tells it again', async () => {
    await Promise.all([take(event()), take(event())]);
    expect(answers()).toMatchObject([{ told: 2 }]);
    expect(table.all.filter(({ part }) => part === 'allocation')).toHaveLength(1);
  });
});

describe('on a bad day', () => {
  test('a write that was refused is decided again on the books as they are', async () => {
    let raced = false;
    table.before = async ({ name }) => {
      if (name !== 'TransactWriteItems' || raced) return;
      raced = true;
      await intake(
        new QuotaStore(table.client, 'quota'),
        CONFIG,
        batch(event({ number: 50, department: 'health', input: { amounts: { vcpu: 80 } } })),
        () => NOW,
      );
    };
    expect(
      await take(event({ number: 1, input: { amounts: { vcpu: 30 } } }), event({ number: 2, input: { amounts: { vcpu: 20 } } })),
    ).toEqual([]);
    expect(Object.fromEntries(answers().map(({ id, value }) => [Number(id.slice(5)), value.outcome]))).toEqual({
      50: 'granted',
      1: 'refused',
      2: 'granted',
    });
    expect(await audited()).toEqual([]);
  });

  test('a table that refuses everything gives the messages back, all of the zone', async () => {
    const warned = vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
    table.before = ({ name }) => {
      if (name === 'TransactWriteItems') throw conflicting();
    };
    expect(await take(event({ number: 1 }), event({ number: 2 }))).toEqual(['m0', 'm1']);
    expect(warned).toHaveBeenCalledOnce();
    expect(table.items.size).toBe(0);
  });

  test('a crash after the write loses nothing: the next delivery finds the answer', async () => {
    let crashed = false;
    const send = table.send.bind(table);
    table.send = async (command) => {
      const answer = await send(command);
      if (!crashed && command.constructor.name === 'TransactWriteItemsCommand') {
        crashed = true;
        throw new Error('gone');
      }
      return answer;
    };
    vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
    expect(await take(event())).toEqual(['m0']);
    expect(await take(event())).toEqual([]);
    expect(answers()).toMatchObject([{ told: 2, value: { outcome: 'granted' } }]);
    expect(await audited()).toEqual([]);
  });

  test('a crash before the write leaves nothing behind', async () => {
    vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
    table.before = ({ name }) => {
      if (name === 'TransactWriteItems') throw new Error('gone');
    };
    expect(await take(event())).toEqual(['m0']);
    expect(table.items.size).toBe(0);
  });

  test('a request that breaks the decision fails alone', async () => {
    const said = vi.spyOn(logger, 'error').mockImplementation(() => undefined);
    const poison = {
      get vcpu() {
        throw new Error('poison');
      },
    };
    expect(await take(event({ number: 1 }), event({ number: 2, input: { amounts: poison } }), event({ number: 3 }))).toEqual(['m1']);
    expect(granted()).toBe(2);
    expect(said).toHaveBeenCalledOnce();
  });
});

describe('racing for the last', () => {
  /** Batches of ten, two at a time, as the subscription runs them; each message comes again until it is done. */
  const race = async (events: readonly StepEvent[], lanes = 2): Promise<void> => {
    const queue = batch(...events).map((one, i) => ({ ...one, messageId: `m${i}` }));
    const lane = async () => {
      for (let next = queue.splice(0, 10); next.length > 0; next = queue.splice(0, 10)) {
        const failed = await intake(store, CONFIG, next, () => NOW);
        queue.push(...next.filter(({ messageId }) => failed.includes(messageId)));
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };

  test('100 vCPU, three hundred requests grant exactly what fits, in as many transactions as there are batches', async () => {
    const events = Array.from({ length: 300 }, (_, number) =>
      event({
        number,
        department: DEPARTMENTS[number % 4] as string,
        input: { amounts: { vcpu: 1 }, system: { name: `系统${number}`, level: 1 } },
      }),
    );
    await race(events);
    expect(outcomes()).toHaveLength(300);
    expect(granted()).toBe(100);
    expect(freeOf((await books()) as never)).not.toHaveProperty('vcpu');
    expect(table.writes.length).toBeLessThan(45);
    expect(await audited()).toEqual([]);
  });

  test('whatever they ask for and however often they come, the books balance and nothing is over the pool', async () => {
    const told = fc.record({
      number: fc.nat(25),
      department: fc.constantFrom('schools', 'health', 'water'),
      input: fc.record({ amounts: fc.record({ vcpu: fc.integer({ min: 1, max: 30 }), memoryGiB: fc.nat(100) }) }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(told, { maxLength: 50 }), fc.integer({ min: 1, max: 4 }), async (all, lanes) => {
        table = new Dynamo('id', 'part');
        store = new QuotaStore(table.client, 'quota');
        await race(all.map(event), lanes);
        const cases = new Set(all.map(({ number }) => number));
        expect(answers()).toHaveLength(cases.size);
        const held = table.all.filter(({ part }) => part === 'allocation').map(({ value }) => value.amounts as Amounts);
        const free = (await books()) ? freeOf((await books()) as never) : undefined;
        if (free)
          expect(isNothing(plus(held.reduce<Amounts>(plus, {}), plus(free, { vcpu: -100, memoryGiB: -400, objectGiB: -5000 })))).toBe(true);
        expect(await audited()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

test('an assessment sees what the department has and what else was asked', async () => {
  await store.commit(
    {
      systems: [{ before: undefined, after: { systemId: SYSTEM_ID, department: 'schools', name: '招生系统', level: 2, dataClasses: [] } }],
      allocations: [{ before: undefined, after: allocation() }],
    },
    { actor: 'x', trace: 'x', now: NOW },
  );
  const input = { system: { name: '招生系统', level: 2 } };
  await take(event({ number: 1, what: 'assess', input }));
  await take(event({ number: 2, what: 'assess', input: { system: { id: SYSTEM_ID, name: '招生系统', level: 2 } } }));
  expect(answers().map(({ value }) => value.findings.map(({ id }: { id: string }) => id))).toEqual([
    ['allocated-already'],
    ['allocated-already', 'asked-already'],
  ]);
});

test('another request is noticed by the system that is meant: its id, or its name within the department', async () => {
  const system = (number: number, department: string) => ({
    systemId: `sys_${String(number).padStart(26, '0')}`,
    department,
    name: '招生系统',
    level: 2,
    dataClasses: [],
  });
  const [theirs, ours] = [system(1, 'health'), system(2, 'schools')];
  const cause = { actor: 'x', trace: 'x', now: NOW };
  await store.commit({ systems: [theirs, ours].map((after) => ({ before: undefined, after })) }, cause);
  const asks = (number: number, of: object) => take(event({ number, what: 'assess', input: { system: { level: 2, ...of } } }));
  await asks(1, { name: '招生系统' });
  await asks(2, { id: ours.systemId, name: '换了名字' });
  await asks(3, { name: '别的系统' });
  expect(answers().map(({ value }) => value.findings.map(({ id }: { id: string }) => id))).toEqual([[], ['asked-already'], []]);
});

test('a system that is named is found though the list does not show it yet', async () => {
  const system = { systemId: SYSTEM_ID, department: 'schools', name: '招生系统', level: 2, dataClasses: [] };
  await store.commit({ systems: [{ before: undefined, after: system }] }, { actor: 'x', trace: 'x', now: NOW });
  const item = table.items.get(`${SYSTEM_ID}|system`);
  delete item?.listKey;
  await take(event({ input: { system: { id: SYSTEM_ID, name: '招生系统', level: 2 } } }));
  expect(answers()[0].value).toMatchObject({ outcome: 'granted', result: { systemId: SYSTEM_ID } });
});

test('another request counts as recent for ninety days', async () => {
  const asks = (number: number, days: number) =>
    intake(store, CONFIG, batch(event({ number, what: 'assess' })), () => NOW + days * 86_400_000);
  await asks(1, 0);
  await asks(2, 91);
  await asks(3, 92);
  expect(answers().map(({ value }) => value.findings.length)).toEqual([0, 0, 1]);
});

test('a capacity that was deployed since counts at once, and is an entry of its own', async () => {
  await take(event({ number: 1 }));
  const [first, ...others] = CONFIG.cloud.zones;
  const zones = [{ ...(first as (typeof CONFIG.cloud.zones)[number]), capacity: { vcpu: 6, memoryGiB: 400 } }, ...others];
  const config = { ...CONFIG, cloud: { ...CONFIG.cloud, zones } };
  await intake(store, config, batch(event({ number: 2 })), () => NOW);
  expect(outcomes()).toEqual(['granted', 'refused']);
  expect(await audited()).toEqual([]);
});
