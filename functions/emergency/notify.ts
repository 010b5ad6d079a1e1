/** Makes the calls that an escalation decided on: each once, one person's broken channel keeping nobody else waiting. */

import type { LevelCalled } from '#events/emergency.ts';
import type { EventOf } from '#events/envelope.ts';
import { logger } from '#runtime/logger.ts';
import type { Received } from '#runtime/queue.ts';
import type { Channel, Outgoing } from './channels.ts';
import type { Phones } from './phones.ts';

export interface Notifier {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly sent: Pick<Phones, 'wasSent' | 'markSent'>;
}

type Called = EventOf<typeof LevelCalled>;

const outgoing = ({ data }: Called, now: number): Outgoing[] =>
  data.calls.map((call) => ({
    ...call,
    incidentId: data.incidentId,
    town: data.town,
    level: data.level,
    text: data.message,
    sentAt: new Date(now).toISOString(),
  }));

/** Marked after it was sent: a crash in between calls twice rather than never. */
const callOne = async ({ channels, sent }: Notifier, call: Outgoing, now: number): Promise<void> => {
  if (await sent.wasSent(call.callId)) return;
  const channel = channels[call.channel];
  if (!channel) throw new Error(`no channel ${call.channel}`);
  await channel(call, now);
  await sent.markSent(call.callId, now);
};

/** Answers the ids of the messages of which a call failed: they come again, what was sent isn't sent twice. */
export const notify = async (notifier: Notifier, batch: readonly Received<Called>[], now: number): Promise<string[]> => {
  // The same event may lie in a batch twice: the second waits for the first one's calls.
  const going = new Map<string, Promise<void>>();
  const once = (call: Outgoing): Promise<void> => {
    const made = going.get(call.callId) ?? callOne(notifier, call, now);
    going.set(call.callId, made);
    return made;
  };
  const failed = await Promise.all(
    batch.map(async ({ messageId, event }) => {
      const results = await Promise.allSettled(outgoing(event, now).map(once));
      const broken = results.filter((result) => result.status === 'rejected');
      for (const { reason } of broken) logger.error('call not sent', { incidentId: event.data.incidentId, error: reason as Error });
      return broken.length > 0 ? [messageId] : [];
    }),
  );
  return failed.flat();
};
