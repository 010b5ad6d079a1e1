import { Compile } from 'typebox/compile';
import { beforeEach, describe, expect, test } from 'vitest';
import { occurred } from '#events/envelope.ts';
import { DutyDelegated, OfficerEntered } from '#events/identity.ts';
import type { Dynamo } from '#runtime/dynamo.fixture.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { DelegationView, OfficerView } from './api.ts';
import type { Delegation } from './delegation.ts';
import type { Entry } from './directory.ts';
import { cause, entry, newDirectory, OFFICERS, TODAY } from './identity.fixture.ts';
import type { Directory } from './store.ts';
import { delegationView, officerView } from './view.ts';

const CONFLICT = { kind: 'conflict', code: 'changed-meanwhile' };

let table: Dynamo;
let directory: Directory;
beforeEach(() => {
  ({ table, directory } = newDirectory());
});

const put = (one: Entry, before = 0) => directory.putEntry(before, { entry: one, occurrences: [] }, cause('yu-qing'));
const named = (id: string) => ({ id, name: { zh: id, en: id } });
const delegation = (id: string, change: Partial<Delegation> = {}): Delegation => ({
  delegationId: `dlg_${id}`,
  department: 'big-data',
  duty: 'reviewer',
  delegator: named('peng-tao'),
  deputy: named('yuan-mei'),
  reason: '年休假',
  until: '2026-07-31',
  createdAt: '2026-07-01T04:00:00.000Z',
  ...change,
});
const lend = async (one: Delegation) =>
  directory.putDelegation(await directory.delegation(one.delegationId), { delegation: one, occurrences: [] }, cause('peng-tao'));

describe('an entry', () => {
  test('is as the YAML says, at version 0, until the bureau writes it; then the YAML counts for nothing', async () => {
    expect(await directory.entry('fang-lan')).toEqual({ entry: OFFICERS[2], version: 0 });
    const promoted = entry('fang-lan', ['head of health']);
    await put(promoted);
    expect(await directory.entry('fang-lan')).toEqual({ entry: promoted, version: 1 });
    const gone = entry('fang-lan', [], { leftOn: TODAY });
    await put(gone, 1);
    expect(await directory.entry('fang-lan')).toEqual({ entry: gone, version: 2 });
    expect(await directory.entry('nobody')).toBeUndefined();
  });

  test('is one item with its events, read as it is now', async () => {
    const fresh = entry('tan-yu', ['it-officer of water']);
    const occurrence = occurred(OfficerEntered, ['tan-yu', 1], { officerId: 'tan-yu', kind: 'person', duties: [] });
    await directory.putEntry(0, { entry: fresh, occurrences: [occurrence] }, cause('yu-qing'));
    const [{ outbox, ...item }] = table.all;
    expect(item).toEqual({ id: 'officer#tan-yu', version: 1, entry: fresh, listKey: 'officer', listAt: 'tan-yu' });
    expect(fromOutbox(outbox)).toMatchObject([{ name: 'OfficerEntered', metadata: { actor: 'person:yu-qing', trace: 'req-7' } }]);
    await directory.entry('tan-yu');
    expect(table.sent.at(-1)?.input.ConsistentRead).toBe(true);
  });

  test('written over a version that is no longer there, or first by two at once, is a conflict', async () => {
    await put(entry('fang-lan', ['head of health']));
    await expect(put(entry('fang-lan', []))).rejects.toMatchObject(CONFLICT);
    await put(entry('fang-lan', ['head of water']), 1);
    await expect(put(entry('fang-lan', []), 1)).rejects.toMatchObject(CONFLICT);
    expect((await directory.entry('fang-lan'))?.entry.duties).toHaveLength(1);
  });

  test('of many is read at once: who was written as written, the others from the YAML, nobody twice', async () => {
    await put(entry('fang-lan', ['head of health']));
    const found = await directory.entries(['fang-lan', 'jiang-he', 'fang-lan', 'nobody']);
    expect([...found].map(([id, { version }]) => [id, version]).sort()).toEqual([
      ['fang-lan', 1],
      ['jiang-he', 0],
    ]);
    expect(table.sent.at(-1)?.name).toBe('BatchGetItem');
  });

  test('and all others are listed by id, however many pages there are', async () => {
    table.page = 2;
    for (const id of ['zhang-san', 'an-yi', 'fang-lan', 'bai-er', 'cai-san']) await put(entry(id, ['head of water']));
    const all = await directory.all();
    const ids = all.map(({ entry: { id } }) => id);
    expect(ids).toEqual([...new Set([...OFFICERS.map(({ id }) => id), 'zhang-san', 'an-yi', 'bai-er', 'cai-san'])].sort());
    expect(all.find((one) => one.entry.id === 'fang-lan')).toMatchObject({ version: 1, entry: { duties: [{ duty: 'head' }] } });
  });

  test('is no delegation, whatever a token calls its bearer', async () => {
    await lend(delegation('01'));
    expect(await directory.entry('dlg_01')).toBeUndefined();
  });
});

