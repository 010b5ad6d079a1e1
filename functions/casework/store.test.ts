import { beforeEach, describe, expect, test } from 'vitest';
import { conflicting } from '#runtime/dynamo.fixture.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { toItem } from '#runtime/table.ts';
import { type CaseEvent, replay } from './case.ts';
import {
  ASSESSING,
  agreed,
  approving,
  assessed,
  assessing,
  at,
  booked,
  booking,
  CASE_ID,
  caseId,
  DRAFT,
  FORM,
  GRANTED,
  granted,
  iso,
  NOW,
  opened,
  passed,
  RETENTION,
  reviewing,
  stateOf,
  submitted,
} from './casework.fixture.ts';
import { begin, CAUSE, clock, goesOn, store, table, written } from './store.fixture.ts';
import { CaseStore, keyClaim, proposalClaim } from './store.ts';

const CONFLICT = { kind: 'conflict', code: 'changed-meanwhile' };

beforeEach(begin);

/** A case of a department that waits in a queue from an hour on. */
const waiting = async (n: number, change: { department?: string; clock?: string; queue?: 'reviewer' | 'approver' } = {}) => {
  const { department = 'education', clock = `0${n}:00`, queue = 'reviewer' } = change;
  const history = [
    { ...opened, caseId: caseId(n), department, now: at(2, clock) },
    submitted,
    { ...reviewing, dueAt: at(10 - n, '17:30'), waitsFor: { duty: queue, department: 'big-data' } },
  ] as CaseEvent[];
  await store.put(undefined, { events: history, state: replay(history) }, FORM, CAUSE);
};

describe('a write', () => {
  test('is one transaction: the case, what happened, and what is told of it', async () => {
    const expires = NOW / 1000 + 90 * 86_400;
    expect(await written(DRAFT)).toEqual({ state: stateOf(opened), version: 1, updatedAt: NOW, expires });
    expect(table.sent.map(({ name }) => name)).toEqual(['TransactWriteItems']);
    expect(table.all).toEqual([
      {
        id: CASE_ID,
        part: 'case',
        version: 1,
        state: stateOf(opened),
        updatedAt: NOW,
        expires,
        summary: expect.objectContaining({
          caseId: CASE_ID,
          phase: 'draft',
          version: 1,
          subject: 'Lotus',
          lapsesAt: '2026-09-29T01:00:00.000Z',
        }),
        department: 'education',
        listAt: `${iso(1, '09:00')}#${CASE_ID}`,
      },
      { id: CASE_ID, part: 'event#000001', events: [opened] },
    ]);
  });

  test('tells of what happened by it, with who and why', async () => {
    await written(DRAFT, [submitted, assessing]);
    const events = fromOutbox(table.find(CASE_ID, 'case').outbox);
    expect(events.map(({ name }) => name)).toEqual(['CaseSubmitted', 'StepStarted', 'StepRequested']);
    expect(events[0]?.metadata).toMatchObject({ actor: 'person:jiang-he', trace: 'request-7', time: iso(1, '09:30') });
  });

  test('tells nothing twice: what an earlier one told is gone', async () => {
    await written(DRAFT, [submitted, assessing], [{ type: 'assigned', now: at(1, '09:31'), by: 'x' } as CaseEvent]);
    expect(table.find(CASE_ID, 'case').outbox).toBeUndefined();
  });

  test('puts it into the queue that waits, and takes it out again', async () => {
    await written(DRAFT, [submitted, assessing]);
    expect(table.find(CASE_ID, 'case').queue).toBeUndefined();
    await goesOn([assessed, reviewing]);
    expect(table.find(CASE_ID, 'case')).toMatchObject({ queue: 'big-data/reviewer', queueAt: `${iso(6, '17:30')}#${CASE_ID}` });
    await goesOn([{ ...passed }, { type: 'ended', outcome: 'refused', now: at(1, '16:00'), by: 'x' }]);
    expect(table.find(CASE_ID, 'case')).not.toHaveProperty('queue');
    expect(table.find(CASE_ID, 'case')).not.toHaveProperty('queueAt');
  });
});

