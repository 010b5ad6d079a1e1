import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpNoneAuthorizer, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { accessLog } from '#infra/constructs/access-log.ts';
import { alarm } from '#infra/constructs/alarm.ts';
import type { ApiFunction } from '#infra/constructs/api-function.ts';
import type { PlatformFunction } from '#infra/constructs/function.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { apis } from '#infra/generate/apis.ts';
import { accept } from '#infra/nag.ts';

export interface ApiProps extends StackProps {
  readonly shared: Shared;
  readonly authorizer: PlatformFunction;
  /** The function that serves each capability's operations. */
  readonly servedBy: Readonly<Record<string, ApiFunction>>;
  /** Serves everything that is no operation. */
  readonly pages: PlatformFunction;
}

/** One origin: every operation is a route of its own behind the authorizer, all else is the console's pages. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { shared, authorizer, servedBy, pages, ...props }: ApiProps) {
    super(scope, id, props);
    const api = new HttpApi(this, 'Api', {
      apiName: shared.prefix,
      createDefaultStage: false,
      defaultAuthorizer: new HttpLambdaAuthorizer('Authorizer', authorizer.lambda, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ['$request.header.Authorization'],
        // A token that was good a minute ago is good; a revoked one dies within that minute.
        resultsCacheTtl: Duration.minutes(1),
      }),
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 1_000, burstLimit: 2_000 },
      accessLogSettings: accessLog(this, 'AccessLog', shared, 'api'),
    });
    alarm(this, 'ServerErrors', shared, api.metricServerError({ period: Duration.minutes(1), statistic: 'sum' }), {
      threshold: 5,
      evaluationPeriods: 2,
      alarmDescription: '接口返回 5xx the API answers 5xx',
    });
    for (const [capability, operations] of Object.entries(apis)) {
      const served = servedBy[capability];
      if (!served) throw new Error(`Nothing serves the operations of ${capability}`);
      const integration = new HttpLambdaIntegration(capability, served.lambda);
      for (const { method, path } of operations) api.addRoutes({ path, methods: [HttpMethod[method]], integration });
    }
    const integration = new HttpLambdaIntegration('Pages', pages.lambda);
    for (const path of ['/', '/{proxy+}']) {
      const routes = api.addRoutes({ path, methods: [HttpMethod.GET], integration, authorizer: new HttpNoneAuthorizer() });
      for (const route of routes)
        accept(
          route,
          'AwsSolutions-APIG4',
          'Public files of the console, the same for everybody; data comes by the routes behind the authorizer.',
        );
    }
    new CfnOutput(this, 'ApiId', { value: api.apiId });
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
  }
}
