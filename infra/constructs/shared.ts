import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Config } from '../config/schema.ts';
import type { Target } from '../targets.ts';
import type { Table } from './table.ts';

/** What every stack is given: the district's configuration and what the foundation made. */
export interface Shared {
  readonly target: Target;
  readonly config: Config;
  /** Begins the name of everything that has one: the district's id. */
  readonly prefix: string;
  readonly retain: boolean;
  /** The district's own key; whatever is stored is encrypted with it. */
  readonly key: IKey;
  readonly bus: EventBus;
  /** Operational alarms go here. */
  readonly alarms: ITopic;
  readonly logRetention: RetentionDays;
  /** How much of its limit each caller has taken (runtime/rate.ts). */
  readonly rates: Table;
}
