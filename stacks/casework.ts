import { createHash } from 'node:crypto';
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, HttpMethods, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { CaseFileRemoved, CaseLapsed, StepStarted } from '#events/casework.ts';
import type { CaseworkApiConfig, CaseworkConfig } from '#functions/casework/config.ts';
import { apiEnv, eraserEnv, filesEnv, intakeEnv, timersEnv } from '#functions/casework/environment.ts';
import type { Definition, Form } from '#functions/casework/form.ts';
import { CASE } from '#functions/casework/retention.ts';
import { calendarOf } from '#infra/config/calendar.ts';
import { type Lists, withLists } from '#infra/config/lists.ts';
import type { Config } from '#infra/config/schema.ts';
import { allow, objectsUnder, plain, sendsTo, table, useKey } from '#infra/constructs/access.ts';
import { ApiFunction } from '#infra/constructs/api-function.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import { Queue } from '#infra/constructs/queue.ts';
import { Relay } from '#infra/constructs/relay.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Subscription } from '#infra/constructs/subscription.ts';
import { Table } from '#infra/constructs/table.ts';
import { eventDefinitions } from '#infra/generate/apis.ts';
import { accept } from '#infra/nag.ts';

export interface CaseworkProps extends StackProps {
  readonly shared: Shared;
  /** Takes looks at personal data into the audit log. */
  readonly audit: Queue;
  /** Says to whom a step can be handed. */
  readonly directory: Table;
}

const definition = (form: Form): Definition => ({
  ...form,
  digest: createHash('sha256').update(JSON.stringify(form)).digest('hex').slice(0, 12),
});

const listsOf = ({ departments, cloud: { zones, dataClasses, kinds } }: Config['district']): Lists => ({
  departments,
  zones,
  dataClasses,
  kinds,
});

const configOf = ({ district, domains }: Config): CaseworkConfig => ({
  forms: domains.flatMap(({ forms }) => forms).map((form) => definition({ ...form, schema: withLists(form.schema, listsOf(district)) })),
  bureau: district.bureau,
  departments: district.departments.map(({ id }) => id),
  calendar: calendarOf(district, new Date().getFullYear()),
  retention: { draftDays: district.retention.draftDays, caseYears: district.retention.caseYears },
});

/** What capabilities answer to steps, and the cases that they propose, by the names that such events have. */
const ANSWERS = eventDefinitions.filter(({ name }) => /(StepAnswered|CaseProposed)$/.test(name));

/** One engine for every form: requests, their checks, decisions and time limits. */
export class CaseworkStack extends Stack {
  readonly api: ApiFunction;
  /** Where attachments lie. */
  readonly files: Bucket;

  constructor(scope: Construct, id: string, { shared, audit, directory, ...props }: CaseworkProps) {
    super(scope, id, props);
    const config = configOf(shared.config);
    const { timezone, officers } = shared.config.district;
    const cases = new Table(this, 'Cases', {
      key: shared.key,
      retain: shared.retain,
      partitionKey: 'id',
      sortKey: 'part',
      indexes: [
        { name: 'byDepartment', partitionKey: 'department', sortKey: 'listAt', include: ['summary'] },
        { name: 'byQueue', partitionKey: 'queue', sortKey: 'queueAt', include: ['summary'] },
      ],
      outbox: true,
    });
    new Relay(this, 'Relay', { shared, capability: 'casework', from: cases, farewell: { handler: 'casework-relay', part: CASE } });
    const bucket = this.#bucket(shared);
    this.files = bucket;
    this.api = new ApiFunction(this, 'Api', {
      shared,
      handler: 'casework-api',
      description: 'Forms and requests over HTTP',
      env: apiEnv,
      environment: {
        CASES_TABLE: table(cases, 'GetItem', 'Query', 'PutItem'),
        AUDIT_QUEUE: sendsTo(audit.queue),
        DIRECTORY_TABLE: table(directory, 'GetItem', 'Query', 'BatchGetItem'),
        // What a presigned address lets others do, its signer must be allowed to.
        FILES_BUCKET: objectsUnder(bucket, 'cases/', 'PutObject', 'GetObject', 'GetObjectVersion'),
      },
      config: { ...config, timezone, officers } satisfies CaseworkApiConfig,
    });

    const intake = new PlatformFunction(this, 'Intake', {
      shared,
      handler: 'casework-intake',
      description: 'Takes services’ answers, proposals and timers into cases',
      env: intakeEnv,
      environment: { CASES_TABLE: table(cases, 'GetItem', 'PutItem') },
      config,
      timeout: 30,
    });
    const answers = new Subscription(this, 'Answers', { shared, name: 'casework-intake', to: intake, events: ANSWERS, concurrency: 5 });
    this.#timers(shared, answers.queue);

    const inspector = new PlatformFunction(this, 'Files', {
      shared,
      handler: 'casework-files',
      description: 'Checks uploaded files: size, type, malware',
      env: filesEnv,
      environment: {
        CASES_TABLE: table(cases, 'GetItem', 'PutItem'),
        // What nobody waits for it removes.
        FILES_BUCKET: objectsUnder(bucket, 'cases/', 'GetObject', 'DeleteObject', 'DeleteObjectVersion'),
        SCANNER_URL: plain(shared.config.district.scannerUrl ?? ''),
      },
      config,
      memory: 1024,
      timeout: 60,
    });
    const uploads = new Queue(this, 'Uploads', { shared, name: 'casework-files', handledBy: inspector.timeout, deadLetters: true });
    new Rule(this, 'Uploaded', {
      ruleName: `${shared.prefix}-casework-files`,
      eventPattern: { source: ['aws.s3'], detailType: ['Object Created'], detail: { bucket: { name: [bucket.bucketName] } } },
      targets: [new SqsQueue(uploads.queue, { ...(uploads.deadLetters && { deadLetterQueue: uploads.deadLetters }) })],
    });
    inspector.lambda.addEventSource(new SqsEventSource(uploads.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency: 5 }));

