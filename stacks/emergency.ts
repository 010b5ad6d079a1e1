import { ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { AlertRaised, AlertUpdated } from '#events/alerts.ts';
import { IncidentResolved, LevelCalled } from '#events/emergency.ts';
import type { EmergencyConfig } from '#functions/emergency/config.ts';
import { apiEnv, callEnv, intakeEnv, notifyEnv, releaseEnv, watchdogEnv } from '#functions/emergency/environment.ts';
import type { Config } from '#infra/config/schema.ts';
import { type Access, allow, table, useKey } from '#infra/constructs/access.ts';
import { alarm } from '#infra/constructs/alarm.ts';
import { ApiFunction } from '#infra/constructs/api-function.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import { Relay } from '#infra/constructs/relay.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Subscription } from '#infra/constructs/subscription.ts';
import { Table } from '#infra/constructs/table.ts';
import { accept } from '#infra/nag.ts';
import { escalation } from './emergency.asl.ts';

export interface EmergencyProps extends StackProps {
  readonly shared: Shared;
}

const configOf = ({ district, domains }: Config): EmergencyConfig => ({
  timezone: district.timezone,
  towns: district.towns.map(({ id, name }) => ({ id, name })),
  people: district.people,
  posts: district.posts,
  plans: domains.flatMap((domain) => domain.plans.map((plan) => ({ domain: domain.id, plan }))),
});

const COLON = ArnFormat.COLON_RESOURCE_NAME;

/** From alerts to people who are called until somebody answers. */
export class EmergencyStack extends Stack {
  readonly api: ApiFunction;

  constructor(scope: Construct, id: string, { shared, ...props }: EmergencyProps) {
    super(scope, id, props);
    const config = configOf(shared.config);
    const incidents = new Table(this, 'Incidents', {
      key: shared.key,
      retain: shared.retain,
      partitionKey: 'id',
      sortKey: 'part',
      indexes: [{ name: 'byPhaseTown', partitionKey: 'listKey', sortKey: 'listAt' }],
      outbox: true,
    });
    new Relay(this, 'Relay', { shared, capability: 'emergency', from: incidents });

    // By name, since the functions that may wake executions are called by them.
    const stateMachineName = `${shared.prefix}-escalation`;
    const stateMachineArn = this.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: stateMachineName,
      arnFormat: COLON,
    });
    const executionArn = this.formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${stateMachineName}:*`,
      arnFormat: COLON,
    });
    const wakes = (to: PlatformFunction) => allow(to.lambda, ['states:SendTaskSuccess', 'states:SendTaskFailure'], [stateMachineArn]);
    const starts: Access = { value: stateMachineArn, grant: (to) => allow(to, ['states:StartExecution'], [stateMachineArn]) };
    const startsAndAsks: Access = {
      value: stateMachineArn,
      grant: (to) => {
        starts.grant(to);
        allow(to, ['states:DescribeExecution'], [executionArn]);
      },
    };

    const call = new PlatformFunction(this, 'Call', {
      shared,
      handler: 'emergency-call',
      description: 'Calls a step’s people for the escalation',
      env: callEnv,
      environment: { INCIDENTS_TABLE: table(incidents, 'GetItem', 'PutItem', 'DeleteItem') },
      config,
    });
    wakes(call);
    this.#stateMachine(shared, stateMachineName, call);

    const intake = new PlatformFunction(this, 'Intake', {
      shared,
      handler: 'emergency-intake',
      description: 'Opens incidents for alerts and starts their escalation',
      env: intakeEnv,
      environment: {
        INCIDENTS_TABLE: table(incidents, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem', 'BatchWriteItem', 'UpdateItem'),
        STATE_MACHINE_ARN: starts,
      },
      config,
      timeout: 30,
    });
    new Subscription(this, 'Alerts', { shared, name: 'emergency-intake', to: intake, events: [AlertRaised, AlertUpdated] });

    const release = new PlatformFunction(this, 'Release', {
      shared,
      handler: 'emergency-release',
      description: 'Lets the alerts of a resolved incident go, page by page',
      env: releaseEnv,
      environment: { INCIDENTS_TABLE: table(incidents, 'Query', 'BatchGetItem', 'PutItem') },
      // A page of 500 alerts is seven calls of DynamoDB: 100,000 alerts are 1,400, one after another.
      timeout: 60,
    });
    // One incident at a time: a very large one keeps no other waiting.
    new Subscription(this, 'Resolutions', { shared, name: 'emergency-release', to: release, events: [IncidentResolved], batch: 1 });

    const notify = new PlatformFunction(this, 'Notify', {
      shared,
      handler: 'emergency-notify',
      description: 'Reaches people by SMS, webhook or the local outbox',
      env: notifyEnv,
      environment: { INCIDENTS_TABLE: table(incidents, 'GetItem', 'PutItem') },
      timeout: 30,
    });
    allow(notify.lambda, ['sns:Publish'], ['*']);
    accept(notify, 'AwsSolutions-IAM5', 'An SMS to a telephone number has no resource to name.');
    new Subscription(this, 'Calls', { shared, name: 'emergency-notify', to: notify, events: [LevelCalled] });

    const watchdog = new PlatformFunction(this, 'Watchdog', {
      shared,
      handler: 'emergency-watchdog',
      description: 'Revives escalations that ended before somebody answered',
      env: watchdogEnv,
      environment: { INCIDENTS_TABLE: table(incidents, 'GetItem', 'Query', 'PutItem', 'DeleteItem'), STATE_MACHINE_ARN: startsAndAsks },
      config,
      timeout: 55,
      reservedConcurrency: 1,
    });
    accept(watchdog, 'AwsSolutions-IAM5', 'Executions are named by their incidents; all are of the one state machine.');
    new Rule(this, 'EachMinute', {
      ruleName: `${shared.prefix}-watchdog`,
      schedule: Schedule.rate(Duration.minutes(1)),
      // A minute missed is made good by the next; a backlog of them would only repeat it.
      targets: [new LambdaFunction(watchdog.lambda, { maxEventAge: Duration.minutes(1), retryAttempts: 0 })],
    });
    alarm(this, 'WatchdogSilent', shared, watchdog.lambda.metricInvocations({ period: Duration.minutes(1) }), {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 5,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: '看门程序停了 nobody looks after escalations any more',
    });
    const sms = new Metric({
      namespace: 'AWS/SNS',
      metricName: 'NumberOfNotificationsFailed',
      dimensionsMap: { PhoneNumber: 'PhoneNumberDirect' },
      period: Duration.minutes(1),
      statistic: 'sum',
    });
    alarm(this, 'SmsFailed', shared, sms, { alarmDescription: '短信未送达 an SMS was not delivered' });

    this.api = new ApiFunction(this, 'Api', {
      shared,
      handler: 'emergency-api',
      description: 'Incidents over HTTP: look, acknowledge, resolve',
      env: apiEnv,
      environment: { INCIDENTS_TABLE: table(incidents, 'GetItem', 'Query', 'PutItem', 'DeleteItem') },
      config,
    });
    wakes(this.api);
    new CfnOutput(this, 'StateMachineArn', { value: stateMachineArn });
    new CfnOutput(this, 'IncidentsTableName', { value: incidents.table.tableName });
    new CfnOutput(this, 'WatchdogFunctionName', { value: watchdog.lambda.functionName });
  }

  #stateMachine(shared: Shared, stateMachineName: string, call: PlatformFunction): void {
    const role = new Role(this, 'EscalationRole', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    allow(role, ['lambda:InvokeFunction'], [call.lambda.functionArn]);
    useKey(shared.key, role);
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: [
          ...[
            'logs:CreateLogDelivery',
            'logs:GetLogDelivery',
            'logs:UpdateLogDelivery',
            'logs:DeleteLogDelivery',
            'logs:ListLogDeliveries',
          ],
          ...[
            'logs:PutResourcePolicy',
            'logs:DescribeResourcePolicies',
            'logs:DescribeLogGroups',
            'xray:PutTraceSegments',
            'xray:PutTelemetryRecords',
          ],
          ...['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
        ],
        resources: ['*'],
      }),
    );
    accept(role, 'AwsSolutions-IAM5', 'Log delivery and X-Ray know no resources: as Step Functions documents it.');
    const log = new LogGroup(this, 'EscalationLog', {
      logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
      retention: shared.logRetention,
      encryptionKey: shared.key,
      removalPolicy: shared.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const machine = new CfnStateMachine(this, 'Escalation', {
      stateMachineName,
      stateMachineType: 'STANDARD',
      roleArn: role.roleArn,
      definition: escalation({ partition: this.partition, callFunctionArn: call.lambda.functionArn }),
      encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: shared.key.keyArn, kmsDataKeyReusePeriodSeconds: 300 },
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
    });
    machine.node.addDependency(role);
    machine.applyRemovalPolicy(shared.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    // Its schema knows neither JSONata in TimeoutSeconds nor other partitions; emergency.asl.test.ts lints the definition instead.
    machine.addMetadata('cfn-lint', { config: { ignore_checks: ['E3601', 'W1032'] } });
    for (const [name, what] of [
      ['ExecutionsFailed', '升级流程失败 an escalation failed'],
      ['ExecutionsAborted', '升级流程被中止 an escalation was aborted'],
      ['ExecutionsTimedOut', '升级流程超时 an escalation timed out'],
      ['ExecutionThrottled', '升级流程被限流 escalations are throttled'],
    ] as const) {
      const metric = new Metric({
        namespace: 'AWS/States',
        metricName: name,
        dimensionsMap: { StateMachineArn: machine.attrArn },
        period: Duration.minutes(1),
        statistic: 'sum',
      });
      alarm(this, name, shared, metric, { alarmDescription: what });
    }
  }
}
