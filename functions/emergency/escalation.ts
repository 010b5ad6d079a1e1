/** The port to Step Functions: starts, asks after, and wakes executions. One execution per incident and attempt. */
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
import { type ExecutionState, type Incident, startOf } from './incident.ts';

const nameOf = ({ incidentId, attempt }: Incident): string => `${incidentId}-${attempt}`;

const executionArn = (stateMachineArn: string, incident: Incident): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${nameOf(incident)}`;

export const startEscalation = async (client: SFNClient, stateMachineArn: string, incident: Incident, now: number): Promise<void> => {
  const { incidentId, attempt, steps, repeat } = incident;
  const input = { incidentId, attempt, ...startOf(incident, now), steps: steps.map(({ within }) => within), repeat };
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name: nameOf(incident), input: JSON.stringify(input) }));
  } catch (error) {
    // Somebody started this attempt already, perhaps with another second on the clock.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
};

export const executionState = async (client: SFNClient, stateMachineArn: string, incident: Incident): Promise<ExecutionState> => {
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn: executionArn(stateMachineArn, incident) }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'ended';
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return 'missing';
    throw error;
  }
};

/** A token that is over already wakes nobody, which is what was wanted. */
const ignoreOver = async (wake: Promise<unknown>): Promise<void> => {
  try {
    await wake;
  } catch (error) {
    if (!(error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)) throw error;
  }
};

/** The calling is over: the step that waits ends, and the execution with it. */
export const endStep = (client: SFNClient, taskToken: string, outcome: 'acknowledged' | 'resolved' | 'superseded'): Promise<void> =>
  ignoreOver(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ outcome }) })));

/** Nobody is on duty at the step's posts: the next is called at once. */
export const skipStep = (client: SFNClient, taskToken: string): Promise<void> =>
  ignoreOver(
    client.send(new SendTaskFailureCommand({ taskToken, error: 'NobodyOnDuty', cause: '该级无人值班 nobody is on duty at this step' })),
  );
