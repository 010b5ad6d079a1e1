/** A record as it lies in quarantine, whoever put it there: the consumer, the IoT rule's error action, or the event source that gave up. */
export interface Held {
  readonly id: string;
  /** ms since the epoch; 0 where nobody noted it */
  readonly arrivedAt: number;
  readonly deviceId?: string | undefined;
  readonly reason: string;
  readonly detail: string;
  /** Original bytes, base64 */
  readonly data?: string | undefined;
  /** For a batch that was given up: where in the stream it lies. */
  readonly batch?: Readonly<Record<string, unknown>> | undefined;
}

interface ByConsumer {
  readonly deviceId: string;
  readonly arrivedAt: number;
  readonly fault: { readonly reason: string; readonly detail: string };
  readonly data: string;
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html */
interface ByRule {
  readonly clientId: string;
  readonly base64OriginalPayload: string;
  readonly failures: readonly { readonly failedAction: string; readonly errorMessage: string }[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
interface ByEventSource {
  readonly requestContext: { readonly condition: string };
  readonly timestamp: string;
  readonly KinesisBatchInfo: Readonly<Record<string, unknown>>;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

export const readHeld = (messageId: string, body: string): Held => {
  const value: unknown = parse(body);
  if (isObject(value) && 'fault' in value) {
    const { deviceId, arrivedAt, fault, data } = value as ByConsumer;
    return { id: messageId, arrivedAt, deviceId, reason: fault.reason, detail: fault.detail, data };
  }
  if (isObject(value) && 'base64OriginalPayload' in value) {
    const { clientId, base64OriginalPayload, failures } = value as ByRule;
    const detail = failures.map(({ failedAction, errorMessage }) => `${failedAction}: ${errorMessage}`).join('; ');
    return { id: messageId, arrivedAt: 0, deviceId: clientId, reason: 'rule-action-failed', detail, data: base64OriginalPayload };
  }
  if (isObject(value) && 'KinesisBatchInfo' in value) {
    const { requestContext, timestamp, KinesisBatchInfo } = value as ByEventSource;
    return {
      id: messageId,
      arrivedAt: Date.parse(timestamp),
      reason: 'batch-given-up',
      detail: requestContext.condition,
      batch: KinesisBatchInfo,
    };
  }
  return {
    id: messageId,
    arrivedAt: 0,
    reason: 'unreadable',
    detail: 'not one of the known forms',
    data: Buffer.from(body).toString('base64'),
  };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // answered as unreadable
  }
};
