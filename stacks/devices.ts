import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLogging, CfnPolicy, CfnThingType, CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { KinesisEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DevicesConfig } from '#functions/devices/config.ts';
import { consumerEnv, devicesApiEnv, registrarEnv } from '#functions/devices/environment.ts';
import { capacityFor } from '#infra/capacity.ts';
import type { Config } from '#infra/config/schema.ts';
import { allow, plain, sendsTo, table, useKey } from '#infra/constructs/access.ts';
import { alarm } from '#infra/constructs/alarm.ts';
import { ApiFunction } from '#infra/constructs/api-function.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import { Queue } from '#infra/constructs/queue.ts';
import { Relay } from '#infra/constructs/relay.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Table } from '#infra/constructs/table.ts';
import { accept } from '#infra/nag.ts';

export interface DevicesProps extends StackProps {
  readonly shared: Shared;
}

const configOf = ({ domains }: Config): DevicesConfig => ({
  deviceTypes: domains.flatMap((domain) => domain.deviceTypes),
  rules: domains.flatMap((domain) => domain.rules.map((rule) => ({ domain: domain.id, rule }))),
});

/** The thing's own name, as the connection's certificate proves it. */
const THING = '${iot:Connection.Thing.ThingName}';

/** From a device's message to its written state: IoT Core, Kinesis, the consumer, its tables, quarantine. */
export class DevicesStack extends Stack {
  readonly api: ApiFunction;
  readonly #shared: Shared;

  constructor(scope: Construct, id: string, { shared, ...props }: DevicesProps) {
    super(scope, id, props);
    this.#shared = shared;
    const { key, retain } = shared;
    const config = configOf(shared.config);

    const quarantine = new Queue(this, 'Quarantine', { shared, name: 'quarantine', alarming: true });
    const stream = this.#stream();
    this.#rule(stream, quarantine);
    this.#policy();
    if (shared.target.iotLog) this.#log();
    for (const type of config.deviceTypes) new CfnThingType(this, `ThingType-${type.id}`, { thingTypeName: type.id });

    const devices = new Table(this, 'Devices', {
      key,
      retain,
      partitionKey: 'id',
      indexes: [{ name: 'byTown', partitionKey: 'town', sortKey: 'id', include: [] }],
      outbox: true,
    });
    const readings = new Table(this, 'Readings', { key, retain, partitionKey: 'id', sortKey: 'from' });
    new Relay(this, 'Relay', { shared, capability: 'devices', from: devices });

    this.#consume(stream, quarantine, devices, readings, config);
    const registrar = new PlatformFunction(this, 'Registrar', {
      shared,
      handler: 'devices-registrar',
      description: 'Registers devices for installers and the fleet',
      env: registrarEnv,
      environment: { DEVICES_TABLE: table(devices, 'UpdateItem') },
      config,
    });
    this.api = new ApiFunction(this, 'Api', {
      shared,
      handler: 'devices-api',
      description: 'Devices and their curves over HTTP',
      env: devicesApiEnv,
      environment: { DEVICES_TABLE: table(devices, 'BatchGetItem', 'Query'), READINGS_TABLE: table(readings, 'Query') },
      config,
    });
    new CfnOutput(this, 'RegistrarFunctionName', { value: registrar.lambda.functionName });
    new CfnOutput(this, 'DevicesTableName', { value: devices.table.tableName });
    new CfnOutput(this, 'StreamName', { value: stream.streamName });
    new CfnOutput(this, 'QuarantineUrl', { value: quarantine.queue.queueUrl });
  }

