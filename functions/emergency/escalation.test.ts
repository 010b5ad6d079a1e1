import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { describe, expect, test, vi } from 'vitest';
import { after, calling, exhausted, INCIDENT_ID, opened } from './emergency.fixture.ts';
import { endStep, executionState, skipStep, startEscalation } from './escalation.ts';

const MACHINE = 'arn:aws-cn:states:cn-north-1:123456789012:stateMachine:luojiang-escalation';
const SAYS = { message: 'said by Step Functions', $metadata: {} };

type Sent = { readonly constructor: unknown; readonly input: Record<string, unknown> };

const answering = (answer: object = {}) => {
  const send = vi.fn(async (_: Sent) => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { client: { send } as unknown as SFNClient, sent: () => send.mock.calls.map(([command]) => command) };
};

describe('an execution', () => {
  test('is named after incident and attempt, and knows where to begin and how long each step takes', async () => {
    const { client, sent } = answering();
    await startEscalation(client, MACHINE, { ...calling(1, 0), attempt: 3 }, after(100));
    expect(sent()).toHaveLength(1);
    expect(sent()[0]).toBeInstanceOf(StartExecutionCommand);
    const { input, ...named } = sent()[0]?.input ?? {};
    expect(named).toEqual({ stateMachineArn: MACHINE, name: `${INCIDENT_ID}-3` });
    expect(JSON.parse(input as string)).toEqual({
      incidentId: INCIDENT_ID,
      attempt: 3,
      round: 1,
      step: 1,
      remaining: 500,
      pause: 0,
      steps: [300, 600, 900],
      repeat: { after: 1200, from: 1 },
    });
  });

  test('of an exhausted plan waits for the next round', async () => {
    const { client, sent } = answering();
    await startEscalation(client, MACHINE, exhausted(0), after(200));
    expect(JSON.parse(sent()[0]?.input.input as string)).toMatchObject({ round: 2, step: 1, pause: 1000 });
  });

  test('that was started already is started', async () => {
    await expect(startEscalation(answering(new ExecutionAlreadyExists(SAYS)).client, MACHINE, opened(), after(0))).resolves.toBeUndefined();
  });

  test('that can’t be started is a failure', async () => {
    const away = new Error('away');
    await expect(startEscalation(answering(away).client, MACHINE, opened(), after(0))).rejects.toBe(away);
  });
});

describe('the state of an execution', () => {
  const stateOf = (answer: object) => executionState(answering(answer).client, MACHINE, { ...opened(), attempt: 2 });

  test.each([
    ['RUNNING', 'running'],
    ['PENDING_REDRIVE', 'running'],
    ['SUCCEEDED', 'ended'],
    ['FAILED', 'ended'],
    ['TIMED_OUT', 'ended'],
    ['ABORTED', 'ended'],
  ])('%s is %s', async (status, state) => expect(await stateOf({ status })).toBe(state));

  test('is missing when there is none', async () => expect(await stateOf(new ExecutionDoesNotExist(SAYS))).toBe('missing'));

  test('is not known when Step Functions doesn’t answer: nothing follows from that', async () => {
    const away = new Error('away');
    await expect(stateOf(away)).rejects.toBe(away);
  });

  test('is asked for by the same name under which it was started', async () => {
    const { client, sent } = answering({ status: 'RUNNING' });
    await executionState(client, MACHINE, { ...opened(), attempt: 2 });
    expect(sent()[0]).toBeInstanceOf(DescribeExecutionCommand);
    expect(sent()[0]?.input).toEqual({
      executionArn: `arn:aws-cn:states:cn-north-1:123456789012:execution:luojiang-escalation:${INCIDENT_ID}-2`,
    });
  });
});

describe('a step that waits', () => {
  const ways = [
    ['ended', (client: SFNClient) => endStep(client, 'token', 'acknowledged')],
    ['skipped', (client: SFNClient) => skipStep(client, 'token')],
  ] as const;

  test('is ended by its token, with the outcome', async () => {
    const { client, sent } = answering();
    await endStep(client, 'token-7', 'superseded');
    expect(sent()[0]).toBeInstanceOf(SendTaskSuccessCommand);
    expect(sent()[0]?.input).toEqual({ taskToken: 'token-7', output: '{"outcome":"superseded"}' });
  });

  test('is skipped by an error that the escalation doesn’t try again', async () => {
    const { client, sent } = answering();
    await skipStep(client, 'token-7');
    expect(sent()[0]).toBeInstanceOf(SendTaskFailureCommand);
    expect(sent()[0]?.input).toMatchObject({ taskToken: 'token-7', error: 'NobodyOnDuty' });
  });

  test.each(ways)('%s by a token that is over is over', async (_, way) => {
    for (const over of [new TaskTimedOut(SAYS), new TaskDoesNotExist(SAYS), new InvalidToken(SAYS)]) {
      await expect(way(answering(over).client)).resolves.toBeUndefined();
    }
  });

  test.each(ways)('that can’t be %s for another reason is a failure', async (_, way) => {
    const away = new Error('away');
    await expect(way(answering(away).client)).rejects.toBe(away);
  });
});
