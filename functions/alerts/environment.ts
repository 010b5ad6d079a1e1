import { defineEnv } from '#runtime/env.ts';

export const alertsEnv = defineEnv({ ALERTS_TABLE: 'One item per alert, with its outbox' });
