import type { StepStarted } from '#events/casework.ts';
import type { EventOf } from '#events/envelope.ts';
import { readEnv } from '#runtime/env.ts';
import { logger } from '#runtime/logger.ts';
import { eventQueue } from '#runtime/queue.ts';
import { timersEnv } from '../environment.ts';
import { Timers, timersOf } from '../timers.ts';

const env = readEnv(timersEnv);
const timers = new Timers({
  group: env.TIMERS_GROUP,
  queueArn: env.TIMERS_QUEUE_ARN,
  roleArn: env.TIMERS_ROLE_ARN,
  deadLettersArn: env.TIMERS_DEAD_LETTERS_ARN,
});

export const handler = eventQueue<EventOf<typeof StepStarted>>(async (batch) => {
  const set = await Promise.allSettled(
    batch.map(async ({ event }) => {
      for (const timer of timersOf(event)) await timers.set(timer, event.metadata.trace, Date.now());
    }),
  );
  return batch.flatMap(({ messageId, event }, i) => {
    const result = set[i];
    if (result?.status !== 'rejected') return [];
    logger.warn('timer not set', { caseId: event.data.caseId, error: result.reason as Error });
    return [messageId];
  });
});
