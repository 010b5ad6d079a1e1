/** How a person is reached: one port, one small adapter per channel. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Text } from '#events/envelope.ts';
import type { PhoneMessage } from './api.ts';
import type { Phones } from './phones.ts';

/** One call as it goes out. */
export interface Outgoing extends PhoneMessage {
  readonly channel: string;
}

export type Channel = (call: Outgoing, now: number) => Promise<void>;

const TIMEOUT_MS = 5_000;

const both = ({ zh, en }: Text): string => `${zh}\n${en}`;

export const sms =
  (sns: SNSClient): Channel =>
  async ({ address, text }) => {
    await sns.send(
      new PublishCommand({
        PhoneNumber: address,
        // Chinese is UCS-2, 70 characters a part: the second language would double the price of each message.
        Message: text.zh,
        MessageAttributes: { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } },
      }),
    );
  };

/** POST of a JSON object: `callId` (repeat-safe key), `personId`, `incidentId`, `town`, `level`, `text`. Any 2xx is taken. */
export const webhook =
  (send: typeof fetch = fetch): Channel =>
  async ({ address, callId, personId, incidentId, town, level, text, sentAt }) => {
    const response = await send(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': callId },
      body: JSON.stringify({ callId, personId, incidentId, town, level, text: both(text), sentAt }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`webhook answered ${response.status}`);
  };

/** The local outbox. */
export const phone =
  (phones: Phones): Channel =>
  ({ channel: _, ...message }, now) =>
    phones.add(message, now);
