import { SQSClient } from '@aws-sdk/client-sqs';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { logger } from '#runtime/logger.ts';
import { compileConfig, type DevicesConfig } from '../config.ts';
import { type Consumer, consume } from '../consume.ts';
import { consumerEnv } from '../environment.ts';
import { quarantine } from '../quarantine.ts';
import { DeviceStore } from '../store.ts';

const env = readEnv(consumerEnv);
const types = compileConfig(readConfig<DevicesConfig>());
// The region's endpoint, not the URL's host: an emulator's queue URLs name it as it calls itself.
const queue = new SQSClient({ ...clientOptions, useQueueUrlAsEndpoint: false });
const tables = { devices: env.DEVICES_TABLE, readings: env.READINGS_TABLE, readingDays: Number(env.READING_DAYS) };

const consumer: Consumer = {
  types,
  store: new DeviceStore(dynamo(), tables, types),
  quarantine: (records) => quarantine(queue, env.QUARANTINE_URL, records),
  cache: new Map(),
  warn: (message, details) => logger.warn(message, details),
};

export const handler = async (event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> => {
  const { failed, counts } = await consume(
    consumer,
    event.Records.map((record) => record.kinesis),
    Date.now(),
  );
  logger.info('batch', { ...counts, failed: failed.length });
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