    const eraser = new PlatformFunction(this, 'Eraser', {
      shared,
      handler: 'casework-eraser',
      description: 'Removes what lapsed cases and removed files leave behind',
      env: eraserEnv,
      environment: {
        CASES_TABLE: table(cases, 'GetItem', 'Query', 'DeleteItem'),
        FILES_BUCKET: objectsUnder(bucket, 'cases/', 'DeleteObject'),
      },
      config: { retention: config.retention },
      timeout: 60,
    });
    new Subscription(this, 'Leaving', {
      shared,
      name: 'casework-eraser',
      to: eraser,
      events: [CaseFileRemoved, CaseLapsed],
      concurrency: 2,
    });
    for (const each of [this.api, inspector, eraser])
      accept(each, 'AwsSolutions-IAM5', 'Objects are named at run time; all lie under cases/.');
  }

  /** Private, encrypted, versioned; browsers upload to it by presigned addresses. */
  #bucket(shared: Shared): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: shared.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: shared.target.tlsOnly,
      versioned: true,
      removalPolicy: shared.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      // Whoever holds a presigned address may use it; no cookie goes with it.
      cors: [{ allowedMethods: [HttpMethods.POST, HttpMethods.GET], allowedOrigins: ['*'], allowedHeaders: ['*'], maxAge: 3000 }],
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
        },
        // The last net: what no case can be kept for any more, were it ten years under way.
        { prefix: 'cases/', expiration: Duration.days((shared.config.district.retention.caseYears + 10) * 366) },
      ],
    });
    // CDK would bring a custom resource of its own for this one property.
    (bucket.node.defaultChild as CfnBucket).addPropertyOverride(
      'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled',
      true,
    );
    accept(bucket, 'AwsSolutions-S1', 'Each look at a file goes through the API, which records it; the bucket has no other door.');
    return bucket;
  }

  /** Steps' time limits: one schedule each, which puts its message into the intake's queue. */
  #timers(shared: Shared, to: Queue): void {
    const group = new CfnScheduleGroup(this, 'TimersGroup', { name: `${shared.prefix}-cases` });
    const failures = new Queue(this, 'TimerFailures', { shared, name: 'casework-timer-failures', alarming: true });
    const role = new Role(this, 'TimersRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    allow(role, ['sqs:SendMessage'], [to.queue.queueArn, failures.queue.queueArn]);
    useKey(shared.key, role);
    const name = group.name as string;
    const timers = new PlatformFunction(this, 'Timers', {
      shared,
      handler: 'casework-timers',
      description: 'Sets the timers of each step that begins',
      env: timersEnv,
      environment: {
        TIMERS_GROUP: {
          value: name,
          grant: (grantee) =>
            allow(
              grantee,
              ['scheduler:CreateSchedule'],
              [this.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${name}/*` })],
            ),
        },
        TIMERS_QUEUE_ARN: plain(to.queue.queueArn),
        TIMERS_ROLE_ARN: { value: role.roleArn, grant: (grantee) => allow(grantee, ['iam:PassRole'], [role.roleArn]) },
        TIMERS_DEAD_LETTERS_ARN: plain(failures.queue.queueArn),
      },
      timeout: 30,
    });
    timers.node.addDependency(group);
    accept(timers, 'AwsSolutions-IAM5', 'Schedules are named after their case at run time; all are of this one group.');
    new Subscription(this, 'Steps', { shared, name: 'casework-timers', to: timers, events: [StepStarted], concurrency: 5 });
  }
}
