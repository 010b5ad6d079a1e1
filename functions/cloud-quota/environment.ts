import { defineEnv } from '#runtime/env.ts';

export const quotaEnv = defineEnv({ QUOTA_TABLE: 'Books, journal, allocations, systems and answers, with their outbox' });

export const metersEnv = defineEnv({
  QUOTA_TABLE: quotaEnv.QUOTA_TABLE,
  BUCKET_SIZES: 'Where buckets’ sizes come from: cloudwatch, or listing where nothing measures them',
});
