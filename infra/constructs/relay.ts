import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { relayEnv } from '#runtime/relay.ts';
import { accept } from '../nag.ts';
import { putsEventsOn, useKey } from './access.ts';
import { alarm } from './alarm.ts';
import { PlatformFunction } from './function.ts';
import { Queue } from './queue.ts';
import type { Shared } from './shared.ts';
import type { Table } from './table.ts';

export interface RelayProps {
  readonly shared: Shared;
  readonly capability: string;
  readonly from: Table;
  /** Where items that are gone are told of too: by which handler, and of which part of the key. */
  readonly farewell?: { readonly handler: string; readonly part: string };
}

const gone = (part: string) =>
  FilterCriteria.filter({ eventName: FilterRule.isEqual('REMOVE'), dynamodb: { Keys: { part: { S: FilterRule.isEqual(part) } } } });

/** Carries a table's outbox to the bus (runtime/outbox.ts). Retries as long as the stream keeps the record, which is a day. */
export class Relay extends Construct {
  constructor(scope: Construct, id: string, { shared, capability, from, farewell }: RelayProps) {
    super(scope, id);
    const relay = new PlatformFunction(this, 'Function', {
      shared,
      handler: farewell?.handler ?? 'runtime-relay',
      name: `${capability}-relay`,
      description: `Publishes the events that the table of ${capability} tells of`,
      env: relayEnv,
      environment: { EVENT_BUS: putsEventsOn(shared.bus) },
    });
    useKey(from.key, relay.lambda);
    accept(relay, 'AwsSolutions-IAM5', 'dynamodb:ListStreams knows no resource; reading is bound to the table’s stream.');
    const failures = new Queue(this, 'Failures', { shared, name: `${capability}-relay-failures`, alarming: true });
    relay.lambda.addEventSource(
      new DynamoEventSource(from.table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        parallelizationFactor: 4,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        maxRecordAge: Duration.hours(23),
        onFailure: new SqsDlq(failures.queue),
        // Most writes tell of nothing: they cost no invocation.
        filters: [
          FilterCriteria.filter({ dynamodb: { NewImage: { outbox: { S: FilterRule.exists() } } } }),
          ...(farewell ? [gone(farewell.part)] : []),
        ],
      }),
    );
    alarm(this, 'Behind', shared, relay.lambda.metric('IteratorAge', { period: Duration.minutes(1), statistic: 'max' }), {
      threshold: 30_000,
      evaluationPeriods: 2,
      alarmDescription: `${capability}: 事件发布落后 events are published late`,
    });
  }
}
