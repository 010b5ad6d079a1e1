import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { type CaseEvent, replay } from './case.ts';
import {
  approving,
  at,
  BUREAU,
  CALENDAR,
  caseId,
  DATA,
  FORM,
  fengJie,
  heMei,
  jiangHe,
  NOW,
  opened,
  pengTao,
  RETENTION,
  reviewing,
  submitted,
  suYu,
} from './casework.fixture.ts';
import { type Desk, formAsked, formOf, listCases, openCase } from './requests.ts';
import { CaseStore } from './store.ts';

let table: Dynamo;
let desk: Desk & { store: CaseStore };
beforeEach(() => {
  table = new Dynamo('id', 'part');
  table.sorts.byQueue = 'queueAt';
  desk = {
    store: new CaseStore(table.client, 'cases', RETENTION, () => NOW),
    bureau: BUREAU,
    calendar: CALENDAR,
    forms: [FORM],
    departments: ['education', 'health', BUREAU],
  };
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

describe('a request is opened', () => {
  const BODY = { formId: 'hall-booking', department: 'education', data: DATA };
  const opens = (id: string, change: Partial<typeof BODY> = {}, principal: Principal = jiangHe, key = 'k-1') =>
    openCase(desk, { principal, body: { ...BODY, ...change }, key, now: NOW, requestId: 'request-1' }, id);
  const cases = () => table.all.filter(({ part }) => part === 'case').length;

  test('as a draft of the caller’s department', async () => {
    expect(await opens(caseId(1))).toMatchObject({
      version: 1,
      state: { caseId: caseId(1), applicant: 'person:jiang-he', department: 'education', data: DATA, phase: { at: 'draft' } },
    });
    expect((await desk.store.history(caseId(1)))[0]).toMatchObject({ by: 'person:jiang-he', name: 'Jiang He' });
  });

  test('once, however often it is sent under its key, also after it went on', async () => {
    const first = await opens(caseId(1));
    expect(await opens(caseId(2))).toEqual(first);
    const saved = await desk.store.put(first, { events: [{ ...submitted }], state: { ...first.state } }, FORM, {
      actor: 'x',
      trace: 'x',
      now: NOW,
    });
    expect(await opens(caseId(3))).toEqual(saved);
    expect(cases()).toBe(1);
  });

  test('once, when it is sent twice at the same moment', async () => {
    const [a, b] = await Promise.all([opens(caseId(1)), opens(caseId(2))]);
    expect(a.state.caseId).toBe(b.state.caseId);
    expect(cases()).toBe(1);
  });

  test('not under a key that was used for another', async () => {
    await opens(caseId(1));
    await expect(opens(caseId(2), { data: { ...DATA, seats: 41 } })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'idempotency-key-reused',
    });
    expect(cases()).toBe(1);
  });

  test('under another key, or by another person, anew', async () => {
    await opens(caseId(1));
    await opens(caseId(2), {}, jiangHe, 'k-2');
    await opens(caseId(3), { department: 'health' }, suYu);
    expect(cases()).toBe(3);
  });

  test('not for a department that is not the caller’s, nor without the duty', async () => {
    const denied = { kind: 'refused', code: 'not-permitted' };
    await expect(opens(caseId(1), { department: 'health' })).rejects.toMatchObject(denied);
    await expect(opens(caseId(1), {}, fengJie)).rejects.toMatchObject(denied);
    await expect(opens(caseId(1), {}, pengTao)).rejects.toMatchObject(denied);
    expect(table.sent).toEqual([]);
  });

  test('not of a form that is not there, nor with what it does not ask', async () => {
    await expect(opens(caseId(1), { formId: 'constructor' })).rejects.toMatchObject({ kind: 'notFound', code: 'unknown-form' });
    await expect(opens(caseId(1), { data: { ...DATA, granted: 9 } as never })).rejects.toMatchObject({ code: 'unknown-field' });
    await expect(opens(caseId(1), { data: { hall: JSON.parse('['.repeat(9999) + ']'.repeat(9999)) } as never })).rejects.toMatchObject({
      code: 'form-too-large',
    });
    expect(table.sent).toEqual([]);
    expect(formOf([FORM], 'hall-booking')).toBe(FORM);
  });
});

describe('a form is asked for', () => {
  const OLD = { ...FORM, version: 2, digest: 'aaaaaaaaaaaa' };

  test('as it is now, or by the version that running cases keep', async () => {
    await desk.store.keepForm(OLD);
    expect(await formAsked(desk, FORM.id, {})).toBe(FORM);
    expect(await formAsked(desk, FORM.id, { version: 3 })).toBe(FORM);
    expect(await formAsked(desk, FORM.id, { version: 3, digest: FORM.digest })).toBe(FORM);
    expect(await formAsked(desk, FORM.id, { version: 2 })).toEqual(OLD);
    expect(await formAsked(desk, FORM.id, { version: 2, digest: OLD.digest })).toEqual(OLD);
  });

  test('by its very text where two bear one version', async () => {
    const other = { ...FORM, digest: 'bbbbbbbbbbbb' };
    await desk.store.keepForm(other);
    expect(await formAsked(desk, FORM.id, { version: 3, digest: other.digest })).toEqual(other);
  });

  test('also where there is no such form any more, for those that still run by it', async () => {
    await desk.store.keepForm({ ...OLD, id: 'garden' });
    expect(await formAsked(desk, 'garden', { version: 2 })).toMatchObject({ id: 'garden', version: 2 });
    await expect(formAsked(desk, 'garden', {})).rejects.toMatchObject({ kind: 'notFound', code: 'unknown-form' });
  });

  test('in vain by a version that no case began with', async () => {
    for (const asked of [{ version: 1 }, { version: 4 }, { version: 3, digest: 'cccccccccccc' }])
      await expect(formAsked(desk, FORM.id, asked)).rejects.toMatchObject({ kind: 'notFound', code: 'unknown-form-version' });
    await expect(formAsked(desk, 'constructor', { version: 3 })).rejects.toMatchObject({ kind: 'notFound', code: 'unknown-form' });
  });
});

describe('requests are listed', () => {
  const lies = (n: number, waits: CaseEvent, department = 'education') => {
    const events = [{ ...opened, caseId: caseId(n), department, now: at(2, `0${n}:00`) }, submitted, waits] as CaseEvent[];
    return desk.store.put(undefined, { events, state: replay(events) }, FORM, { actor: 'x', trace: 'x', now: NOW });
  };
  beforeEach(async () => {
    await lies(1, { ...reviewing, dueAt: at(9, '17:30') } as CaseEvent);
    await lies(2, { ...reviewing, dueAt: at(7, '17:30') } as CaseEvent, 'health');
    await lies(3, { ...approving, dueAt: at(8, '17:30') } as CaseEvent);
  });
  const ids = async (principal: Principal, wanted: Parameters<typeof listCases>[2] = {}) =>
    (await listCases(desk, principal, wanted)).items.map((item) => item.caseId);

  test('of a department, to those who may see it', async () => {
    expect(await ids(jiangHe, { department: 'education' })).toEqual([caseId(3), caseId(1)]);
    expect(await ids(heMei, { department: 'health' })).toEqual([caseId(2)]);
  });

  test('of another department, or of none that there is: as if it were not there', async () => {
    const unknown = { kind: 'notFound', code: 'unknown-case' };
    await expect(ids(suYu, { department: 'education' })).rejects.toMatchObject(unknown);
    await expect(ids(heMei, { department: 'fisheries' })).rejects.toMatchObject(unknown);
  });

  test('page by page, and never over into another department', async () => {
    const { next } = await listCases(desk, heMei, { department: 'education', limit: 1 });
    expect(await ids(heMei, { department: 'education', limit: 1, cursor: next as string })).toEqual([caseId(1)]);
    await expect(ids(suYu, { department: 'health', cursor: next as string })).rejects.toMatchObject({ code: 'invalid-cursor' });
  });

  test('that wait for the caller’s duties, the most urgent first', async () => {
    expect(await ids(pengTao)).toEqual([caseId(2), caseId(1)]);
    expect(await ids(fengJie)).toEqual([caseId(3)]);
    const both = { ...pengTao, duties: [...pengTao.duties, ...fengJie.duties, { ...pengTao.duties[0], for: 'lu-qi' }] } as Principal;
    expect(await ids(both)).toEqual([caseId(2), caseId(3), caseId(1)]);
    expect(await ids(both, { limit: 2 })).toEqual([caseId(2), caseId(3)]);
    expect(await ids(heMei)).toEqual([]);
    expect(await ids({ ...heMei, duties: [] })).toEqual([]);
  });
});
