import { defineEnv } from '#runtime/env.ts';

export const writerEnv = defineEnv({
  AUDIT_TABLE: 'Head, index and openings of the audit log',
  AUDIT_BUCKET: 'The log’s files',
  AUDIT_SECRET: 'The secret that the signing key is derived from',
});

export const auditApiEnv = defineEnv({
  AUDIT_TABLE: 'Head, index and openings of the audit log',
  AUDIT_BUCKET: 'The log’s files',
  AUDIT_QUEUE: 'What is looked at and erased here is logged as well',
});
