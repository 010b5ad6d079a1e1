import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CfnFunction as Cfn, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvDefinition } from '#runtime/env.ts';
import { BUNDLES } from '../bundle.ts';
import type { Access } from './access.ts';
import type { Shared } from './shared.ts';

export interface FunctionProps<D extends EnvDefinition> {
  readonly shared: Shared;
  /** `<capability>-<handler>`: functions/<capability>/handlers/<handler>.ts */
  readonly handler: string;
  readonly description: string;
  /** The handler's own definition: a variable that it reads and nobody sets doesn't compile. */
  readonly env: D;
  readonly environment: { readonly [Name in keyof D & string]: Access };
  /** What the district's YAML says for this function; written beside the code, and into the template's metadata for `npm run diff`. */
  readonly config?: object;
  /** MB */
  readonly memory?: number;
  /** Seconds */
  readonly timeout?: number;
  readonly reservedConcurrency?: number;
}

/** A function as all of them are: its own role and nothing wider, encrypted logs kept as the law asks, an alarm on its errors. */
export class Function<D extends EnvDefinition = EnvDefinition> extends Construct {
  readonly lambda: lambda.Function;

  constructor(scope: Construct, id: string, props: FunctionProps<D>) {
    super(scope, id);
    const { shared, handler, description, environment, config, memory = 512, timeout = 10 } = props;
    const functionName = `${shared.prefix}-${handler}-${id.toLowerCase()}`.replace(/-(\w+)-\1$/, '-$1');
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: shared.logRetention,
      encryptionKey: shared.key,
      removalPolicy: shared.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${logGroup.logGroupArn}:*`] }),
    );
    const values = Object.entries<Access>(environment);
    this.lambda = new lambda.Function(this, 'Function', {
      functionName,
      description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(writeConfig(handler, id, config)),
      role,
      logGroup,
      memorySize: memory,
      timeout: Duration.seconds(timeout),
      environment: {
        ...Object.fromEntries(values.map(([name, access]) => [name, access.value])),
        POWERTOOLS_SERVICE_NAME: handler,
        NODE_OPTIONS: '--enable-source-maps=false',
      },
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    for (const [, access] of values) access.grant(this.lambda);
    if (config) (this.lambda.node.defaultChild as Cfn).addMetadata('luojiang:config', config);
    this.lambda
      .metricErrors({ period: Duration.minutes(1) })
      .createAlarm(this, 'Errors', { threshold: 1, evaluationPeriods: 1, alarmDescription: `${functionName}: 函数出错 the function failed` })
      .addAlarmAction(new SnsAction(shared.alarms));
  }
}
