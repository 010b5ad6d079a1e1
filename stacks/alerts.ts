import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ThresholdBreached, ThresholdCleared, ThresholdLevelChanged } from '#events/devices.ts';
import { AlertJoined, AlertsReleased, IncidentOpened } from '#events/emergency.ts';
import type { AlertsConfig } from '#functions/alerts/config.ts';
import { alertsEnv } from '#functions/alerts/environment.ts';
import { table } from '#infra/constructs/access.ts';
import { ApiFunction } from '#infra/constructs/api-function.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import { Relay } from '#infra/constructs/relay.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Subscription } from '#infra/constructs/subscription.ts';
import { Table } from '#infra/constructs/table.ts';

export interface AlertsProps extends StackProps {
  readonly shared: Shared;
}

/** From what devices' rules found to alerts that people act on. */
export class AlertsStack extends Stack {
  readonly api: ApiFunction;

  constructor(scope: Construct, id: string, { shared, ...props }: AlertsProps) {
    super(scope, id, props);
    const alerts = new Table(this, 'Alerts', {
      key: shared.key,
      retain: shared.retain,
      partitionKey: 'id',
      indexes: [{ name: 'byPhaseTown', partitionKey: 'listKey', sortKey: 'listAt' }],
      outbox: true,
    });
    new Relay(this, 'Relay', { shared, capability: 'alerts', from: alerts });

    const intake = new PlatformFunction(this, 'Intake', {
      shared,
      handler: 'alerts-intake',
      description: 'Raises, updates, clears and resolves alerts',
      env: alertsEnv,
      environment: { ALERTS_TABLE: table(alerts, 'BatchGetItem', 'GetItem', 'PutItem') },
      timeout: 30,
    });
    new Subscription(this, 'Subscription', {
      shared,
      name: 'alerts-intake',
      to: intake,
      events: [ThresholdBreached, ThresholdLevelChanged, ThresholdCleared, IncidentOpened, AlertJoined],
    });
    // One such event closes up to 500 alerts: a batch has to end within the function's time, and none of them keeps a new danger waiting.
    new Subscription(this, 'Releases', { shared, name: 'alerts-release', to: intake, events: [AlertsReleased], batch: 5, concurrency: 5 });

    const config: AlertsConfig = { towns: shared.config.district.towns.map((town) => town.id) };
    this.api = new ApiFunction(this, 'Api', {
      shared,
      handler: 'alerts-api',
      description: 'Alerts over HTTP',
      env: alertsEnv,
      environment: { ALERTS_TABLE: table(alerts, 'GetItem', 'Query') },
      config,
    });
  }
}
