import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type EventPattern, Match, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { PARTIAL_DAYS, SUPERSEDED } from '#functions/identity/audit/bucket.ts';
import type { AuditConfig } from '#functions/identity/audit/config.ts';
import { auditApiEnv, writerEnv } from '#functions/identity/audit/environment.ts';
import { INDEXES } from '#functions/identity/audit/store.ts';
import { objects, readsSecret, sendsTo, table } from '#infra/constructs/access.ts';
import { alarm } from '#infra/constructs/alarm.ts';
import { ApiFunction } from '#infra/constructs/api-function.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import { Queue } from '#infra/constructs/queue.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Table } from '#infra/constructs/table.ts';
import { accept } from '#infra/nag.ts';

export interface AuditProps extends StackProps {
  readonly shared: Shared;
}

/** Capabilities of whose events all are logged, those that the platform itself causes too: people's requests hang on them. */
const LOGGED_WHOLE = ['casework', 'cloud-quota', 'identity'];

/** A transaction of the table takes some 3,000 records (writer.ts); SQS hands so many over only after a window of a second. */
const RECORDS = 1_000;
const WINDOW = Duration.seconds(1);

/** The log of who decided or looked at what: an append-only Merkle tree in S3 under object lock, and what is personal beside it. */
export class AuditStack extends Stack {
  readonly api: ApiFunction;
  /** Takes what capabilities log themselves: `AUDIT_QUEUE: sendsTo(audit.queue.queue)`, functions/identity/audit/trail.ts. */
  readonly queue: Queue;
  readonly #shared: Shared;

  constructor(scope: Construct, id: string, { shared, ...props }: AuditProps) {
    super(scope, id, props);
    this.#shared = shared;
    const { district } = shared.config;
    const config: AuditConfig = {
      origin: `${district.id}.luojiang-cloud/audit`,
      timezone: district.timezone,
      auditYears: district.retention.auditYears,
    };
    const bucket = this.#bucket(config.auditYears);
    const log = new Table(this, 'Log', {
      key: shared.key,
      retain: shared.retain,
      partitionKey: 'id',
      indexes: Object.entries(INDEXES).map(([partitionKey, name]) => ({ name, partitionKey, sortKey: 'order', include: [] })),
    });
    const secret = new Secret(this, 'SigningKey', {
      description: 'The key that signs the audit log’s checkpoints is derived from it',
      encryptionKey: shared.key,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: shared.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    accept(secret, 'AwsSolutions-SMG4', 'Everybody who verifies the log holds on to its key: a new one is announced, not rotated in.');

    const writer = new PlatformFunction(this, 'Writer', {
      shared,
      handler: 'identity-audit-writer',
      description: 'Appends to the audit log and signs its checkpoints',
      env: writerEnv,
      environment: {
        AUDIT_TABLE: table(log, 'GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'UpdateItem', 'PartiQLInsert'),
        AUDIT_BUCKET: objects(bucket, 'GetObject', 'PutObject', 'PutObjectRetention', 'PutObjectTagging'),
        AUDIT_SECRET: readsSecret(secret),
      },
      config,
      memory: 1024,
      timeout: 60,
    });
    accept(writer, 'AwsSolutions-IAM5', 'The log’s files are named as it grows; the bucket holds nothing else.');
    this.queue = new Queue(this, 'Records', { shared, name: 'audit', handledBy: writer.timeout, deadLetters: true });
    writer.lambda.addEventSource(
      new SqsEventSource(this.queue.queue, {
        batchSize: RECORDS,
        maxBatchingWindow: WINDOW,
        reportBatchItemFailures: true,
        // The fewest that Lambda knows; of two writers one wins (writer.ts).
        maxConcurrency: 2,
      }),
    );
    this.#subscribe('decisions', {
      source: Match.anythingBut(...LOGGED_WHOLE),
      detail: { metadata: { actor: [...Match.prefix('person:'), ...Match.prefix('service:')] } },
    });
    this.#subscribe('requests', { source: LOGGED_WHOLE });
    this.#eachMinute(writer);

    this.api = new ApiFunction(this, 'Api', {
      shared,
      handler: 'identity-audit-api',
      description: 'The audit log over HTTP: entries, proofs, files',
      env: auditApiEnv,
      environment: {
        AUDIT_TABLE: table(log, 'GetItem', 'BatchGetItem', 'Query', 'UpdateItem'),
        AUDIT_BUCKET: objects(bucket, 'GetObject'),
        AUDIT_QUEUE: sendsTo(this.queue.queue),
      },
      config,
      memory: 1024,
    });
    accept(this.api, 'AwsSolutions-IAM5', 'The log’s files are named as it grows; the bucket holds nothing else.');
    new CfnOutput(this, 'AuditBucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'AuditTableName', { value: log.table.tableName });
    new CfnOutput(this, 'AuditQueueUrl', { value: this.queue.queue.queueUrl });
    new CfnOutput(this, 'AuditWriterFunctionName', { value: writer.lambda.functionName });
  }

  #bucket(auditYears: number): Bucket {
    const { key, target, retain } = this.#shared;
    const bucket = new Bucket(this, 'Files', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: target.tlsOnly,
      versioned: true,
      objectLockEnabled: true,
      // S3 counts a year as 365 days.
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(auditYears * 366)),
      lifecycleRules: [
        // Partial tiles, long after wider ones took their place.
        {
          prefix: 'tile/',
          tagFilters: { [SUPERSEDED.key]: SUPERSEDED.value },
          expiration: Duration.days(PARTIAL_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // `checkpoint` as it was: each lies under signed/ too.
        { prefix: 'checkpoint', noncurrentVersionExpiration: Duration.days(1) },
      ],
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    accept(bucket, 'AwsSolutions-S1', 'One function reads it, whose access log names each caller; nobody can change what lies in it.');
    return bucket;
  }

  /** Events of the bus go into the same queue: what people decide is logged whether or not a capability thinks of it. */
  #subscribe(what: string, eventPattern: EventPattern): void {
    const { bus, prefix } = this.#shared;
    const ruleName = `${prefix}-audit-${what}`;
    const { queue, deadLetters } = this.queue;
    new Rule(this, `Rule-${what}`, {
      eventBus: bus,
      ruleName,
      eventPattern,
      targets: [new SqsQueue(queue, { ...(deadLetters && { deadLetterQueue: deadLetters }) })],
    });
    const failed = new Metric({
      namespace: 'AWS/Events',
      metricName: 'FailedInvocations',
      dimensionsMap: { EventBusName: bus.eventBusName, RuleName: ruleName },
      period: Duration.minutes(1),
      statistic: 'sum',
    });
    alarm(this, `Undelivered-${what}`, this.#shared, failed, {
      alarmDescription: `${ruleName}: 事件未能送达订阅队列 events could not be put into the subscriber’s queue`,
    });
  }

  #eachMinute(writer: PlatformFunction<typeof writerEnv>): void {
    new Rule(this, 'EachMinute', {
      ruleName: `${this.#shared.prefix}-audit-repair`,
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(writer.lambda, { maxEventAge: Duration.minutes(1), retryAttempts: 0 })],
    });
    alarm(this, 'Silent', this.#shared, writer.lambda.metricInvocations({ period: Duration.minutes(1) }), {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 5,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: '审计日志停写 the audit log is not written any more',
    });
  }
}
