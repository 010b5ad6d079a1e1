import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { logger } from '#runtime/logger.ts';
import { tell } from '../cases.ts';
import type { CaseworkConfig } from '../config.ts';
import { filesEnv } from '../environment.ts';
import { Files, fileOf } from '../files.ts';
import { fateOf, inspect } from '../inspect.ts';
import { scannerAt } from '../scanner.ts';
import { CaseStore } from '../store.ts';

const { bureau, calendar, retention } = readConfig<CaseworkConfig>();
const env = readEnv(filesEnv);
const store = new CaseStore(dynamo(), env.CASES_TABLE, retention);
const files = new Files(env.FILES_BUCKET);
const scan = scannerAt(env.SCANNER_URL);

interface Uploaded {
  readonly key: string;
  readonly 'version-id'?: string;
}

/** One uploaded object. */
const check = async ({ key, 'version-id': uploaded }: Uploaded): Promise<void> => {
  const named = fileOf(key);
  if (!named) return;
  const stored = await store.get(named.caseId);
  const file = stored?.state.files.find(({ fileId }) => fileId === named.fileId);
  const fate = fateOf(file, uploaded);
  if (fate === 'remove') await files.remove(named.caseId, named.fileId, uploaded);
  if (fate !== 'check' || !file) return;
  const { bytes, version } = await files.read(key);
  const checked = await inspect(file, bytes, createHash('sha256').update(bytes).digest('hex'), scan);
  const actor = { by: 'system:files', trace: named.fileId };
  await tell(
    { store, bureau, calendar },
    named.caseId,
    { type: 'checkFile', file: { ...checked, ...(version !== undefined && { version }) } },
    actor,
    Date.now(),
  );
};

/** S3 tells of uploads by EventBridge. What fails comes again. */
export const handler = async (input: SQSEvent): Promise<SQSBatchResponse> => {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body } of input.Records) {
    try {
      await check(JSON.parse(body).detail.object);
    } catch (error) {
      logger.warn('file not checked', { messageId, error: error as Error });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};
