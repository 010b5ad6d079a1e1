import { SFNClient } from '@aws-sdk/client-sfn';
import type { AlertsEvent } from '#events/alerts.ts';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { eventQueue } from '#runtime/queue.ts';
import type { EmergencyConfig } from '../config.ts';
import { intakeEnv } from '../environment.ts';
import { startEscalation } from '../escalation.ts';
import { type Intake, takeIn } from '../intake.ts';
import { IncidentStore } from '../store.ts';

const env = readEnv(intakeEnv);
const executions = new SFNClient(clientOptions);

const intake: Intake = {
  config: readConfig<EmergencyConfig>(),
  store: new IncidentStore(dynamo(), env.INCIDENTS_TABLE),
  start: (incident, now) => startEscalation(executions, env.STATE_MACHINE_ARN, incident, now),
};

export const handler = eventQueue<AlertsEvent>((batch) => takeIn(intake, batch, Date.now()));
