import { defineEnv } from '#runtime/env.ts';

const INCIDENTS_TABLE = 'Incidents, their members, who is called; the local outbox';
const STATE_MACHINE_ARN = 'The escalation';

export const intakeEnv = defineEnv({ INCIDENTS_TABLE, STATE_MACHINE_ARN });
export const callEnv = defineEnv({ INCIDENTS_TABLE });
export const apiEnv = defineEnv({ INCIDENTS_TABLE });
export const watchdogEnv = defineEnv({ INCIDENTS_TABLE, STATE_MACHINE_ARN });
export const releaseEnv = defineEnv({ INCIDENTS_TABLE });
export const notifyEnv = defineEnv({ INCIDENTS_TABLE });