describe('a delegation', () => {
  test('is one item with its events, forgotten a month after its end', async () => {
    const one = delegation('01');
    const data = {
      delegationId: one.delegationId,
      department: 'big-data',
      duty: 'reviewer',
      delegator: 'peng-tao',
      deputy: 'yuan-mei',
      until: one.until,
    };
    await directory.putDelegation(
      undefined,
      { delegation: one, occurrences: [occurred(DutyDelegated, ['dlg_01'], data)] },
      cause('peng-tao'),
    );
    const [{ outbox, ...item }] = table.all;
    expect(item).toEqual({
      id: 'dlg_01',
      version: 1,
      delegation: one,
      listKey: 'delegation',
      listAt: '2026-07-31#dlg_01',
      holder: 'yuan-mei',
      expires: Date.parse('2026-08-30T00:00:00Z') / 1000,
    });
    expect(fromOutbox(outbox)).toHaveLength(1);
    expect(await directory.delegation('dlg_01')).toEqual({ delegation: one, version: 1 });
  });

  test('twice at once is one; over an old version it is a conflict', async () => {
    await lend(delegation('01'));
    await expect(
      directory.putDelegation(undefined, { delegation: delegation('01'), occurrences: [] }, cause('peng-tao')),
    ).rejects.toMatchObject(CONFLICT);
    const before = await directory.delegation('dlg_01');
    await lend(delegation('01', { revokedAt: 'x' }));
    await expect(
      directory.putDelegation(before, { delegation: delegation('01'), occurrences: [] }, cause('peng-tao')),
    ).rejects.toMatchObject(CONFLICT);
  });

  test('is listed to the end of its last day, the revoked too, the first to end first', async () => {
    await lend(delegation('03', { until: '2026-08-01' }));
    await lend(delegation('02', { until: TODAY, revokedAt: 'x' }));
    await lend(delegation('01', { until: '2026-06-30' }));
    expect((await directory.delegations(TODAY)).map(({ delegationId }) => delegationId)).toEqual(['dlg_02', 'dlg_03']);
  });
});

describe('whoever calls', () => {
  test('as nobody of the directory, or by their own duties, is found by two reads at once', async () => {
    expect(await directory.holder('li-na', TODAY)).toEqual({ duties: [] });
    expect(await directory.holder('jiang-he', TODAY)).toMatchObject({
      entry: { id: 'jiang-he', kind: 'person' },
      duties: [{ department: 'education', duty: 'it-officer' }],
    });
    expect(table.sent.map(({ name }) => name)).toEqual(['GetItem', 'Query', 'GetItem', 'Query']);
  });

  test('acts for others as long as the delegation is in force, by one read more', async () => {
    await lend(delegation('01'));
    await lend(delegation('02', { delegator: named('cao-ning'), until: '2026-07-05' }));
    await lend(delegation('03', { delegator: named('jiang-he') }));
    await lend(delegation('04', { revokedAt: 'x' }));
    table.sent.length = 0;
    expect((await directory.holder('yuan-mei', TODAY)).duties).toEqual([
      { department: 'big-data', duty: 'approver' },
      { department: 'big-data', duty: 'reviewer', for: 'cao-ning' },
      { department: 'big-data', duty: 'reviewer', for: 'peng-tao' },
    ]);
    expect(table.sent.map(({ name }) => name)).toEqual(['GetItem', 'Query', 'BatchGetItem']);
    expect((await directory.holder('yuan-mei', '2026-07-06')).duties).toHaveLength(2);
    await put(entry('peng-tao', [], { leftOn: TODAY }));
    expect((await directory.holder('yuan-mei', '2026-07-06')).duties).toEqual([{ department: 'big-data', duty: 'approver' }]);
    await lend(delegation('02', { delegator: named('cao-ning'), until: '2026-07-05', revokedAt: 'x' }));
    expect((await directory.holder('yuan-mei', TODAY)).duties).toHaveLength(1);
  });

  test.each(['GetItem', 'Query', 'BatchGetItem'])('is not found when %s fails: nobody is let in by guessing', async (failing) => {
    await lend(delegation('01'));
    table.before = ({ name }) => {
      if (name === failing) throw new Error('down');
    };
    await expect(directory.holder('yuan-mei', TODAY)).rejects.toThrow('down');
  });
});

test('what is shown keeps to the schemas', () => {
  const both = new Map([
    ['peng-tao', { entry: entry('peng-tao', ['reviewer of big-data']) }],
    ['yuan-mei', { entry: entry('yuan-mei', ['approver of big-data']) }],
  ]);
  const one = delegation('01JZ1Q2W3E4R5T6Y7V8X9C0B1N', { revokedAt: '2026-07-02T00:00:00Z', revokedBy: 'yu-qing' });
  expect([...Compile(DelegationView).Errors(delegationView(one, both, TODAY))]).toEqual([]);
  const shown = officerView({ entry: entry('x', ['head of health'], { leftOn: TODAY }), version: 0 }, 'all');
  expect([...Compile(OfficerView).Errors(shown)]).toEqual([]);
});
