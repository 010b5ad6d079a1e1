import { SFNClient } from '@aws-sdk/client-sfn';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import type { EmergencyConfig } from '../config.ts';
import { watchdogEnv } from '../environment.ts';
import { executionState, startEscalation } from '../escalation.ts';
import { IncidentStore } from '../store.ts';
import { type Watchdog, watch } from '../watchdog.ts';

const env = readEnv(watchdogEnv);
const executions = new SFNClient(clientOptions);

const watchdog: Watchdog = {
  towns: readConfig<EmergencyConfig>().towns.map(({ id }) => id),
  store: new IncidentStore(dynamo(), env.INCIDENTS_TABLE),
  state: (incident) => executionState(executions, env.STATE_MACHINE_ARN, incident),
  start: (incident, now) => startEscalation(executions, env.STATE_MACHINE_ARN, incident, now),
};

export const handler = async (): Promise<{ revived: number }> => ({ revived: await watch(watchdog, Date.now()) });
