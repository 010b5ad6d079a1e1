import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import type { AuditRecord } from '#functions/identity/audit/record.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { replay } from './case.ts';
import { checkFields, type Engine } from './cases.ts';
import {
  at,
  awaited,
  BUREAU,
  CALENDAR,
  CASE_ID,
  checked,
  DATA,
  FORM,
  fengJie,
  file,
  fileId,
  heMei,
  jiangHe,
  NOW,
  opened,
  pengTao,
  RETENTION,
  REVIEWING,
  suYu,
} from './casework.fixture.ts';
import { lookAtFile, lookInFull } from './look.ts';
import { present } from './present.ts';
import { CaseStore } from './store.ts';

const now = at(1, '16:00');
const PHONE = '13912345678';
const data = { ...DATA, phone: PHONE };
const [, ...later] = REVIEWING;
const history = [{ ...opened, data } as typeof opened, awaited(), checked(), ...later];
const record = vi.fn(async (_: readonly AuditRecord[]) => undefined);
let engine: Engine & { store: CaseStore };

beforeEach(async () => {
  record.mockReset();
  const store = new CaseStore(new Dynamo('id', 'part').client, 'cases', RETENTION, () => NOW);
  engine = { store, bureau: BUREAU, calendar: CALENDAR };
  await store.keepForm(FORM);
  await store.put(undefined, { events: history, state: replay(history) }, FORM, { actor: 'x', trace: 'x', now });
});

const look = (principal: Principal, requestId = 'request-5') =>
  lookInFull(engine, { record }, { principal, params: { caseId: CASE_ID }, now, requestId });

test('a view hides personal data, says where, and shows them in full only when asked to', async () => {
  const stored = (await engine.store.get(CASE_ID)) as never;
  expect(present(pengTao, stored, FORM, history)).toMatchObject({ data: { phone: '139****5678' }, masked: ['/phone'] });
  expect(present(pengTao, stored, FORM, history, true)).toMatchObject({ data: { phone: PHONE }, masked: [] });
});

describe('a look in full', () => {
  test.each([
    ['whoever the step waits for', pengTao],
    ['the department’s own IT officer', jiangHe],
  ])('by %s is recorded with who, what and which fields', async (_, principal) => {
    expect((await look(principal)).stored.state.data.phone).toBe(PHONE);
    expect(record).toHaveBeenCalledExactlyOnceWith([
      expect.objectContaining({
        action: 'cases:unmask',
        actor: `person:${principal.id}`,
        resource: `case:${CASE_ID}`,
        outcome: 'permitted',
        detail: { fields: '/phone' },
      }),
    ]);
    expect(JSON.stringify(record.mock.calls)).not.toContain(PHONE);
  });

  test('is one, sent again', async () => {
    await look(pengTao);
    await look(pengTao);
    await look(pengTao, 'request-6');
    const ids = record.mock.calls.map(([[one]]) => one?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('that cannot be recorded is not answered', async () => {
    record.mockRejectedValueOnce(new Error('queue away'));
    await expect(look(pengTao)).rejects.toThrow('queue away');
  });

  test('is refused to those whom the step does not wait for, and unknown to other departments', async () => {
    await expect(look(heMei)).rejects.toMatchObject({ kind: 'refused', code: 'not-permitted' });
    await expect(look(fengJie)).rejects.toMatchObject({ kind: 'refused' });
    await expect(look(suYu)).rejects.toMatchObject({ kind: 'notFound', code: 'unknown-case' });
    expect(record).not.toHaveBeenCalled();
  });
});

describe('a file', () => {
  const clean = file(1, { state: 'clean', sha256: 'aa11' });
  const fetch = (principal: Principal) =>
    lookAtFile(engine, { record }, { principal, params: { caseId: CASE_ID, fileId: fileId(1) }, now, requestId: 'request-5' });

  test('that is downloaded is recorded, whoever it is', async () => {
    expect(await fetch(jiangHe)).toEqual(clean);
    expect(await fetch(pengTao)).toEqual(clean);
    expect(record.mock.calls.map(([[one]]) => one)).toMatchObject(
      [jiangHe, pengTao].map(({ id }) => ({
        action: 'cases:download',
        actor: `person:${id}`,
        resource: `case:${CASE_ID}`,
        detail: { file: fileId(1) },
      })),
    );
  });

  test('of another department is unknown, and one that cannot be recorded is not handed out', async () => {
    await expect(fetch(suYu)).rejects.toMatchObject({ code: 'unknown-case' });
    expect(record).not.toHaveBeenCalled();
    record.mockRejectedValueOnce(new Error('queue away'));
    await expect(fetch(pengTao)).rejects.toThrow('queue away');
  });
});

test('what a reader saw masked is not saved in the place of what it stands for', () => {
  const save = (phone: string) => () => checkFields(FORM, { ...DATA, phone });
  expect(save('139****5678')).toThrow(expect.objectContaining({ code: 'masked-value', details: { fields: ['/phone'] } }));
  expect(save(PHONE)).not.toThrow();
  // Stars elsewhere are nobody's secret.
  expect(() => checkFields(FORM, { ...DATA, hall: { name: '五星 *****' } })).not.toThrow();
});

test('a draft, and a case that ended, say until when they are kept; one under way is kept', () => {
  const stored = { state: replay(REVIEWING), version: 3, updatedAt: 0 };
  expect(present(pengTao, { ...stored, expires: NOW / 1000 }, FORM, REVIEWING)).toMatchObject({ lapsesAt: '2026-07-01T01:00:00.000Z' });
  expect(present(pengTao, stored, FORM, REVIEWING)).not.toHaveProperty('lapsesAt');
});