  get #ruleName(): string {
    return `${this.#shared.prefix.replaceAll('-', '_')}_readings`;
  }

  #stream(): kinesis.Stream {
    const { target, config, key, prefix, retain } = this.#shared;
    return new kinesis.Stream(this, 'Stream', {
      streamName: `${prefix}-readings`,
      shardCount: capacityFor(target.load ?? config.district.capacity).shards,
      // Longer than any retry: a batch that was given up can be read again by what its record in the quarantine says.
      retentionPeriod: Duration.days(7),
      encryption: kinesis.StreamEncryption.KMS,
      encryptionKey: key,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Basic Ingest: messages to `$aws/rules/<rule>/d/<device>` cost no messaging. The client id is the thing, as the policy proves. */
  #rule(stream: kinesis.Stream, quarantine: Queue): void {
    const role = new Role(this, 'RuleRole', { assumedBy: new ServicePrincipal('iot.amazonaws.com') });
    allow(role, ['kinesis:PutRecord'], [stream.streamArn]);
    allow(role, ['sqs:SendMessage'], [quarantine.queue.queueArn]);
    useKey(this.#shared.key, role);
    new CfnTopicRule(this, 'Rule', {
      ruleName: this.#ruleName,
      topicRulePayload: {
        description: 'Readings of all devices, bytes as they came',
        sql: "SELECT * FROM 'd/+'",
        awsIotSqlVersion: '2016-03-23',
        actions: [{ kinesis: { roleArn: role.roleArn, streamName: stream.streamName, partitionKey: '${clientid()}' } }],
        errorAction: { sqs: { roleArn: role.roleArn, queueUrl: quarantine.queue.queueUrl, useBase64: false } },
      },
    }).node.addDependency(role);
    new CfnOutput(this, 'ReadingsTopic', { value: `$aws/rules/${this.#ruleName}/d/` });
  }

  /** One policy for all devices: its variables tie client id, topic and certificate to one thing. */
  #policy(): void {
    const arn = (resource: string) => this.formatArn({ service: 'iot', resource });
    const policy = new CfnPolicy(this, 'DevicePolicy', {
      policyName: `${this.#shared.prefix}-device`,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'iot:Connect',
            Resource: arn(`client/${THING}`),
            Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
          },
          { Effect: 'Allow', Action: 'iot:Publish', Resource: arn(`topic/$aws/rules/${this.#ruleName}/d/${THING}`) },
        ],
      },
    });
    new CfnOutput(this, 'DevicePolicyName', { value: policy.policyName as string });
  }

  /** Refused connections and publishes. One for each account and region; IoT Core names the group itself. */
  #log(): void {
    const { key, logRetention, retain } = this.#shared;
    const log = new LogGroup(this, 'IotLog', {
      logGroupName: 'AWSIotLogsV2',
      retention: logRetention,
      encryptionKey: key,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'IotLogRole', { assumedBy: new ServicePrincipal('iot.amazonaws.com') });
    allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [`${log.logGroupArn}:*`]);
    accept(role, 'AwsSolutions-IAM5', 'IoT Core names the streams; the group is its own.');
    new CfnLogging(this, 'IotLogging', { accountId: this.account, defaultLogLevel: 'WARN', roleArn: role.roleArn });
  }

  #consume(stream: kinesis.Stream, quarantine: Queue, devices: Table, readings: Table, config: DevicesConfig): void {
    const shared = this.#shared;
    const capacity = capacityFor(shared.target.load ?? shared.config.district.capacity);
    const consumer = new PlatformFunction(this, 'Consumer', {
      shared,
      handler: 'devices-consumer',
      description: 'Folds readings into the state of their devices',
      env: consumerEnv,
      environment: {
        DEVICES_TABLE: table(devices, 'BatchGetItem', 'PartiQLUpdate'),
        READINGS_TABLE: table(readings, 'BatchWriteItem'),
        READING_DAYS: plain(shared.config.district.retention.readingDays),
        QUARANTINE_URL: sendsTo(quarantine.queue),
      },
      config,
      memory: capacity.consumerMemory,
      timeout: 30,
    });
    accept(consumer, 'AwsSolutions-IAM5', 'kinesis:ListStreams knows no resource; reading is bound to the stream.');
    consumer.lambda.addEventSource(
      new KinesisEventSource(stream, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: capacity.batchSize,
        maxBatchingWindow: Duration.seconds(capacity.batchingWindow),
        parallelizationFactor: capacity.parallelizationFactor,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        maxRecordAge: Duration.hours(12),
        onFailure: new SqsDlq(quarantine.queue),
      }),
    );
    const period = Duration.minutes(1);
    alarm(this, 'Behind', shared, consumer.lambda.metric('IteratorAge', { period, statistic: 'max' }), {
      threshold: 60_000,
      evaluationPeriods: 3,
      alarmDescription: '读数处理落后一分钟以上 readings are handled more than a minute late',
    });
    // The stream's own view: its consumer asks it every second, so silence means that nobody reads at all.
    alarm(this, 'Unread', shared, stream.metricGetRecordsIteratorAgeMilliseconds({ period, statistic: 'max' }), {
      threshold: 60_000,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: '读数无人读取 readings are not read',
    });
    alarm(this, 'Refused', shared, stream.metricWriteProvisionedThroughputExceeded({ period, statistic: 'sum' }), {
      evaluationPeriods: 3,
      alarmDescription: '分片不足，读数被拒 shards are full and refuse readings',
    });
    const failed = new Metric({
      namespace: 'AWS/IoT',
      metricName: 'Failure',
      dimensionsMap: { RuleName: this.#ruleName, ActionType: 'Kinesis' },
      period,
      statistic: 'sum',
    });
    alarm(this, 'RuleFailed', shared, failed, { alarmDescription: '规则未能转交读数 the rule could not hand readings on' });
  }
}
