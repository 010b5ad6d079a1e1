/**
 * Events leave with the item that they tell of: each write puts them into the item's `outbox` attribute (or removes it), and the
 * table's stream carries them to the relay. One write, so no window in which a crash loses an event or publishes one for a write that
 * never was. The relay may publish twice; every consumer is idempotent by event id.
 */
import type { Event, Occurrence } from '#events/envelope.ts';
import { idFor } from './ids.ts';

export interface Cause {
  /** `person:…`, `device:…`, `system:…` */
  readonly actor: string;
  /** The id of the event or request that began the chain. */
  readonly trace: string;
  /** ms since the epoch */
  readonly now: number;
}

const toEvent = ({ definition, data, key }: Occurrence, cause: Cause): Event => ({
  source: definition.source,
  name: definition.name,
  metadata: {
    id: idFor('evt', cause.now, definition.name, ...key),
    version: definition.version,
    time: new Date(cause.now).toISOString(),
    actor: cause.actor,
    trace: cause.trace,
  },
  data,
});

/** The value of the item's `outbox` attribute: absent when the write says nothing. */
export const toOutbox = (occurrences: readonly Occurrence[], cause: Cause): string | undefined =>
  occurrences.length === 0 ? undefined : JSON.stringify(occurrences.map((one) => toEvent(one, cause)));

export const fromOutbox = (outbox: string): readonly Event[] => JSON.parse(outbox) as Event[];
