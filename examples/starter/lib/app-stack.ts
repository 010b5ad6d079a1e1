import { CfnOutput, Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Construct } from 'constructs';
import { DepartmentApi, DepartmentFunction, DepartmentStack, type DepartmentStackProps } from '#infra/constructs/department/index.ts';
import { bundled } from './bundled.ts';

export interface AppProps extends DepartmentStackProps {
  /** The district's identity provider (OIDC), and the name that its tokens call this system by. */
  readonly issuer: string;
  readonly audience: string;
}

/** Begin here: an API behind the district's login. */
export class AppStack extends DepartmentStack {
  constructor(scope: Construct, id: string, { issuer, audience, ...props }: AppProps) {
    super(scope, id, props);
    const { functionConcurrency, bandwidthMbps } = this.allocation.quota;
    // Two functions are needed, and a way out; without them there is the baseline, for what you were allocated.
    if ((functionConcurrency >= 0 && functionConcurrency < 2) || bandwidthMbps === 0) return;
    const authorizer = new DepartmentFunction(this, 'Authorizer', {
      description: '验证统一身份令牌 verifies tokens',
      code: bundled('authorizer.ts'),
      concurrency: 1,
      // The identity provider isn't in the system's network.
      outside: true,
      environment: { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience },
    });
    const hello = new DepartmentFunction(this, 'Hello', {
      description: '示例 an example',
      code: bundled('hello.ts'),
      concurrency: 1,
      environment: { ALLOCATION_ID: this.allocation.allocationId },
    });
    const api = new DepartmentApi(this, 'Api', {
      authorizer: new HttpLambdaAuthorizer('Login', authorizer, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ['$request.header.Authorization'],
        resultsCacheTtl: Duration.minutes(1),
      }),
    });
    api.publish('/health', hello, 'Tells that it runs, and nothing else.');
    api.serve(HttpMethod.GET, '/hello', hello);
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
  }
}
