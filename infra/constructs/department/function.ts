import { Duration } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NagSuppressions } from 'cdk-nag';
import type { DepartmentStack } from './stack.ts';

export interface DepartmentFunctionProps {
  readonly code: lambda.Code;
  readonly description: string;
  /** How many may run at once: what the quota is made of, and a hard limit. */
  readonly concurrency: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly handler?: string;
  /** MB */
  readonly memory?: number;
  /** Seconds */
  readonly timeout?: number;
  /** Outside the system's network, where it has one: for what must reach an address that no endpoint leads to. */
  readonly outside?: boolean;
}

const NETWORK_INTERFACES = ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces'];

/** With a role of its own and nothing wider, encrypted logs kept as the law asks, an alarm on its errors, and its share of the quota. */
export class DepartmentFunction extends lambda.Function {
  constructor(stack: DepartmentStack, id: string, props: DepartmentFunctionProps) {
    const functionName = `${stack.stackName}-${id.toLowerCase()}`;
    const logGroup = stack.logGroup(`${id}Logs`, `/aws/lambda/${functionName}`);
    const role = new Role(stack, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${logGroup.logGroupArn}:*`] }),
    );
    const network = props.outside ? undefined : stack.network;
    if (network) role.addToPolicy(new PolicyStatement({ actions: NETWORK_INTERFACES, resources: ['*'] }));
    const reason = 'Lambda names the log streams; the log group is the function’s own. Network interfaces have no names beforehand.';
    NagSuppressions.addResourceSuppressions(
      role,
      [{ id: 'AwsSolutions-IAM5', reason, appliesTo: ['Resource::*', { regex: '/Logs.*:\\*$/' }] }],
      true,
    );
    super(stack, id, {
      functionName,
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: props.handler ?? 'index.handler',
      code: props.code,
      role,
      logGroup,
      memorySize: props.memory ?? 256,
      timeout: Duration.seconds(props.timeout ?? 10),
      reservedConcurrentExecutions: props.concurrency,
      environment: { ...props.environment },
      ...(network && { vpc: network.vpc, vpcSubnets: { subnets: network.vpc.isolatedSubnets } }),
    });
    this.metricErrors({ period: Duration.minutes(5) })
      .createAlarm(this, 'Errors', {
        threshold: 1,
        evaluationPeriods: 1,
        alarmDescription: `${functionName}: 函数出错 the function failed`,
      })
      .addAlarmAction(new SnsAction(stack.alarms));
  }
}
