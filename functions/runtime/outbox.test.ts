import { describe, expect, test } from 'vitest';
import { AlertRaised, AlertUpdated } from '#events/alerts.ts';
import { Id, type Occurrence, occurred } from '#events/envelope.ts';
import { fromOutbox, toOutbox } from './outbox.ts';

const raised = occurred(AlertRaised, ['alt_1', 1], AlertRaised.sample);
const updated = occurred(AlertUpdated, ['alt_1', 2], AlertUpdated.sample);
const cause = { actor: 'device:river-level-wanan-01', trace: 'evt_0', now: Date.UTC(2026, 6, 1, 3) };

const written = (occurrences: readonly Occurrence[], by = cause) => fromOutbox(toOutbox(occurrences, by) as string);
const idOf = (occurrence: Occurrence, by = cause) => written([occurrence], by)[0]?.metadata.id;

test('what a decision says happened becomes events, in the order in which it happened', () => {
  expect(written([raised, updated])).toEqual([
    {
      source: 'alerts',
      name: 'AlertRaised',
      metadata: {
        id: expect.stringMatching((Id('evt') as { pattern?: string }).pattern as string),
        version: 1,
        time: '2026-07-01T03:00:00.000Z',
        actor: 'device:river-level-wanan-01',
        trace: 'evt_0',
      },
      data: AlertRaised.sample,
    },
    expect.objectContaining({ name: 'AlertUpdated', data: AlertUpdated.sample }),
  ]);
});

test('a write that says nothing leaves no outbox, so that the last one’s events do not go out again', () => {
  expect(toOutbox([], cause)).toBeUndefined();
});

describe('an event’s id', () => {
  test('is the same when the same is decided again at the same moment, whoever began it', () => {
    expect(idOf(raised)).toBe(idOf({ ...raised, data: {} }, { ...cause, actor: 'person:li-na', trace: 'req-7' }));
  });

  test('is another for another event, another key, another moment', () => {
    const ids = [
      idOf(raised),
      idOf({ ...raised, key: ['alt_1', 2] }),
      idOf({ ...raised, definition: AlertUpdated }),
      idOf(raised, { ...cause, now: cause.now + 1 }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('begins with the moment: events sort as they happened', () => {
    expect((idOf(updated) as string) < (idOf(raised, { ...cause, now: cause.now + 1 }) as string)).toBe(true);
  });
});