describe('what was written', () => {
  const WRITES = [DRAFT, [submitted, assessing], [assessed, reviewing], [passed, approving], [agreed, booking], [booked, granted]];

  test('is read again: state and history are the same case', async () => {
    const last = await written(...WRITES);
    expect(last.version).toBe(6);
    expect(await store.get(CASE_ID)).toEqual(last);
    expect(await store.history(CASE_ID)).toEqual(GRANTED);
    expect(replay(await store.history(CASE_ID))).toEqual(last.state);
  });

  test('is read in order over many pages', async () => {
    await written(...WRITES);
    table.page = 2;
    expect(await store.history(CASE_ID)).toEqual(GRANTED);
    expect(table.sent.filter(({ name }) => name === 'Query').length).toBeGreaterThan(2);
  });

  test('is in order beyond the ninth write, and holds nothing of another case', async () => {
    const many = Array.from({ length: 11 }, (_, i): CaseEvent[] => [
      { type: 'saved', data: { seats: i }, now: at(1, '09:05') + i, by: 'person:x' },
    ]);
    await written(DRAFT, ...many);
    await waiting(3);
    expect((await store.history(CASE_ID)).slice(1)).toEqual(many.flat());
  });

  test('is read as it is, not as it was', async () => {
    await written(DRAFT);
    await store.get(CASE_ID);
    await store.history(CASE_ID);
    expect(table.sent.slice(1).map(({ input }) => input.ConsistentRead)).toEqual([true, true]);
  });

  test('is not there where nothing was', async () => {
    expect(await store.get(CASE_ID)).toBeUndefined();
    expect(await store.history(CASE_ID)).toEqual([]);
  });
});

describe('of two who read the same version', () => {
  const next = [submitted, assessing];

  test('one writes, and the other is told', async () => {
    const before = await written(DRAFT);
    const decided = { events: next, state: stateOf(...ASSESSING) };
    await store.put(before, decided, FORM, CAUSE);
    await expect(store.put(before, decided, FORM, CAUSE)).rejects.toMatchObject(CONFLICT);
    expect(await store.history(CASE_ID)).toEqual(ASSESSING);
  });

  test('one opens, and the other is told', async () => {
    await written(DRAFT);
    await expect(written(DRAFT)).rejects.toMatchObject(CONFLICT);
  });

  test('whoever meets the other’s transaction is told as well', async () => {
    table.before = ({ name }) => {
      if (name === 'TransactWriteItems') throw conflicting();
    };
    await expect(written(DRAFT)).rejects.toMatchObject(CONFLICT);
  });

  test('another error stays what it is', async () => {
    const broken = new Error('network');
    table.before = () => {
      throw broken;
    };
    await expect(written(DRAFT)).rejects.toBe(broken);
  });
});

describe('a claim', () => {
  const key = keyClaim('person:jiang-he', 'k-1', 'hash-a', NOW);
  const claimed = (claim: typeof key, id = CASE_ID) => {
    const events = [{ ...opened, caseId: id } as CaseEvent];
    return store.put(undefined, { events, state: replay(events) }, FORM, CAUSE, claim);
  };

  test('is written with the case that it opens, and names it', async () => {
    expect(await store.claimed(key)).toBeUndefined();
    await claimed(key);
    expect(await store.claimed(key)).toMatchObject({ caseId: CASE_ID, hash: 'hash-a' });
    expect(table.find('key#person:jiang-he#k-1', 'key').expires).toBe(NOW / 1000 + 7 * 86_400);
  });

  test('opens one case, whoever comes second', async () => {
    await claimed(key);
    await expect(claimed(key, caseId(2))).rejects.toMatchObject(CONFLICT);
    expect(await store.get(caseId(2))).toBeUndefined();
    expect(await store.history(caseId(2))).toEqual([]);
  });

  test('is of one person, and of one kind', async () => {
    await claimed(key);
    await claimed(keyClaim('person:su-yu', 'k-1', 'hash-a', NOW), caseId(2));
    await claimed(proposalClaim('k-1') as typeof key, caseId(3));
    expect(table.find('proposal#k-1', 'proposal')).toEqual({ id: 'proposal#k-1', part: 'proposal', caseId: caseId(3) });
    expect(await store.claimed(proposalClaim('k-2'))).toBeUndefined();
  });
});

test('a case from before duties were separated says that nobody decided', async () => {
  await written(DRAFT);
  const item = table.find(CASE_ID, 'case');
  const { deciders: _, ...old } = item.state;
  table.items.set([...table.items].find(([, one]) => one.part?.S === 'case')?.[0] as string, toItem({ ...item, state: old }));
  expect((await store.get(CASE_ID))?.state.deciders).toEqual({});
});

