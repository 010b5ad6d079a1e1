import { ConflictException, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StepStarted } from '#events/casework.ts';
import type { EventOf } from '#events/envelope.ts';
import { eventQueue, type Received } from '#runtime/queue.ts';
import { APPROVER, at, BOOKING, CASE_ID, FORM, iso, RETURNED, REVIEWING, stateOf, TIME } from './casework.fixture.ts';
import { TIMER_FIRED } from './intake.ts';
import { occurrencesOf } from './occurrences.ts';
import { messageOf, nameOf, Timers, timersOf } from './timers.ts';

const TARGET = { group: 'cases', queueArn: 'queue-arn', roleArn: 'role-arn', deadLettersArn: 'dead-arn' };
const DUE = { caseId: CASE_ID, attempt: 2, level: 1, kind: 'due', at: iso(6, '17:30') } as const;

const started = (change: object = {}) =>
  ({ data: { caseId: CASE_ID, attempt: 2, level: 0, dueAt: iso(6, '17:30'), ...change } }) as EventOf<typeof StepStarted>;

describe('a step that begins', () => {
  test('has a timer for its end, and one before it where it reminds', () => {
    expect(timersOf(started())).toEqual([{ caseId: CASE_ID, attempt: 2, level: 0, kind: 'due', at: iso(6, '17:30') }]);
    expect(timersOf(started({ remindAt: iso(3, '17:30'), level: 3 })).map(({ kind, at: when, level }) => [kind, when, level])).toEqual([
      ['remind', iso(3, '17:30'), 3],
      ['due', iso(6, '17:30'), 3],
    ]);
    expect(timersOf(started({ dueAt: undefined }))).toEqual([]);
  });
});

test('no two timers of a case have one name, as it climbs, is returned and goes on', () => {
  const climbed = { type: 'climbed', waitsFor: APPROVER, dueAt: at(10, '17:30'), now: at(6, '17:30'), ...TIME } as const;
  const asked = { type: 'climbed', dueAt: at(3, '10:40'), now: at(3, '10:20'), ...TIME } as const;
  const history = [...REVIEWING, climbed, ...RETURNED.slice(-1), ...BOOKING.slice(1), asked];
  const all = occurrencesOf(undefined, history, FORM).filter(({ definition }) => definition.name === 'StepStarted');
  const names = all.flatMap(({ data }) => timersOf({ data } as EventOf<typeof StepStarted>)).map(nameOf);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain(`${CASE_ID}-3-0-due`);
  for (const name of names) expect(name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
});

describe('a timer is set', () => {
  let sent: { Name: string; ScheduleExpression: string; Target: { Input: string; [field: string]: unknown } }[];
  let fails: Error | undefined;
  let timers: Timers;
  beforeEach(() => {
    sent = [];
    fails = undefined;
    const client = {
      send: async ({ input }: { input: (typeof sent)[number] }) => {
        if (fails) throw fails;
        sent.push(input);
      },
    };
    timers = new Timers(TARGET, client as unknown as SchedulerClient);
  });

  test('under its name, in its group, once, and goes away when it has rung', async () => {
    await timers.set(DUE, 'trace-1', at(1, '09:00'));
    expect(sent).toMatchObject([
      {
        GroupName: 'cases',
        Name: `${CASE_ID}-2-1-due`,
        ScheduleExpression: 'at(2026-07-06T09:30:00)',
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: 'queue-arn', RoleArn: 'role-arn', DeadLetterConfig: { Arn: 'dead-arn' } },
      },
    ]);
  });

  test.each([
    ['rounded up to the second: never early', '2026-07-06T09:30:00.001Z', '2026-07-06T09:30:00.000Z', 'at(2026-07-06T09:30:05)'],
    ['at its time', '2026-07-06T09:30:10.001Z', '2026-07-06T09:30:00.000Z', 'at(2026-07-06T09:30:11)'],
    ['soon, where its time has passed', '2026-07-01T00:00:00.000Z', '2026-07-06T09:30:00.400Z', 'at(2026-07-06T09:30:06)'],
  ])('%s', async (_, when, now, expression) => {
    await timers.set({ ...DUE, at: when }, 'trace-1', Date.parse(now));
    expect(sent[0]?.ScheduleExpression).toBe(expression);
  });

  test('with a message that the intake reads as an event', async () => {
    await timers.set(DUE, 'trace-1', at(1, '09:00'));
    const got: Received[] = [];
    const queue = eventQueue(async (batch) => {
      got.push(...batch);
      return [];
    });
    await queue({ Records: [{ messageId: 'm-1', body: sent[0]?.Target.Input }] } as never);
    expect(got).toMatchObject([
      { event: { source: 'casework', name: TIMER_FIRED, data: DUE, metadata: { trace: 'trace-1', time: DUE.at, actor: 'system:time' } } },
    ]);
  });

  test('twice is set once', async () => {
    fails = new ConflictException({ message: 'exists', $metadata: {}, Message: 'exists' });
    await expect(timers.set(DUE, 'trace-1', at(1, '09:00'))).resolves.toBeUndefined();
  });

  test('and where it cannot be, that is said', async () => {
    fails = new Error('throttled');
    await expect(timers.set(DUE, 'trace-1', at(1, '09:00'))).rejects.toBe(fails);
  });
});

test('a timer’s message has the same id however often it is set, and another for another timer', () => {
  const idOf = (change: object = {}, trace = 't') => JSON.parse(messageOf({ ...DUE, ...change }, trace)).detail.metadata.id;
  expect(idOf()).toBe(idOf({}, 'another trace'));
  const others = [
    idOf(),
    idOf({ level: 2 }),
    idOf({ attempt: 3 }),
    idOf({ kind: 'remind' }),
    idOf({ caseId: stateOf(...BOOKING).caseId.replace('1N', '2N') }),
  ];
  expect(new Set(others).size).toBe(others.length);
});
