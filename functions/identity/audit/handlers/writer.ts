import { randomBytes } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { Failure } from '#runtime/failure.ts';
import { logger } from '#runtime/logger.ts';
import { pause } from '#runtime/table.ts';
import { Bucket } from '../bucket.ts';
import type { AuditConfig } from '../config.ts';
import { dayIn } from '../day.ts';
import { writerEnv } from '../environment.ts';
import { fromMessage, type Logged, SALT_BYTES } from '../record.ts';
import { ed25519 } from '../signer.ts';
import { AuditStore } from '../store.ts';
import { Writer } from '../writer.ts';

const env = readEnv(writerEnv);
const { origin, timezone } = readConfig<AuditConfig>();

const start = async (): Promise<Writer> => {
  const secrets = new SecretsManagerClient(clientOptions);
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: env.AUDIT_SECRET }));
  if (!SecretString) throw new Error('The secret of the audit log’s key is empty');
  return new Writer({
    ledger: new AuditStore(dynamo(), env.AUDIT_TABLE, dayIn(timezone)),
    files: new Bucket(new S3Client(clientOptions), env.AUDIT_BUCKET),
    signer: ed25519(origin, SecretString),
    salt: () => randomBytes(SALT_BYTES),
    pause,
  });
};

let starting: Promise<Writer> | undefined;
const writer = (): Promise<Writer> => {
  starting ??= start().catch((error: unknown) => {
    starting = undefined;
    throw error;
  });
  return starting;
};

/** Batches of the queue, and once a minute the schedule. What throws comes again whole; a message that cannot be logged ends where a person finds it. */
export const handler = async (input: SQSEvent | object): Promise<SQSBatchResponse> => {
  if (!('Records' in input)) {
    await (await writer()).repair();
    return { batchItemFailures: [] };
  }
  const records: Logged[] = [];
  const unreadable: string[] = [];
  for (const { messageId, body } of input.Records) {
    try {
      records.push(fromMessage(body));
    } catch (error) {
      // Its code, never its content.
      logger.error('record cannot be logged', { messageId, reason: error instanceof Failure ? error.message : 'unreadable' });
      unreadable.push(messageId);
    }
  }
  if (records.length > 0) await (await writer()).append(records);
  return { batchItemFailures: unreadable.map((itemIdentifier) => ({ itemIdentifier })) };
};