describe('a definition', () => {
  const ref = { id: FORM.id, version: FORM.version, digest: FORM.digest };

  test('is kept once and read once', async () => {
    await store.keepForm(FORM);
    await store.keepForm(FORM);
    expect(await store.form(ref)).toEqual(FORM);
    expect(table.sent.map(({ name }) => name)).toEqual(['PutItem']);
    const cold = new CaseStore(table.client, 'cases', RETENTION, () => clock);
    expect(await cold.form(ref)).toEqual(FORM);
    expect(await cold.form(ref)).toEqual(FORM);
    expect(table.sent.map(({ name }) => name)).toEqual(['PutItem', 'GetItem']);
  });

  test('of another text under the same version is another', async () => {
    await store.keepForm(FORM);
    await store.keepForm({ ...FORM, digest: 'other', subject: 'seats' });
    const cold = new CaseStore(table.client, 'cases', RETENTION, () => clock);
    expect((await cold.form(ref)).subject).toBe('hall.name');
    expect((await cold.form({ ...ref, digest: 'other' })).subject).toBe('seats');
  });

  test('is answered by its version, also when only old cases run by it', async () => {
    await store.keepForm({ ...FORM, version: 2, digest: 'before' });
    await store.keepForm(FORM);
    await store.keepForm({ ...FORM, version: 10, digest: 'after' });
    const cold = new CaseStore(table.client, 'cases', RETENTION);
    expect(await cold.keptForm(FORM.id, 2)).toMatchObject({ version: 2, digest: 'before' });
    expect(await cold.keptForm(FORM.id, 3, FORM.digest)).toEqual(FORM);
    expect(await cold.keptForm(FORM.id, 3, 'before')).toBeUndefined();
    expect(await cold.keptForm(FORM.id, 1)).toBeUndefined();
    expect(await cold.keptForm('hall', 3)).toBeUndefined();
    // It is kept for good: nothing here expires.
    for (const item of table.all) expect(item).not.toHaveProperty('expires');
  });

  test('that was never kept is an error', async () => {
    await expect(store.form(ref)).rejects.toThrow('hall-booking');
  });
});

describe('lists', () => {
  beforeEach(async () => {
    await waiting(1);
    await waiting(2);
    await waiting(3);
    await waiting(4, { department: 'health' });
    await waiting(5, { department: 'health', queue: 'approver' });
  });
  const ids = (page: { items: readonly { caseId: string }[] }) => page.items.map((item) => item.caseId);

  test('a department’s, the newest first', async () => {
    expect(ids(await store.ofDepartment('education', 10))).toEqual([caseId(3), caseId(2), caseId(1)]);
    expect(ids(await store.ofDepartment('health', 10))).toEqual([caseId(5), caseId(4)]);
    expect(await store.ofDepartment('water', 10)).toEqual({ items: [] });
  });

  test('a queue’s, the most urgent first, whatever the department', async () => {
    expect(ids(await store.inQueue('big-data/reviewer', 10))).toEqual([caseId(4), caseId(3), caseId(2), caseId(1)]);
    expect(ids(await store.inQueue('big-data/approver', 10))).toEqual([caseId(5)]);
  });

  test('page by page', async () => {
    const first = await store.ofDepartment('education', 2);
    expect(ids(first)).toEqual([caseId(3), caseId(2)]);
    const second = await store.ofDepartment('education', 2, first.next);
    expect(ids(second)).toEqual([caseId(1)]);
    expect(second.next).toBeUndefined();
  });

  test('hold summaries and not what the forms hold', async () => {
    const { items } = await store.inQueue('big-data/approver', 1);
    expect(items[0]).toMatchObject({ caseId: caseId(5), phase: 'step', waitsFor: { duty: 'approver' }, version: 1 });
    expect(items[0]).not.toHaveProperty('data');
  });

  test('a cursor of another department, of another list or of nobody is refused', async () => {
    const { next } = await store.ofDepartment('health', 1);
    const { next: queued } = await store.inQueue('big-data/reviewer', 1);
    const invalid = { kind: 'invalid', code: 'invalid-cursor' };
    await expect(store.ofDepartment('education', 2, next)).rejects.toMatchObject(invalid);
    await expect(store.ofDepartment('education', 2, queued)).rejects.toMatchObject(invalid);
    await expect(store.inQueue('big-data/approver', 2, queued)).rejects.toMatchObject(invalid);
    await expect(store.ofDepartment('education', 2, 'nonsense')).rejects.toMatchObject(invalid);
    expect(ids(await store.ofDepartment('health', 1, next))).toEqual([caseId(4)]);
  });
});

test('a case with all that it may hold fits into one item', async () => {
  const text = '镇'.repeat(21_000);
  const findings = Array.from({ length: 50 }, (_, i) => ({
    id: `f${i}`,
    severity: 'info' as const,
    text: { zh: '一'.repeat(200), en: 'x'.repeat(200) },
  }));
  const files = Array.from({ length: 20 }, (_, i) => ({
    type: 'fileChecked',
    now: NOW,
    by: 'system:files',
    file: {
      fileId: caseId(i),
      name: '图'.repeat(200),
      type: 'application/pdf',
      bytes: 9,
      state: 'clean',
      sha256: 'a'.repeat(64),
      version: 'v'.repeat(32),
    },
  }));
  const full = { ...assessed, findings, result: { list: 'x'.repeat(20_000) } } as CaseEvent;
  const events = [
    { ...opened, data: { hall: { name: text }, seats: 1 } } as CaseEvent,
    ...files,
    submitted,
    assessing,
    full,
    reviewing,
  ] as CaseEvent[];
  await store.put(undefined, { events, state: replay(events) }, FORM, CAUSE);
  for (const [, item] of table.items) expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(400 * 1024);
});
