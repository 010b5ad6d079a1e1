import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { AlertCleared, AlertRaised, AlertResolved, AlertUpdated } from '#events/alerts.ts';
import {
  AcknowledgementCounted,
  AlertJoined,
  EscalationExhausted,
  IncidentAcknowledged,
  IncidentOpened,
  IncidentResolved,
  LevelCalled,
} from '#events/emergency.ts';
import type { Calendar } from '#functions/casework/calendar.ts';
import type { ConsoleConfig, PagesConfig } from '#functions/console/config.ts';
import { connectEnv, consoleApiEnv, pagesEnv, pushEnv } from '#functions/console/environment.ts';
import { calendarOf } from '#infra/config/calendar.ts';
import type { Config } from '#infra/config/schema.ts';
import { allow, plain, table } from '#infra/constructs/access.ts';
import { accessLog } from '#infra/constructs/access-log.ts';
import { alarm } from '#infra/constructs/alarm.ts';
import { ApiFunction } from '#infra/constructs/api-function.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Subscription } from '#infra/constructs/subscription.ts';
import { Table } from '#infra/constructs/table.ts';
import { accept } from '#infra/nag.ts';
import { pagesInto } from '#infra/pages.ts';

export interface ConsoleProps extends StackProps {
  readonly shared: Shared;
  readonly authorizer: PlatformFunction;
  /** Where the console uploads files to. */
  readonly uploads: Bucket;
}

const districtView = ({ district, domains }: Config, { holidays, workdays, ...calendar }: Calendar): ConsoleConfig['district'] => ({
  id: district.id,
  code: district.code,
  name: district.name,
  timezone: district.timezone,
  calendar: { ...calendar, holidays: [...holidays], workdays: [...workdays] },
  towns: district.towns.map(({ id, name, place }) => ({ id, name, place })),
  departments: district.departments,
  bureau: district.bureau,
  domains: domains.map(({ id, name }) => ({ id, name })),
  deviceTypes: domains.flatMap(({ deviceTypes }) => deviceTypes),
});

/** What people open: the pages, and the live connection that brings them what happens. */
export class ConsoleStack extends Stack {
  readonly pages: PlatformFunction;
  readonly api: ApiFunction;

  constructor(scope: Construct, id: string, { shared, authorizer, uploads, ...props }: ConsoleProps) {
    super(scope, id, props);
    const { target, config, prefix } = shared;
    const connections = new Table(this, 'Connections', { key: shared.key, retain: false, partitionKey: 'town', sortKey: 'connectionId' });

    const connect = new PlatformFunction(this, 'Connect', {
      shared,
      handler: 'console-connect',
      description: 'Notes who listens to which town',
      env: connectEnv,
      environment: { CONNECTIONS_TABLE: table(connections, 'BatchWriteItem') },
    });
    const live = new apigateway.WebSocketApi(this, 'Live', {
      apiName: `${prefix}-live`,
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration('OnConnect', connect.lambda),
        // The token travels as a subprotocol: browsers cannot set headers here, and a URL would end in access logs.
        authorizer: new WebSocketLambdaAuthorizer('Authorizer', authorizer.lambda, {
          identitySource: ['route.request.header.Sec-WebSocket-Protocol'],
        }),
      },
      defaultRouteOptions: { integration: new WebSocketLambdaIntegration('OnPing', connect.lambda) },
    });
    accept(live, 'AwsSolutions-APIG4', 'API Gateway authorises a WebSocket once, at $connect; later messages come over that connection.');
    const stage = new apigateway.WebSocketStage(this, 'LiveStage', {
      webSocketApi: live,
      stageName: 'live',
      autoDeploy: true,
      throttle: { rateLimit: 500, burstLimit: 500 },
      accessLogSettings: accessLog(this, 'LiveLog', shared, 'live'),
    });

    for (const metricName of ['IntegrationError', 'ExecutionError']) {
      const metric = new Metric({
        namespace: 'AWS/ApiGateway',
        metricName,
        dimensionsMap: { ApiId: live.apiId, Stage: stage.stageName },
        period: Duration.minutes(1),
        statistic: 'sum',
      });
      alarm(this, `Live${metricName}`, shared, metric, {
        evaluationPeriods: 3,
        alarmDescription: '实时连接出错 consoles cannot connect and refresh only each ten seconds',
      });
    }

    const push = new PlatformFunction(this, 'Push', {
      shared,
      handler: 'console-push',
      description: 'Pushes alerts and incidents to the consoles that listen',
      env: pushEnv,
      environment: {
        CONNECTIONS_TABLE: table(connections, 'Query', 'DeleteItem'),
        LIVE_ENDPOINT: {
          value: stage.callbackUrl,
          grant: (to) =>
            allow(
              to,
              ['execute-api:ManageConnections'],
              [this.formatArn({ service: 'execute-api', resource: live.apiId, resourceName: `${stage.stageName}/POST/@connections/*` })],
            ),
        },
      },
      timeout: 30,
    });
    accept(push, 'AwsSolutions-IAM5', 'Connections are named at run time; all are of this one stage.');
    new Subscription(this, 'Subscription', {
      shared,
      name: 'console-push',
      to: push,
      // AlertsReleased is not among them: each alert tells by AlertResolved that it is closed.
      events: [
        ...[AlertRaised, AlertUpdated, AlertCleared, AlertResolved],
        ...[IncidentOpened, AlertJoined, LevelCalled, AcknowledgementCounted, IncidentAcknowledged, EscalationExhausted, IncidentResolved],
      ],
    });

    const { district } = config;
    const pages: PagesConfig = {
      issuer: district.identity.issuer,
      clientId: district.identity.clientId,
      audience: district.identity.audience,
      districtId: district.id,
      districtName: district.name,
      phones: target.phones,
    };
    this.pages = new PlatformFunction(this, 'Pages', {
      shared,
      handler: 'console-pages',
      description: 'Serves the console’s files',
      env: pagesEnv,
      // The local front door has pages and live connection on one origin.
      environment: {
        LIVE_URL: plain(target.name === 'local' ? '/live' : stage.url),
        UPLOADS_URL: plain(`https://${uploads.bucketRegionalDomainName}`),
      },
      config: pages,
      addFiles: pagesInto,
    });
    this.api = new ApiFunction(this, 'Api', {
      shared,
      handler: 'console-api',
      description: 'Who I am, and the district’s names',
      env: consoleApiEnv,
      environment: {},
      config: { district: districtView(config, calendarOf(district, new Date().getFullYear())) } satisfies ConsoleConfig,
    });
    new CfnOutput(this, 'LiveApiId', { value: live.apiId });
    new CfnOutput(this, 'LiveUrl', { value: stage.url });
  }
}
