import { beforeEach, describe, expect, test } from 'vitest';
import {
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
  granted,
  NOW,
  opened,
  passed,
  reviewing,
  stateOf,
  submitted,
} from './casework.fixture.ts';
import { begin, CAUSE, clock, goesOn, itIs, store, table, written } from './store.fixture.ts';
import { keyClaim } from './store.ts';

const CONFLICT = { kind: 'conflict', code: 'changed-meanwhile' };

beforeEach(begin);

describe('a case lapses', () => {
  const DRAFT_ENDS = NOW + 90 * 86_400_000;
  const CASE_ENDS = Date.parse('2036-07-03T10:01:00+08:00');
  const WHOLE = [DRAFT, [submitted, assessing], [assessed, reviewing], [passed, approving], [agreed, booking], [booked, granted]];
  const listed = async () => (await store.ofDepartment('education', 10)).items.map((item) => item.caseId);

  test('as a draft: it is gone for all who read it, though it lies there yet', async () => {
    await written(DRAFT);
    itIs(DRAFT_ENDS - 1);
    expect(await store.get(CASE_ID)).toBeDefined();
    expect(await listed()).toEqual([CASE_ID]);
    itIs(DRAFT_ENDS);
    expect(await store.get(CASE_ID)).toBeUndefined();
    expect(await listed()).toEqual([]);
    expect(table.find(CASE_ID, 'case')).toBeDefined();
  });

  test('later when it is saved again, and not at all once it is sent', async () => {
    await written(DRAFT, [{ type: 'saved', data: {}, now: at(9, '09:00'), by: 'person:x' }]);
    expect(table.find(CASE_ID, 'case').expires).toBe(at(9, '09:00') / 1000 + 90 * 86_400);
    await goesOn([submitted, assessing]);
    expect(table.find(CASE_ID, 'case')).not.toHaveProperty('expires');
    itIs(DRAFT_ENDS + 1e12);
    expect((await store.get(CASE_ID))?.expires).toBeUndefined();
    expect(await listed()).toEqual([CASE_ID]);
  });

  test('years after its end; of its history nothing lapses by itself', async () => {
    await written(...WHOLE);
    expect(table.find(CASE_ID, 'case')).toMatchObject({
      expires: CASE_ENDS / 1000,
      summary: { lapsesAt: new Date(CASE_ENDS).toISOString() },
    });
    expect(table.all.filter(({ part, expires }) => part !== 'case' && expires !== undefined)).toEqual([]);
    itIs(CASE_ENDS - 1);
    expect((await store.get(CASE_ID))?.expires).toBe(CASE_ENDS / 1000);
    itIs(CASE_ENDS);
    expect(await store.get(CASE_ID)).toBeUndefined();
    expect(await listed()).toEqual([]);
  });

  test('and a key that lapsed may be used again, before the table has removed it', async () => {
    const week = 7 * 86_400_000;
    const claimAt = (now: number) => keyClaim('person:x', 'k', 'hash', now);
    const open = (n: number, now: number) =>
      store.put(undefined, { events: [opened], state: { ...stateOf(opened), caseId: caseId(n) } }, FORM, { ...CAUSE, now }, claimAt(now));
    await open(1, NOW);
    await expect(open(2, NOW + week - 1000)).rejects.toMatchObject(CONFLICT);
    expect(await store.claimed(claimAt(NOW))).toMatchObject({ caseId: caseId(1) });
    itIs(NOW + week + 1000);
    expect(await store.claimed(claimAt(NOW))).toBeUndefined();
    await open(2, clock);
    expect(await store.claimed(claimAt(clock))).toMatchObject({ caseId: caseId(2) });
  });
});
