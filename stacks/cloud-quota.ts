import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { StepRequested } from '#events/casework.ts';
import type { QuotaConfig } from '#functions/cloud-quota/config.ts';
import { quotaApiEnv, quotaEnv } from '#functions/cloud-quota/environment.ts';
import { INDEX } from '#functions/cloud-quota/store.ts';
import { allow, sendsTo, table } from '#infra/constructs/access.ts';
import { alarm } from '#infra/constructs/alarm.ts';
import { ApiFunction } from '#infra/constructs/api-function.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import type { Queue } from '#infra/constructs/queue.ts';
import { Relay } from '#infra/constructs/relay.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Subscription } from '#infra/constructs/subscription.ts';
import { Table } from '#infra/constructs/table.ts';
import { accept } from '#infra/nag.ts';

export interface CloudQuotaProps extends StackProps {
  readonly shared: Shared;
  /** Takes looks at personal data into the audit log. */
  readonly audit: Queue;
}

/** UTC; in China the bill is read at 1:00, the meters at 1:30, what is due is said at 2:00, the books are audited at 3:00. */
const COSTS = { hour: '17', minute: '0' };
const METER = { hour: '17', minute: '30' };
const DAILY = { hour: '18', minute: '0' };
const AUDIT = { hour: '19', minute: '0' };

/** The district's cloud: pools, allocations, the register of systems; and what is metered and due each night. */
export class CloudQuotaStack extends Stack {
  readonly api: ApiFunction;

  constructor(scope: Construct, id: string, { shared, audit, ...props }: CloudQuotaProps) {
    super(scope, id, props);
    const { cloud, departments, timezone, code, identity } = shared.config.district;
    const apps = { code, region: this.region, identity: { issuer: identity.issuer, audience: identity.audience } };
    const config: QuotaConfig = { cloud, departments, timezone, apps };
    const quota = new Table(this, 'Quota', {
      key: shared.key,
      retain: shared.retain,
      partitionKey: 'id',
      sortKey: 'part',
      indexes: [{ name: INDEX, partitionKey: 'listKey', sortKey: 'listAt' }],
      outbox: true,
    });
    new Relay(this, 'Relay', { shared, capability: 'cloud-quota', from: quota });

    const intake = new PlatformFunction(this, 'Intake', {
      shared,
      handler: 'cloud-quota-intake',
      description: 'Answers the steps of cases: assesses, reserves, changes and releases allocations',
      env: quotaEnv,
      environment: { QUOTA_TABLE: table(quota, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem') },
      config,
      timeout: 30,
    });
    // The books of a zone are one item: more batches at once would only be refused by each other.
    new Subscription(this, 'Steps', { shared, name: 'cloud-quota-intake', to: intake, events: [StepRequested], concurrency: 2 });

    this.api = new ApiFunction(this, 'Api', {
      shared,
      handler: 'cloud-quota-api',
      description: 'The cloud’s catalogue, pools, allocations and register over HTTP',
      env: quotaApiEnv,
      environment: { QUOTA_TABLE: table(quota, 'GetItem', 'BatchGetItem', 'Query', 'PutItem'), AUDIT_QUEUE: sendsTo(audit.queue) },
      config,
    });

    const meter = this.#meter(shared, quota, config);
    const daily = new PlatformFunction(this, 'Daily', {
      shared,
      handler: 'cloud-quota-daily',
      description: 'Says what is due with each allocation: notices, cases to decide, freezing by rule',
      env: quotaEnv,
      environment: { QUOTA_TABLE: table(quota, 'GetItem', 'BatchGetItem', 'Query', 'PutItem') },
      config,
      timeout: 300,
    });
    const books = new PlatformFunction(this, 'Audit', {
      shared,
      handler: 'cloud-quota-audit',
      description: 'Adds the journals up and compares them with the books',
      env: quotaEnv,
      environment: { QUOTA_TABLE: table(quota, 'GetItem', 'BatchGetItem', 'Query', 'PutItem') },
      config,
      timeout: 300,
    });
    const differing = new Metric({
      namespace: 'LuojiangCloud',
      metricName: 'BooksDiffer',
      dimensionsMap: { service: 'cloud-quota' },
      period: Duration.hours(1),
      statistic: 'max',
    });
    alarm(this, 'BooksDiffer', shared, differing, { alarmDescription: '云资源账实不符 the books differ from their journal' });

    this.#nightly(shared, 'Metering', meter, METER);
    this.#nightly(shared, 'EachDay', daily, DAILY);
    this.#nightly(shared, 'Auditing', books, AUDIT);
    this.#costs(shared, quota, config);
    alarm(this, 'DailySilent', shared, daily.lambda.metricInvocations({ period: Duration.days(1) }), {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: '云资源每日检查停了 nobody says any more what is due with the cloud’s allocations',
    });
    new CfnOutput(this, 'QuotaTableName', { value: quota.table.tableName });
    new CfnOutput(this, 'QuotaDailyFunctionName', { value: daily.lambda.functionName });
    new CfnOutput(this, 'QuotaMeterFunctionName', { value: meter.lambda.functionName });
    new CfnOutput(this, 'QuotaAuditFunctionName', { value: books.lambda.functionName });
  }

  #nightly(shared: Shared, name: string, to: PlatformFunction, at: { readonly hour: string; readonly minute: string }): void {
    new Rule(this, name, {
      ruleName: `${shared.prefix}-cloud-quota-${name.toLowerCase()}`,
      schedule: Schedule.cron(at),
      // Each decides as of the scheduled time, and may run twice.
      targets: [new LambdaFunction(to.lambda, { maxEventAge: Duration.hours(6), retryAttempts: 2 })],
    });
  }

  #meter(shared: Shared, quota: Table, config: QuotaConfig): PlatformFunction {
    const meter = new PlatformFunction(this, 'Meter', {
      shared,
      handler: 'cloud-quota-meter',
      description: 'Reads what tagged resources used the day before',
      env: quotaEnv,
      environment: { QUOTA_TABLE: table(quota, 'BatchGetItem', 'PutItem') },
      config,
      timeout: 300,
    });
    allow(meter.lambda, ['tag:GetResources', 'cloudwatch:GetMetricData'], ['*']);
    allow(meter.lambda, ['dynamodb:DescribeTable'], [this.formatArn({ service: 'dynamodb', resource: 'table', resourceName: '*' })]);
    accept(
      meter,
      'AwsSolutions-IAM5',
      'Departments’ resources are found by their tag, whatever they are called; metrics know no resource.',
    );
    return meter;
  }

  /** Only where the provider delivers cost reports. */
  #costs(shared: Shared, quota: Table, config: QuotaConfig): void {
    if (!config.cloud.costReports) return;
    const { bucket, prefix } = config.cloud.costReports;
    const costs = new PlatformFunction(this, 'Costs', {
      shared,
      handler: 'cloud-quota-costs',
      description: 'Reads what the provider billed, by allocation and day',
      env: quotaEnv,
      environment: { QUOTA_TABLE: table(quota, 'BatchGetItem', 'PutItem') },
      config,
      timeout: 900,
    });
    const reports = this.formatArn({ service: 's3', region: '', account: '', resource: bucket, resourceName: `${prefix}/*` });
    allow(costs.lambda, ['s3:GetObject'], [reports]);
    accept(costs, 'AwsSolutions-IAM5', 'The provider names the reports by month and content; all lie under one prefix.');
    this.#nightly(shared, 'Billing', costs, COSTS);
  }
}
