/** Each step that begins sets its timers in EventBridge Scheduler, under names that follow from the step: set twice they are one. */
import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { StepStarted } from '#events/casework.ts';
import type { EventOf } from '#events/envelope.ts';
import { clientOptions } from '#runtime/clients.ts';
import { idFor } from '#runtime/ids.ts';
import { TIMER_FIRED, type Timer } from './intake.ts';

export interface Target {
  readonly group: string;
  readonly queueArn: string;
  readonly roleArn: string;
  readonly deadLettersArn: string;
}

/** A schedule for a moment that has passed would never run. */
const SOONEST_MS = 5_000;

const inWholeSeconds = (ms: number): string => new Date(Math.ceil(ms / 1000) * 1000).toISOString().slice(0, 19);

type Started = EventOf<typeof StepStarted>;

export const timersOf = ({ data }: Started): Timer[] => {
  const { caseId, attempt, level, remindAt, dueAt } = data;
  const timer = (kind: Timer['kind'], at: string | undefined): Timer[] => (at === undefined ? [] : [{ caseId, attempt, level, kind, at }]);
  return [...timer('remind', remindAt), ...timer('due', dueAt)];
};

/** The same timer has the same name, and no two of a case share one. */
export const nameOf = ({ caseId, attempt, level, kind }: Timer): string => `${caseId}-${attempt}-${level}-${kind}`;

/** The message looks as if the bus had sent it: one intake reads both. */
export const messageOf = (timer: Timer, trace: string): string => {
  const { caseId, attempt, level, kind, at } = timer;
  const id = idFor('evt', Date.parse(at), TIMER_FIRED, caseId, attempt, level, kind);
  const metadata = { id, version: 1, time: at, actor: 'system:time', trace };
  return JSON.stringify({ source: 'casework', 'detail-type': TIMER_FIRED, detail: { metadata, data: timer } });
};

export class Timers {
  readonly #target: Target;
  readonly #client: SchedulerClient;

  constructor(target: Target, client = new SchedulerClient(clientOptions)) {
    this.#target = target;
    this.#client = client;
  }

  async set(timer: Timer, trace: string, now: number): Promise<void> {
    const { group, queueArn, roleArn, deadLettersArn } = this.#target;
    try {
      await this.#client.send(
        new CreateScheduleCommand({
          GroupName: group,
          Name: nameOf(timer),
          ScheduleExpression: `at(${inWholeSeconds(Math.max(Date.parse(timer.at), now + SOONEST_MS))})`,
          ScheduleExpressionTimezone: 'UTC',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: queueArn,
            RoleArn: roleArn,
            Input: messageOf(timer, trace),
            DeadLetterConfig: { Arn: deadLettersArn },
            RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          },
        }),
      );
    } catch (error) {
      // It is set already.
      if (!(error instanceof ConflictException)) throw error;
    }
  }
}
