import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { NagSuppressions } from 'cdk-nag';
import type { DepartmentStack } from './stack.ts';

export interface DepartmentApiProps {
  readonly authorizer: IHttpRouteAuthorizer;
  /** Requests a second. */
  readonly rateLimit?: number;
}

/** Who called what and when, without tokens or addresses of pages that could name a person. */
const ACCESS = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  principal: '$context.authorizer.id',
};

/** Behind the district's login unless a route says that everybody may read it; limited; every call logged for half a year. */
export class DepartmentApi extends HttpApi {
  constructor(stack: DepartmentStack, id: string, { authorizer, rateLimit = 50 }: DepartmentApiProps) {
    super(stack, id, { apiName: stack.stackName, createDefaultStage: false, defaultAuthorizer: authorizer });
    new HttpStage(this, 'Stage', {
      httpApi: this,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit, burstLimit: rateLimit * 2 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(stack.logGroup(`${id}Access`, `/aws/apigateway/${stack.stackName}`)),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS)),
      },
    });
  }

  serve(method: HttpMethod, path: string, by: IFunction): void {
    this.addRoutes({ path, methods: [method], integration: this.#integrationOf(by) });
  }

  /** Without a login; the reason stands in the template. */
  publish(path: string, by: IFunction, reason: string): void {
    const routes = this.addRoutes({
      path,
      methods: [HttpMethod.GET],
      integration: this.#integrationOf(by),
      authorizer: new HttpNoneAuthorizer(),
    });
    NagSuppressions.addResourceSuppressions(routes, [{ id: 'AwsSolutions-APIG4', reason }]);
  }

  readonly #integrations = new Map<IFunction, HttpLambdaIntegration>();

  #integrationOf(by: IFunction): HttpLambdaIntegration {
    const known = this.#integrations.get(by) ?? new HttpLambdaIntegration(`${by.node.id}Integration`, by);
    this.#integrations.set(by, known);
    return known;
  }
}
