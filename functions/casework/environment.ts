import { defineEnv } from '#runtime/env.ts';

const CASES_TABLE = 'Cases, their history, the definitions that they run by';

export const apiEnv = defineEnv({
  CASES_TABLE,
  FILES_BUCKET: 'What applicants attach',
  AUDIT_QUEUE: 'Where looks at personal data are recorded',
  DIRECTORY_TABLE: 'Who holds which duty: to whom a step can be handed',
});
export const intakeEnv = defineEnv({ CASES_TABLE });
export const timersEnv = defineEnv({
  TIMERS_GROUP: 'The schedule group of the cases’ timers',
  TIMERS_QUEUE_ARN: 'Where a timer’s message goes: the intake’s queue',
  TIMERS_ROLE_ARN: 'What EventBridge Scheduler puts it there with',
  TIMERS_DEAD_LETTERS_ARN: 'What could not be put there',
});
export const eraserEnv = defineEnv({ CASES_TABLE, FILES_BUCKET: 'What applicants attach' });
export const filesEnv = defineEnv({
  CASES_TABLE,
  FILES_BUCKET: 'What applicants attach',
  SCANNER_URL: 'HTTP endpoint of the malware scanner; empty: the built-in check',
});
