import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvDefinition } from '#runtime/env.ts';
import { ASSETS, BUNDLES } from '../bundle.ts';
import type { Access } from './access.ts';
import { alarm } from './alarm.ts';
import type { Shared } from './shared.ts';

export interface FunctionProps<D extends EnvDefinition> {
  readonly shared: Shared;
  /** `<capability>-<handler>`: functions/<capability>/handlers/<handler>.ts */
  readonly handler: string;
  /** Where one handler serves several functions; the handler's without it. */
  readonly name?: string;
  readonly description: string;
  /** The handler's own definition: a variable that it reads and nobody sets doesn't compile. */
  readonly env: D;
  readonly environment: { readonly [Name in keyof D & string]: Access };
  /** What the district's YAML says for this function; written beside the code, and into the template's metadata for `npm run diff`. */
  readonly config?: object;
  /** Puts further files into the function's folder. */
  readonly addFiles?: (directory: string) => void;
  /** MB */
  readonly memory?: number;
  /** Seconds */
  readonly timeout?: number;
  readonly reservedConcurrency?: number;
}

/** The bundle with the function's configuration beside it. Assets are named by content: what didn't change isn't deployed. */
const assetOf = (handler: string, name: string, config: object = {}, addFiles?: (directory: string) => void): string => {
  const directory = join(ASSETS, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  cpSync(join(BUNDLES, handler), directory, { recursive: true });
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  addFiles?.(directory);
  return directory;
};

/** A function as all of them are: its own role and nothing wider, encrypted logs kept as the law asks, an alarm on its errors. */
export class PlatformFunction<D extends EnvDefinition = EnvDefinition> extends Construct {
  readonly lambda: lambda.Function;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: FunctionProps<D>) {
    super(scope, id);
    const { shared, handler, name = handler, description, environment, config, memory = 512, timeout = 10 } = props;
    const functionName = `${shared.prefix}-${name}`;
    this.timeout = Duration.seconds(timeout);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: shared.logRetention,
      encryptionKey: shared.key,
      removalPolicy: shared.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`${logGroup.logGroupArn}:*`],
      }),
    );
    const values = Object.entries<Access>(environment);
    this.lambda = new lambda.Function(this, 'Function', {
      functionName,
      description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: shared.target.arm ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(assetOf(handler, name, config, props.addFiles)),
      role,
      logGroup,
      memorySize: memory,
      timeout: this.timeout,
      environment: {
        ...Object.fromEntries(values.map(([name, access]) => [name, access.value])),
        POWERTOOLS_SERVICE_NAME: handler,
      },
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    for (const [, access] of values) access.grant(this.lambda);
    if (config) (this.lambda.node.defaultChild as lambda.CfnFunction).addMetadata('luojiang:config', config);
    const period = Duration.minutes(1);
    alarm(this, 'Errors', shared, this.lambda.metricErrors({ period }), {
      alarmDescription: `${functionName}: 函数出错 the function failed`,
    });
    alarm(this, 'Throttles', shared, this.lambda.metricThrottles({ period }), {
      evaluationPeriods: 2,
      alarmDescription: `${functionName}: 并发不足，调用被拒 invocations are refused for want of concurrency`,
    });
  }
}
