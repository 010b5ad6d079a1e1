/** How a capability logs what it lets people do and see: into the audit log's queue (AUDIT_QUEUE, `sendsTo` in its stack). */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { pagesOf } from '#runtime/batch.ts';
import { Failure } from '#runtime/failure.ts';
import { pause } from '#runtime/table.ts';
import { type AuditRecord, checked } from './record.ts';

/** SendMessageBatch takes ten messages a call. */
const MESSAGES = 10;
const TRIES = 4;

export class AuditTrail {
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #queue: string;

  constructor(client: Pick<SQSClient, 'send'>, queue: string) {
    this.#client = client;
    this.#queue = queue;
  }

  /**
   * Resolves once the queue holds all of them, and only then may what they tell of be answered: a look at personal data that cannot be
   * logged must not happen. Give each a lasting id (`idFor('aud', …)`): what is logged again under it is logged once.
   */
  async record(records: readonly AuditRecord[]): Promise<void> {
    for (const one of records) checked(one);
    await Promise.all(pagesOf(records, MESSAGES).map((page) => this.#send(page)));
  }

  async #send(page: readonly AuditRecord[]): Promise<void> {
    let left = page;
    for (let tried = 0; left.length > 0; tried++) {
      if (tried === TRIES) throw unavailable();
      if (tried > 0) await pause(tried);
      left = await this.#try(left);
    }
  }

  /** Answers those that the queue didn't take. */
  async #try(left: readonly AuditRecord[]): Promise<readonly AuditRecord[]> {
    const Entries = left.map((record, at) => ({ Id: String(at), MessageBody: JSON.stringify({ record }) }));
    try {
      const { Failed = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#queue, Entries }));
      return Failed.map(({ Id }) => left[Number(Id)] as AuditRecord);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

const unavailable = (cause?: unknown): Failure =>
  new Failure(
    'temporary',
    'audit-unavailable',
    { zh: '审计日志暂不可写，故未执行', en: 'The audit log cannot be written at the moment, so this was not done' },
    {},
    cause,
  );
