import { describe, expect, test } from 'vitest';
import { record } from './audit.fixture.ts';
import type { AuditRecord } from './record.ts';
import { fromMessage } from './record.ts';
import { AuditTrail } from './trail.ts';

interface Message {
  readonly Id: string;
  readonly MessageBody: string;
}

/** A queue that refuses some messages, or whole calls. */
const queue = (refuses: (call: number, at: number) => boolean = () => false) => {
  const held: string[] = [];
  let calls = 0;
  const send = async ({ input: { Entries } }: { input: { Entries: Message[] } }) => {
    const call = calls++;
    if (Entries.length > 10) throw new Error('TooManyEntriesInBatchRequest');
    if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length) throw new Error('BatchEntryIdsNotDistinct');
    const taken = Entries.filter((_, at) => !refuses(call, at));
    held.push(...taken.map(({ MessageBody }) => fromMessage(MessageBody).id));
    return { Failed: Entries.filter((entry) => !taken.includes(entry)).map(({ Id }) => ({ Id })) };
  };
  return { trail: new AuditTrail({ send } as never, 'url'), held, calls: () => calls };
};
const records = (count: number) => Array.from({ length: count }, (_, n) => record(n) as AuditRecord);
const ids = (count: number) => records(count).map(({ id }) => id);

describe('the trail', () => {
  test('resolves once the queue holds all, ten to a call', async () => {
    const { trail, held, calls } = queue();
    await trail.record(records(23));
    expect(held.sort()).toEqual(ids(23).sort());
    expect(calls()).toBe(3);
  });

  test('sends again what the queue did not take', async () => {
    const { trail, held } = queue((call, at) => call < 2 && at % 2 === 0);
    await trail.record(records(7));
    expect(held.sort()).toEqual(ids(7).sort());
  });

  test('rejects when something stays untaken: then it must not be done', async () => {
    await expect(queue((_, at) => at === 0).trail.record(records(3))).rejects.toMatchObject({
      kind: 'temporary',
      code: 'audit-unavailable',
    });
  });

  test('rejects when the queue is away', async () => {
    const away = new AuditTrail({ send: async () => Promise.reject(new Error('ECONNREFUSED')) } as never, 'url');
    await expect(away.record(records(1))).rejects.toMatchObject({ code: 'audit-unavailable' });
  });

  test('sends nothing of what the log would not take', async () => {
    const { trail, held } = queue();
    await expect(trail.record([...records(1), { ...record(2), ground: '' }])).rejects.toMatchObject({ code: 'invalid-audit-record' });
    expect(held).toEqual([]);
  });

  test('does nothing for nothing', async () => {
    const { trail, calls } = queue();
    await trail.record([]);
    expect(calls()).toBe(0);
  });

  test('takes ten of the longest records in one call of 256 KB', () => {
    const longest: AuditRecord = {
      ...record(1),
      ground: '审'.repeat(2_000),
      detail: Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`d${at}`, '审'.repeat(300)])),
    };
    expect(Buffer.byteLength(JSON.stringify({ record: longest })) * 10).toBeLessThan(256 * 1024);
  });
});
