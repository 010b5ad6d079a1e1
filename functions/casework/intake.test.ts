import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CaseProposal, StepAnswer } from '#events/casework.ts';
import type { Capability } from '#events/envelope.ts';
import { conflicting, Dynamo } from '#runtime/dynamo.fixture.ts';
import { logger } from '#runtime/logger.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import type { Received } from '#runtime/queue.ts';
import { type CaseEvent, replay } from './case.ts';
import {
  APPROVER,
  ASSESSING,
  at,
  BUREAU,
  CALENDAR,
  CASE_ID,
  caseId,
  DATA,
  FORM,
  GRANTED,
  iso,
  NOW,
  RETENTION,
  RETURNED,
  REVIEWING,
  stateOf,
} from './casework.fixture.ts';
import { intake, TIMER_FIRED, type Timer } from './intake.ts';
import { CaseStore, proposalClaim } from './store.ts';

let table: Dynamo;
let store: CaseStore;
let warnings: ReturnType<typeof vi.spyOn>;
beforeEach(async () => {
  table = new Dynamo('id', 'part');
  store = new CaseStore(table.client, 'cases', RETENTION, () => NOW);
  await store.keepForm(FORM);
  warnings = vi.spyOn(logger, 'warn').mockReturnValue();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => vi.restoreAllMocks());

const lies = (history: readonly CaseEvent[], id = CASE_ID) => {
  const events = history.map((event) => (event.type === 'opened' ? { ...event, caseId: id } : event));
  return store.put(undefined, { events, state: replay(events) }, FORM, { actor: 'x', trace: 'x', now: at(1, '09:31') });
};
const takes = (now: number, ...batch: Received[]) => intake({ store, forms: [FORM], bureau: BUREAU, calendar: CALENDAR }, batch, () => now);
const version = async (id = CASE_ID) => (await store.get(id))?.version;
const phase = async (id = CASE_ID) => (await store.get(id))?.state.phase;
const writes = () => table.writes.filter((name) => name === 'TransactWriteItems').length;

const received = (name: string, data: object, source = 'halls', messageId = `m-${name}`): Received => ({
  messageId,
  event: {
    source: source as Capability,
    name,
    metadata: { id: 'evt_00000000000000000000000000', version: 1, time: iso(1, '09:31'), actor: `system:${source}`, trace: 'trace-5' },
    data,
  },
});
const answer = (change: Partial<StepAnswer> = {}, messageId?: string) =>
  received(
    'HallStepAnswered',
    { caseId: CASE_ID, step: 'assess', attempt: 1, outcome: 'assessed', findings: [], result: { price: 7 }, ...change },
    'halls',
    messageId,
  );
const proposed = (change: Partial<CaseProposal> = {}, messageId?: string) =>
  received(
    'HallCaseProposed',
    { proposalId: 'p-1', formId: 'hall-booking', department: 'education', data: DATA, reason: { zh: '闲置', en: 'Idle' }, ...change },
    'halls',
    messageId,
  );
const timer = (change: Partial<Timer> = {}) =>
  received(TIMER_FIRED, { caseId: CASE_ID, attempt: 1, level: 0, kind: 'due', at: iso(1, '09:40'), ...change }, 'casework');

describe('an answer', () => {
  test('takes the case on, on behalf of who gave it, in the chain in which it came', async () => {
    await lies(ASSESSING);
    expect(await takes(at(1, '09:32'), answer())).toEqual([]);
    expect(await phase()).toMatchObject({ step: 'review', attempt: 2, since: at(1, '09:32') });
    expect((await store.history(CASE_ID)).at(-1)).toMatchObject({ by: 'system:halls', now: at(1, '09:32') });
    expect(fromOutbox(table.find(CASE_ID, 'case').outbox)[0]?.metadata).toMatchObject({ actor: 'system:halls', trace: 'trace-5' });
  });

  test('skips by rule what its result permits', async () => {
    await lies(ASSESSING);
    await takes(at(1, '09:32'), answer({ result: { small: true } }));
    expect(await phase()).toMatchObject({ step: 'approve' });
  });

  test('that comes twice, in one batch or later, is taken once', async () => {
    await lies(ASSESSING);
    expect(await takes(at(1, '09:32'), answer(), answer())).toEqual([]);
    expect(await takes(at(1, '09:33'), answer())).toEqual([]);
    expect(writes()).toBe(2);
    expect(await version()).toBe(2);
  });

  test('that comes late, to a case that was left, ended or never was, changes nothing', async () => {
    await lies(GRANTED);
    await lies(RETURNED, caseId(2));
    expect(await takes(at(4, '09:00'), answer(), answer({ caseId: caseId(2) }), answer({ caseId: caseId(3) }))).toEqual([]);
    expect(writes()).toBe(2);
    expect(warnings).not.toHaveBeenCalled();
  });

  test('that the step does not know comes again, until a person looks at it', async () => {
    await lies(ASSESSING);
    expect(await takes(at(1, '09:32'), answer({ outcome: 'assesed' }, 'm-7'))).toEqual(['m-7']);
    expect(warnings).toHaveBeenCalledOnce();
    expect(await version()).toBe(1);
  });

  test('meets a person’s change: it is decided anew on what that made', async () => {
    await lies(ASSESSING);
    const before = await store.get(CASE_ID);
    let raced = false;
    table.before = async ({ name }) => {
      if (name !== 'TransactWriteItems' || raced) return;
      raced = true;
      const events: CaseEvent[] = [{ type: 'ended', outcome: 'withdrawn', now: at(1, '09:32'), by: 'person:jiang-he' }];
      await store.put(before, { events, state: stateOf(...ASSESSING, ...events) }, FORM, { actor: 'x', trace: 'x', now: at(1, '09:32') });
    };
    expect(await takes(at(1, '09:33'), answer())).toEqual([]);
    expect(await phase()).toMatchObject({ at: 'ended', outcome: 'withdrawn' });
    expect(await version()).toBe(2);
  });
});

describe('a proposal', () => {
  const claimed = () => store.claimed(proposalClaim('p-1'));

  test('opens a case and sends it, with the version of the form that there is now', async () => {
    expect(await takes(at(1, '10:00'), proposed())).toEqual([]);
    const id = (await claimed())?.caseId as string;
    expect(id).toMatch(/^case_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect((await store.get(id))?.state).toMatchObject({
      applicant: 'system:halls',
      people: [],
      data: DATA,
      findings: [{ id: 'proposed', text: { en: 'Idle' } }, { id: 'no-phone' }],
      phase: { step: 'assess' },
      form: { version: 3 },
    });
    expect(await new CaseStore(table.client, 'cases', RETENTION, () => NOW).form({ id: FORM.id, version: 3, digest: FORM.digest })).toEqual(
      FORM,
    );
  });

  test('that comes twice, at once or a day later, opens one', async () => {
    expect(await takes(at(1, '10:00'), proposed(), proposed())).toEqual([]);
    expect(await takes(at(2, '10:00'), proposed())).toEqual([]);
    expect(table.all.filter(({ part }) => part === 'case').length).toBe(1);
    expect(await takes(at(2, '10:00'), proposed({ proposalId: 'p-2' }))).toEqual([]);
    expect(table.all.filter(({ part }) => part === 'case').length).toBe(2);
  });

  test('that two handle at the same moment opens one', async () => {
    expect((await Promise.all([takes(at(1, '10:00'), proposed()), takes(at(1, '10:00') + 1, proposed())])).flat()).toEqual([]);
    expect(table.all.filter(({ part }) => part === 'case').length).toBe(1);
  });

  test('for a form that is not there, or not as the form asks, comes again and opens nothing', async () => {
    expect(await takes(at(1, '10:00'), proposed({ formId: 'hall-bookings' }, 'm-1'), proposed({ data: { seats: 1 } }, 'm-2'))).toEqual([
      'm-1',
      'm-2',
    ]);
    expect(table.all.filter(({ part }) => part === 'case')).toEqual([]);
    const errors = warnings.mock.calls.map((call: unknown[]) => (call[1] as { error: { code?: string } }).error.code);
    expect(errors).toEqual(['unknown-form', 'form-incomplete']);
    expect(await claimed()).toBeUndefined();
  });

  test('larger than a case may be comes again and opens nothing', async () => {
    expect(await takes(at(1, '10:00'), proposed({ data: { ...DATA, hall: { name: 'x'.repeat(70_000) } } }, 'm-1'))).toEqual(['m-1']);
    expect(writes()).toBe(0);
  });
});

describe('a timer', () => {
  test('takes silence for an answer, on behalf of time', async () => {
    await lies(ASSESSING);
    expect(await takes(at(1, '09:40'), timer())).toEqual([]);
    expect(await phase()).toMatchObject({ step: 'review' });
    expect((await store.history(CASE_ID)).slice(-2)).toMatchObject([
      { type: 'decided', outcome: 'unavailable', by: 'system:time' },
      { type: 'stepStarted', by: 'system:casework' },
    ]);
  });

  test('that rings a little before our own clock’s time counts from when it was due', async () => {
    await lies(ASSESSING);
    await takes(at(1, '09:40') - 900, timer());
    expect((await store.history(CASE_ID)).at(-1)).toMatchObject({ now: at(1, '09:40') });
  });

  test('that rings for another time than the case’s is no news', async () => {
    await lies(REVIEWING);
    const early = timer({ attempt: 2, at: iso(6, '17:29') });
    const stale = [timer({ attempt: 1 }), timer({ attempt: 2, level: 1, at: iso(6, '17:30') }), timer({ attempt: 3, at: iso(6, '17:30') })];
    expect(await takes(at(6, '17:29'), early, ...stale)).toEqual([]);
    expect(writes()).toBe(1);
  });

  test('that rings late counts from then', async () => {
    await lies(REVIEWING);
    await takes(at(7, '08:00'), timer({ attempt: 2, at: iso(6, '17:30') }));
    // From Tuesday the 7th: four working days, of which the Saturday is one.
    expect(await phase()).toMatchObject({ level: 1, waitsFor: APPROVER, dueAt: at(11, '17:30') });
  });

  test('that comes twice is taken once', async () => {
    await lies(REVIEWING);
    const reminder = timer({ attempt: 2, kind: 'remind', at: iso(3, '17:30') });
    await takes(at(3, '17:30'), reminder, reminder, timer({ attempt: 2, at: iso(6, '17:30') }), timer({ attempt: 2, at: iso(6, '17:30') }));
    expect(writes()).toBe(3);
    expect(await phase()).toMatchObject({ level: 1 });
  });

  test('ends what nobody amended', async () => {
    await lies(RETURNED);
    await takes(at(9, '17:30'), timer({ attempt: 3, at: iso(9, '17:30') }));
    expect(await phase()).toMatchObject({ at: 'ended', outcome: 'lapsed' });
  });

  test('for a case that is not there is no news', async () => {
    expect(await takes(at(1, '09:40'), timer())).toEqual([]);
  });
});

describe('a batch', () => {
  test('of which one fails: the others are taken', async () => {
    await lies(ASSESSING);
    await lies(ASSESSING, caseId(2));
    const batch = [answer({ outcome: 'nonsense' }, 'm-1'), answer({ caseId: caseId(2) }, 'm-2'), proposed({}, 'm-3')];
    expect(await takes(at(1, '09:32'), ...batch)).toEqual(['m-1']);
    expect(await version(caseId(2))).toBe(2);
    expect(await store.claimed(proposalClaim('p-1'))).toBeDefined();
  });

  test('comes again where the table does not answer, and is taken then', async () => {
    await lies(ASSESSING);
    table.before = () => {
      throw new Error('network');
    };
    expect(await takes(at(1, '09:32'), answer({}, 'm-1'), proposed({}, 'm-2'))).toEqual(['m-1', 'm-2']);
    table.before = () => undefined;
    expect(await takes(at(1, '09:32'), answer({}, 'm-1'), proposed({}, 'm-2'))).toEqual([]);
    expect(await version()).toBe(2);
  });

  test('comes again after too many conflicts', async () => {
    await lies(ASSESSING);
    table.before = ({ name }) => {
      if (name === 'TransactWriteItems') throw conflicting();
    };
    expect(await takes(at(1, '09:32'), answer({}, 'm-1'))).toEqual(['m-1']);
  });

  test('with an event of no concern: it is said, and does not come again', async () => {
    expect(await takes(at(1, '09:32'), received('HallOpened', {}))).toEqual([]);
    expect(warnings).toHaveBeenCalledWith('event of no concern', { source: 'halls', name: 'HallOpened' });
  });

  test('logs no personal data', async () => {
    await lies(ASSESSING);
    await takes(
      at(1, '09:32'),
      proposed({ data: { ...DATA, phone: 'not-13800000000' } }),
      answer({ outcome: 'x', result: { phone: '13800000000' } }),
    );
    expect(warnings).toHaveBeenCalledTimes(2);
    expect(
      JSON.stringify(warnings.mock.calls, (_, value) => (value instanceof Error ? { ...value, message: value.message } : value)),
    ).not.toContain('13800000000');
  });
});
