import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Shared } from './shared.ts';

/** One line per request, without tokens: 网络安全法 Art. 21 wants network logs of six months. */
export const accessLog = (scope: Construct, id: string, shared: Shared, api: string): IAccessLogSettings => ({
  destination: new LogGroupLogDestination(
    new LogGroup(scope, id, {
      logGroupName: `/aws/apigateway/${shared.prefix}-${api}`,
      retention: shared.logRetention,
      encryptionKey: shared.key,
      removalPolicy: shared.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    }),
  ),
  format: AccessLogFormat.custom(
    JSON.stringify({
      requestId: '$context.requestId',
      at: '$context.requestTime',
      ip: '$context.identity.sourceIp',
      route: '$context.routeKey',
      status: '$context.status',
      principal: '$context.authorizer.id',
    }),
  ),
});
