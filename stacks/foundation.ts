import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config/schema.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Table } from '#infra/constructs/table.ts';
import type { Target } from '#infra/targets.ts';

export interface FoundationProps extends StackProps {
  readonly target: Target;
  readonly config: Config;
}

/** What every capability stands on: the district's key, its event bus, the topic of operational alarms, the callers’ limits. */
export class FoundationStack extends Stack {
  readonly shared: Shared;

  constructor(scope: Construct, id: string, { target, config, ...props }: FoundationProps) {
    super(scope, id, props);
    const prefix = config.district.id;
    const key = new Key(this, 'Key', {
      alias: prefix,
      description: `${config.district.name.zh} ${config.district.name.en}`,
      enableKeyRotation: true,
      removalPolicy: target.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#letServicesUse(key);
    const bus = new EventBus(this, 'Bus', { eventBusName: prefix });
    const alarms = new Topic(this, 'Alarms', { topicName: `${prefix}-alarms`, masterKey: key, enforceSSL: target.tlsOnly });
    if (config.district.alarmEmail) alarms.addSubscription(new EmailSubscription(config.district.alarmEmail));
    // Forgotten after two minutes: nothing to keep.
    const rates = new Table(this, 'Rates', { key, retain: false, partitionKey: 'id' });
    new CfnOutput(this, 'RatesTableName', { value: rates.table.tableName });
    this.shared = {
      target,
      config,
      prefix,
      retain: target.retain,
      key,
      bus,
      alarms,
      logRetention: retentionOf(config.district.retention.logDays),
      rates,
    };
  }

  /** Services that write into encrypted logs, queues and topics of this account, and of no other. */
  #letServicesUse(key: Key): void {
    const actions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
    key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(`logs.${this.region}.${this.urlSuffix}`)],
        actions,
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${this.partition}:logs:${this.region}:${this.account}:*` } },
      }),
    );
    // Logs of a state machine that is encrypted itself are delivered by this service.
    key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': `arn:${this.partition}:logs:${this.region}:${this.account}:*` } },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: ['events.amazonaws.com', 'cloudwatch.amazonaws.com'].map((service) => new ServicePrincipal(service)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
  }
}

/** CloudWatch knows only certain spans: the shortest that is long enough. */
const retentionOf = (days: number): RetentionDays => {
  const spans = Object.values(RetentionDays).filter((span): span is RetentionDays => typeof span === 'number');
  return spans.sort((a, b) => a - b).find((span) => span >= days) ?? RetentionDays.INFINITE;
};
