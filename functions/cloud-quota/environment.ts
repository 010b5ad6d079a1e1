import { defineEnv } from '#runtime/env.ts';

export const quotaEnv = defineEnv({ QUOTA_TABLE: 'Books, journal, allocations, systems and answers, with their outbox' });

export const quotaApiEnv = defineEnv({
  QUOTA_TABLE: 'Books, journal, allocations, systems and answers, with their outbox',
  AUDIT_QUEUE: 'Where looks at personal data are recorded',
});
