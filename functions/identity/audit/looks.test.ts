import { describe, expect, test } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import { record } from './audit.fixture.ts';
import { erasing, looked } from './looks.ts';
import { checked, type Openings, seal } from './record.ts';

const auditor: Principal = {
  kind: 'person',
  id: 'pan-yi',
  name: '潘毅',
  roles: [],
  towns: [],
  duties: [{ department: 'big-data', duty: 'auditor' }],
  bureau: 'big-data',
};
const now = Date.UTC(2030, 0, 1, 5);
const look = { principal: auditor, requestId: 'r1', now };
const entry = (n: number, changes = {}) => {
  const { id, leaf, openings } = seal(record(n, changes), () => new Uint8Array(16));
  return { id, index: n, leaf, openings: openings as Openings };
};

describe('a look', () => {
  test('is logged for each person whose data were seen', () => {
    const records = looked([entry(0), entry(11), entry(1)], 'x', look);
    expect(records.map(({ subject }) => subject)).toEqual(['person:citizen-0', 'person:citizen-1']);
    for (const one of records) {
      expect(checked(one)).toMatchObject({
        action: 'audit:read',
        actor: 'person:pan-yi',
        department: 'big-data',
        resource: 'audit:entries',
      });
      expect(one.detail).toEqual({ asked: 'x', entries: '3', from: '0', to: '11' });
    }
    expect(new Set(records.map(({ id }) => id)).size).toBe(2);
  });

  test('at entries about nobody is logged as well, at nothing is not', () => {
    expect(looked([{ ...entry(0), openings: {} }], 'x', look)).toMatchObject([{ resource: `audit:${entry(0).id}` }]);
    expect(looked([], 'x', look)).toEqual([]);
  });

  test('by one who holds the duty for another names both', () => {
    const delegate = { ...auditor, id: 'yu-qing', duties: [{ department: 'big-data', duty: 'auditor' as const, for: 'pan-yi' }] };
    expect(looked([entry(0)], 'x', { ...look, principal: delegate })).toMatchObject([
      { actor: 'person:yu-qing', onBehalfOf: 'person:pan-yi' },
    ]);
  });
});

describe('an erasure', () => {
  const erase = (one: ReturnType<typeof entry>, field: 'subject' | 'actor' | 'onBehalfOf' | 'ground', when = now) =>
    erasing(one, { field, ground: '本人申请' }, 15, { ...look, now: when });

  test('is logged with its ground, and without the name that it erases', () => {
    const logged = erase(entry(3), 'subject');
    expect(checked(logged)).toMatchObject({
      action: 'audit:erase',
      resource: `audit:${entry(3).id}`,
      ground: '本人申请',
      detail: { field: 'subject' },
    });
    expect(JSON.stringify(logged)).not.toContain('citizen');
  });

  test('asked for twice in a day is one, of another field another', () => {
    expect(erase(entry(3), 'subject', now + 60_000)?.id).toBe(erase(entry(3), 'subject')?.id);
    expect(erase(entry(3), 'ground')?.id).not.toBe(erase(entry(3), 'subject')?.id);
  });

  test('of what is gone already is nothing', () => {
    expect(erase({ ...entry(3), openings: {} }, 'subject')).toBeUndefined();
  });

  test('does not let go who acted before the log’s term has ended', () => {
    const at = '2026-07-01T00:00:00.000Z';
    const acted = entry(3, { at, onBehalfOf: 'person:yuan-mei' });
    const end = Date.UTC(2041, 6, 1);
    for (const field of ['actor', 'onBehalfOf'] as const) {
      expect(() => erase(acted, field, end - 1)).toThrow('kept-for-accountability');
      expect(erase(acted, field, end)).toBeDefined();
    }
  });
});
