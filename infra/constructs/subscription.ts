import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { EventDefinition } from '#events/envelope.ts';
import type { EnvDefinition } from '#runtime/env.ts';
import { alarm } from './alarm.ts';
import type { PlatformFunction } from './function.ts';
import { Queue } from './queue.ts';
import type { Shared } from './shared.ts';

/**
 * Lambda takes more from a queue only for a batching window of a second or more, and an alert's way to the first call leads through two.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
const UNWAITED = 10;

export interface SubscriptionProps<D extends EnvDefinition> {
  readonly shared: Shared;
  /** Begins the names of its queue and dead-letter queue. */
  readonly name: string;
  /** The function that handles them in batches (runtime/queue.ts). */
  readonly to: PlatformFunction<D>;
  readonly events: readonly EventDefinition[];
  /** Batches at once: what bounds a storm's load on everything behind. */
  readonly concurrency?: number;
  /** Events in a batch: few where one event is much work. */
  readonly batch?: number;
}

/** A capability's subscription: events of the bus, kept in its own queue until its function has handled them, at last in a dead-letter queue. */
export class Subscription<D extends EnvDefinition> extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: SubscriptionProps<D>) {
    super(scope, id);
    const { shared, name, to, events, concurrency = 10, batch = UNWAITED } = props;
    const queue = new Queue(this, 'Queue', { shared, name, handledBy: to.timeout, deadLetters: true });
    this.queue = queue;
    new Rule(this, 'Rule', {
      eventBus: shared.bus,
      ruleName: `${shared.prefix}-${name}`,
      eventPattern: {
        source: [...new Set(events.map((event) => event.source))],
        detailType: events.map((event) => event.name),
      },
      targets: [new SqsQueue(queue.queue, { ...(queue.deadLetters && { deadLetterQueue: queue.deadLetters }) })],
    });
    const failed = new Metric({
      namespace: 'AWS/Events',
      metricName: 'FailedInvocations',
      dimensionsMap: { EventBusName: shared.bus.eventBusName, RuleName: `${shared.prefix}-${name}` },
      period: Duration.minutes(1),
      statistic: 'sum',
    });
    alarm(this, 'Undelivered', shared, failed, {
      alarmDescription: `${shared.prefix}-${name}: 事件未能送达订阅队列 events could not be put into the subscriber’s queue`,
    });
    to.lambda.addEventSource(
      new SqsEventSource(queue.queue, {
        batchSize: batch,
        reportBatchItemFailures: true,
        maxConcurrency: concurrency,
      }),
    );
  }
}
