import { beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from '#functions/identity/directory.ts';
import type { Officer } from '#functions/identity/officer.ts';
import { Directory } from '#functions/identity/store.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { assigning, listAssignees, type Register } from './assignees.ts';
import { type CaseEvent, replay } from './case.ts';
import { command, type Engine } from './cases.ts';
import {
  APPROVING,
  ASSESSING,
  at,
  BUREAU,
  CALENDAR,
  CASE_ID,
  FORM,
  formWith,
  heMei,
  jiangHe,
  opened,
  pengTao,
  RETENTION,
  REVIEW,
  REVIEWING,
  stateOf,
  suYu,
} from './casework.fixture.ts';
import { CaseStore } from './store.ts';

const now = at(1, '16:00');
const cause = { actor: 'person:yu-qing', trace: 'req-7', now };
const words = (id: string) => ({ zh: `中${id}`, en: id });
const officer = (id: string, duty: Officer['duties'][number]['duty'], more: Partial<Officer> = {}): Officer => ({
  id,
  name: words(id),
  duties: [{ department: duty === 'it-officer' ? 'education' : BUREAU, duty }],
  ...more,
});

const OFFICERS: Officer[] = [
  officer('peng-tao', 'reviewer'),
  officer('cao-ning', 'reviewer'),
  officer('gone', 'reviewer', { leftOn: '2026-07-01' }),
  officer('leaving', 'reviewer', { leftOn: '2026-07-02' }),
  officer('later', 'reviewer', { duties: [{ department: BUREAU, duty: 'reviewer', from: '2026-07-02' }] }),
  officer('elsewhere', 'reviewer', { duties: [{ department: 'health', duty: 'reviewer' }] }),
  officer('robot', 'reviewer', { kind: 'service' }),
  officer('he-mei', 'approver'),
  officer('yuan-mei', 'operator'),
  officer('jiang-he', 'it-officer', {
    duties: [
      { department: 'education', duty: 'it-officer' },
      { department: BUREAU, duty: 'reviewer' },
    ],
  }),
];

let directory: Directory;
let register: Register;
let engine: Engine & { store: CaseStore };
beforeEach(async () => {
  directory = new Directory(new Dynamo('id').client, 'directory', OFFICERS);
  register = { directory, bureau: BUREAU, timezone: 'Asia/Shanghai' };
  engine = { store: new CaseStore(new Dynamo('id', 'part').client, 'cases', RETENTION), bureau: BUREAU, calendar: CALENDAR };
  await engine.store.keepForm(FORM);
});

const lies = (history: readonly CaseEvent[], form = FORM) =>
  engine.store.put(undefined, { events: history, state: replay(history) }, form, { ...cause });
/** The reviewer's duty is lent, to the end of a day. */
const lends = (delegator: string, deputy: string, until: string) =>
  directory.putDelegation(
    undefined,
    {
      delegation: {
        delegationId: `dlg_${delegator}`,
        department: BUREAU,
        duty: 'reviewer',
        delegator: { id: delegator, name: words(delegator) },
        deputy: { id: deputy, name: words(deputy) },
        reason: '年休假',
        until,
        createdAt: '2026-06-30T04:00:00.000Z',
      },
      occurrences: [],
    },
    cause,
  );
const hands = async (to: string | undefined, by = pengTao) => {
  const body = to === undefined ? {} : { to };
  const call = { principal: by, ifMatch: 1, now, requestId: 'request-3' };
  const { stored } = await command(engine, call, CASE_ID, 'cases:assign', assigning(register, { body, now }));
  const { phase } = stored.state;
  return phase.at === 'step' ? phase.assignee : phase.at;
};
const offered = async (by = pengTao) =>
  (await listAssignees(engine, register, { principal: by, params: { caseId: CASE_ID }, now })).items.map(({ id }) => id);

describe('a step is handed', () => {
  test.each(['cao-ning', 'peng-tao', 'leaving'])('to %s, who holds its duty today', async (to) => {
    await lies(REVIEWING);
    expect(await hands(to)).toBe(to);
  });

  test.each(['nobody', 'gone', 'later', 'elsewhere', 'yuan-mei', 'he-mei', 'constructor'])('not to %s', async (to) => {
    await lies(REVIEWING);
    await expect(hands(to)).rejects.toMatchObject({
      kind: 'refused',
      code: 'assignee-without-duty',
      text: { zh: expect.stringContaining('审核岗'), en: expect.stringContaining('Reviewer') },
      details: { waitsFor: { department: BUREAU, duty: 'reviewer' } },
    });
    expect((await engine.store.get(CASE_ID))?.version).toBe(1);
  });

  test('not to oneself, where one may only hand it over', async () => {
    await lies(REVIEWING);
    await expect(hands('he-mei', heMei)).rejects.toMatchObject({ code: 'assignee-without-duty' });
    expect(await hands('cao-ning', heMei)).toBe('cao-ning');
  });

  test('to who holds the duty by delegation, as long as it lasts', async () => {
    await lies(REVIEWING);
    await lends('cao-ning', 'yuan-mei', '2026-07-01');
    expect(await hands('yuan-mei')).toBe('yuan-mei');
  });

  test('and not when it has ended, or who gave it has left', async () => {
    await lies(REVIEWING);
    await lends('cao-ning', 'yuan-mei', '2026-06-30');
    await lends('gone', 'yuan-mei', '2026-07-09');
    await expect(hands('yuan-mei')).rejects.toMatchObject({ code: 'assignee-without-duty' });
  });

  test('by what the bureau wrote, not by what the YAML began with', async () => {
    await lies(REVIEWING);
    const moved: Entry = { id: 'cao-ning', kind: 'person', name: words('cao-ning'), duties: [{ department: BUREAU, duty: 'operator' }] };
    await directory.putEntry(0, { entry: moved, occurrences: [] }, cause);
    await expect(hands('cao-ning')).rejects.toMatchObject({ code: 'assignee-without-duty' });
  });

  test('not to who may not decide on this very request, and it is said why', async () => {
    await lies(REVIEWING);
    await expect(hands('jiang-he')).rejects.toMatchObject({
      kind: 'refused',
      code: 'assignee-may-not-decide',
      text: { en: expect.stringContaining('drafted, changed or sent') },
    });
    await expect(hands('robot')).rejects.toMatchObject({ code: 'assignee-may-not-decide' });
  });

  test('to nobody: back to all of them', async () => {
    await lies([...REVIEWING, { type: 'assigned', to: 'gone', now, by: 'person:x' }]);
    expect(await hands(undefined)).toBeUndefined();
  });

  test('only where people are waited for', async () => {
    await lies(ASSESSING);
    await expect(hands('nobody', heMei)).rejects.toMatchObject({ code: 'case-not-at-step' });
  });
});

describe('it is offered', () => {
  test('to whoever it can be handed to, and to nobody else', async () => {
    await lies(REVIEWING);
    await lends('cao-ning', 'yuan-mei', '2026-07-09');
    expect(await offered()).toEqual(['cao-ning', 'leaving', 'peng-tao', 'yuan-mei']);
    const taken = await Promise.all(
      OFFICERS.map(({ id }) =>
        assigning(register, { body: { to: id }, now })(FORM, stateOf(...REVIEWING)).then(
          () => [id],
          () => [],
        ),
      ),
    );
    expect(taken.flat().sort()).toEqual(await offered());
  });

  test('not to who decided the step from which it is kept apart', async () => {
    const form = { ...formWith({ approve: { people: REVIEW.people, separateFrom: ['review'] } }), digest: 'apart' };
    await engine.store.keepForm(form);
    const waits = { ...APPROVING.at(-1), waitsFor: { duty: 'reviewer', department: BUREAU } } as CaseEvent;
    await lies([{ ...opened, form: { id: form.id, version: 3, digest: 'apart' } } as CaseEvent, ...APPROVING.slice(1, -1), waits], form);
    expect(await offered()).toEqual(['cao-ning', 'leaving']);
    await expect(hands('peng-tao')).rejects.toMatchObject({ kind: 'refused', code: 'separation-of-duties' });
  });

  test('to nobody where no people are waited for', async () => {
    await lies(ASSESSING);
    expect(await offered(heMei)).toEqual([]);
  });

  test('by whoever may hand it over; to others it is refused or unknown', async () => {
    await lies(REVIEWING);
    await expect(offered(jiangHe)).rejects.toMatchObject({ kind: 'refused', code: 'not-permitted' });
    await expect(offered(suYu)).rejects.toMatchObject({ kind: 'notFound', code: 'unknown-case' });
    expect(await offered(heMei)).toContain('cao-ning');
  });
});
