import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarm } from './alarm.ts';
import type { Shared } from './shared.ts';

export interface QueueProps {
  readonly shared: Shared;
  readonly name: string;
  /** Time-out of the function that reads it: a message comes again after six times as long. */
  readonly handledBy?: Duration;
  /** What fails five times goes to a queue of its own, which raises an alarm. */
  readonly deadLetters?: boolean;
  /** Raises an alarm as soon as anything lies in it. */
  readonly alarming?: boolean;
}

const RECEIVES = 5;

/** A queue as all of them are: encrypted with the district's key, TLS only, fourteen days. */
export class Queue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue | undefined;

  constructor(scope: Construct, id: string, { shared, name, handledBy, deadLetters, alarming }: QueueProps) {
    super(scope, id);
    const common = {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: shared.key,
      enforceSSL: shared.target.tlsOnly,
      retentionPeriod: Duration.days(14),
      removalPolicy: shared.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    if (deadLetters)
      this.deadLetters = new sqs.Queue(this, 'DeadLetters', { ...common, queueName: `${shared.prefix}-${name}-dead-letters` });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      queueName: `${shared.prefix}-${name}`,
      ...(handledBy && { visibilityTimeout: Duration.seconds(handledBy.toSeconds() * 6) }),
      ...(this.deadLetters && { deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES } }),
    });
    const watched = this.deadLetters ?? (alarming ? this.queue : undefined);
    if (watched) {
      const label = `${shared.prefix}-${name}`;
      alarm(this, 'NotEmpty', shared, watched.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'max' }), {
        alarmDescription: `${label}: 有待人工处理的消息 messages wait for a person`,
      });
      // A queue forgets after fourteen days, counted from when the message was first sent.
      alarm(this, 'Expiring', shared, watched.metricApproximateAgeOfOldestMessage({ period: Duration.hours(1), statistic: 'max' }), {
        threshold: Duration.days(10).toSeconds(),
        alarmDescription: `${label}: 消息将在四天内丢失 messages will be lost within four days`,
      });
    }
    if (deadLetters)
      alarm(this, 'Late', shared, this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'max' }), {
        threshold: 120,
        evaluationPeriods: 3,
        alarmDescription: `${shared.prefix}-${name}: 事件处理落后 events are handled late`,
      });
  }
}
