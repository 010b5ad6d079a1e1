import { SFNClient } from '@aws-sdk/client-sfn';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { retryConflicts } from '#runtime/table.ts';
import { type Caller, type Command, call, exhaustRound } from '../call.ts';
import type { EmergencyConfig } from '../config.ts';
import { callEnv } from '../environment.ts';
import { endStep, skipStep } from '../escalation.ts';
import { IncidentStore } from '../store.ts';

const executions = new SFNClient(clientOptions);

const caller: Caller = {
  config: readConfig<EmergencyConfig>(),
  store: new IncidentStore(dynamo(), readEnv(callEnv).INCIDENTS_TABLE),
  end: (token) => endStep(executions, token, 'superseded'),
  skip: (token) => skipStep(executions, token),
};

/** What the escalation asks for: call a step and remember the token that waits for its answer, or say that a round is exhausted. */
export const handler = (command: Command): Promise<{ outcome: string }> =>
  retryConflicts(() => (command.kind === 'call' ? call(caller, command, Date.now()) : exhaustRound(caller, command, Date.now())));
