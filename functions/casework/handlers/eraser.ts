import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { logger } from '#runtime/logger.ts';
import { eventQueue } from '#runtime/queue.ts';
import type { CaseworkConfig } from '../config.ts';
import { eraserEnv } from '../environment.ts';
import { erase, type Leaving } from '../eraser.ts';
import { Files } from '../files.ts';
import { CaseStore } from '../store.ts';

const { retention } = readConfig<Pick<CaseworkConfig, 'retention'>>();
const env = readEnv(eraserEnv);
const remains = { store: new CaseStore(dynamo(), env.CASES_TABLE, retention), files: new Files(env.FILES_BUCKET) };

export const handler = eventQueue<Leaving>(async (batch) => {
  const failed: string[] = [];
  for (const { messageId, event } of batch) {
    try {
      await erase(remains, event);
    } catch (error) {
      logger.warn('not erased', { caseId: event.data.caseId, name: event.name, error: error as Error });
      failed.push(messageId);
    }
  }
  return failed;
});
