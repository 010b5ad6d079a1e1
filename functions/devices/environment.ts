import { defineEnv } from '#runtime/env.ts';

export const consumerEnv = defineEnv({
  DEVICES_TABLE: 'One item per device: registration, state, outbox',
  READINGS_TABLE: 'History of readings, in chunks',
  READING_DAYS: 'Days that the history is kept',
  QUARANTINE_URL: 'Queue of the records that could not be used',
});

export const registrarEnv = defineEnv({ DEVICES_TABLE: 'One item per device' });

export const devicesApiEnv = defineEnv({
  DEVICES_TABLE: 'One item per device',
  READINGS_TABLE: 'History of readings, in chunks',
});
