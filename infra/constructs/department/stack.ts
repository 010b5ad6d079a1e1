import {
  Aspects,
  CfnOutput,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  RemovalPolicy,
  Stack,
  type StackProps,
  Tags,
} from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PermissionsBoundary, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { type NagPackSuppression, NagSuppressions } from 'cdk-nag';
import type { Construct, IConstruct } from 'constructs';
import { UsageAlarms } from './alarms.ts';
import { type Allocation, DepartmentError, nameOf, tagsOf } from './allocation.ts';
import { Baseline } from './baseline.ts';
import { Budget } from './budget.ts';
import { QuotaGuard } from './guard.ts';
import { Network, type NetworkProps } from './network.ts';
import { BOUNDARY_PREFIX, boundaryDocument } from './policies.ts';

export interface DepartmentStackProps extends StackProps {
  readonly allocation: Allocation;
  readonly region: string;
  /** Where copies are kept off site, as systems of 等保 level 2 and above must; no other region may be used. */
  readonly backupRegion?: string;
  /** The district's local cloud, which speaks plain HTTP and is thrown away. */
  readonly local?: boolean;
  /** Who is told by alarms. */
  readonly alarmEmail?: string;
  /** Systems of 等保 level 3 and above have a network in any case; a serverless one below needs none. */
  readonly network?: Omit<NetworkProps, 'flowLogs'>;
}

const NETWORK_FROM_LEVEL = 3;

const LOCAL_CLOUD: NagPackSuppression[] = [
  ...['AwsSolutions-S10', 'AwsSolutions-SNS3', 'AwsSolutions-SQS4'].map((id) => ({
    id,
    reason: 'The local cloud speaks plain HTTP on the loopback; every other refuses it.',
  })),
  { id: 'AwsSolutions-VPC7', reason: 'The local cloud has no flow logs; every other gets them.' },
];

/** One app, one allocation: what is refused must be one department's own doing. */
const guarded = new WeakMap<IConstruct, Allocation>();

const guard = (root: IConstruct, allocation: Allocation): void => {
  const known = guarded.get(root);
  if (known && known.allocationId !== allocation.allocationId) {
    throw new DepartmentError(
      `一个应用只能使用一个配额：已有 ${known.allocationId}，又出现 ${allocation.allocationId}`,
      `An app uses one allocation: it has ${known.allocationId} and now ${allocation.allocationId}`,
    );
  }
  if (known) return;
  guarded.set(root, allocation);
  root.node.addValidation(new QuotaGuard(root, allocation));
  root.node.addValidation(new Baseline(root, allocation));
};

/** Where a department's resources live: tagged, bounded, encrypted with the system's own key, within the quota, watched. */
export class DepartmentStack extends Stack {
  readonly allocation: Allocation;
  readonly local: boolean;
  /** Data outlives the stack. */
  readonly retain: boolean;
  readonly key: Key;
  readonly alarms: Topic;
  readonly network?: Network;

  constructor(
    scope: Construct,
    id: string,
    { allocation, region, backupRegion, local = false, alarmEmail, network, ...props }: DepartmentStackProps,
  ) {
    const isProduction = allocation.environment === 'production' && !local;
    super(scope, id, {
      stackName: nameOf(allocation),
      description: `${allocation.department} ${allocation.systemId} ${allocation.environment}`,
      terminationProtection: isProduction,
      // The bootstrap's roles reach its bucket by TLS only, which the emulator doesn't speak.
      ...(local && { synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer }),
      ...props,
      env: { ...props.env, region },
    });
    this.allocation = allocation;
    this.local = local;
    this.retain = isProduction;
    guard(this.node.root, allocation);
    if (local) NagSuppressions.addStackSuppressions(this, LOCAL_CLOUD);
    for (const [name, value] of Object.entries(tagsOf(allocation))) Tags.of(this).add(name, value);
    this.#bound(backupRegion ? [region, backupRegion] : [region]);
    this.key = this.#ownKey();
    this.alarms = this.#topic(alarmEmail);
    if (network || allocation.level >= NETWORK_FROM_LEVEL) this.network = this.#network(network);
    new Budget(this, 'Budget', { allocation, region, name: this.stackName, alarms: this.alarms });
    // The local cloud measures neither, and knows no alarm on a sum.
    if (!local) Aspects.of(this).add(new UsageAlarms(allocation.quota, this.alarms));
    new CfnOutput(this, 'AllocationId', { value: allocation.allocationId });
  }

  get removalPolicy(): RemovalPolicy {
    return this.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }

  /** Kept as long as the law asks, encrypted. */
  logGroup(id: string, name: string): LogGroup {
    return new LogGroup(this, id, {
      logGroupName: name,
      retention: RetentionDays.SIX_MONTHS,
      encryptionKey: this.key,
      removalPolicy: this.removalPolicy,
    });
  }

  #bound(regions: readonly string[]): void {
    const boundary = new ManagedPolicy(this, 'Boundary', {
      managedPolicyName: `${BOUNDARY_PREFIX}${this.stackName}`,
      description: 'What no role of this system may do, whatever its policies grant',
      document: PolicyDocument.fromJson(boundaryDocument(this.allocation, regions)),
    });
    const reason = 'A boundary grants nothing: it ends what the roles’ own policies may grant.';
    NagSuppressions.addResourceSuppressions(boundary, [{ id: 'AwsSolutions-IAM5', reason }]);
    PermissionsBoundary.of(this).apply(boundary);
  }

  #ownKey(): Key {
    const key = new Key(this, 'Key', {
      alias: this.stackName,
      description: `${this.allocation.systemId} ${this.allocation.environment}`,
      enableKeyRotation: true,
      removalPolicy: this.removalPolicy,
    });
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
    key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map((service) => new ServicePrincipal(service)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    return key;
  }

  #topic(alarmEmail: string | undefined): Topic {
    const topic = new Topic(this, 'Alarms', { masterKey: this.key, enforceSSL: !this.local });
    topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map((service) => new ServicePrincipal(service)),
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    if (alarmEmail) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  #network(props: Omit<NetworkProps, 'flowLogs'> = {}): Network {
    return new Network(this, 'Network', {
      ...props,
      ...(!this.local && { flowLogs: this.logGroup('FlowLogs', `/luojiang/${this.stackName}/flow-logs`) }),
    });
  }
}
