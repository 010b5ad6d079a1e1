import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StepDecided } from '#events/casework.ts';
import { IncidentAcknowledged } from '#events/emergency.ts';
import type { EventDefinition } from '#events/envelope.ts';
import { idOf, record } from './audit.fixture.ts';
import { fromBase64 } from './bytes.ts';
import { checked, commitmentOf, fromMessage, type Logged, seal } from './record.ts';
import { LONGEST_ENTRY } from './tiles.ts';

let count = 0;
const salt = () => Uint8Array.from(Buffer.from(String(count++).padStart(16, '0')));

describe('a leaf', () => {
  test('is canonical, and holds commitments in the place of what is personal', () => {
    const { leaf, openings, id, at } = seal(record(3, { onBehalfOf: 'person:yuan-mei', detail: { asked: '身份证号' } }), salt);
    const parsed = JSON.parse(leaf);
    expect(leaf).toBe(JSON.stringify(Object.fromEntries(Object.entries(parsed).sort(([a], [b]) => (a < b ? -1 : 1)))));
    expect(parsed).toMatchObject({
      id,
      at,
      v: 1,
      action: 'cases:unmask',
      department: 'education',
      resource: 'case:case_3',
      outcome: 'permitted',
    });
    expect(Object.keys(openings).sort()).toEqual(['actor', 'detail', 'ground', 'onBehalfOf', 'subject']);
    for (const [field, opening] of Object.entries(openings))
      expect(parsed[field]).toEqual({ sha256: commitmentOf(fromBase64(opening.salt), opening.value) });
  });

  test('names nobody, whoever is in the record', () => {
    const name = fc.string({ minLength: 12, maxLength: 40, unit: fc.constantFrom(...'甲乙丙丁abcdefgh') });
    fc.assert(
      fc.property(name, fc.subarray(['onBehalfOf', 'subject', 'ground', 'detail', 'resource'] as const), (who, fields) => {
        const personal = Object.fromEntries(fields.map((field) => [field, field === 'detail' ? { who } : `person:${who}`]));
        expect(seal(record(1, { actor: `person:${who}`, ...personal }), salt).leaf).not.toContain(who);
      }),
    );
  });

  test('has a salt of its own for each field: the same person twice is not seen to be the same', () => {
    const { leaf } = seal(record(1, { actor: 'person:li-na', subject: 'person:li-na' }), salt);
    const { actor, subject } = JSON.parse(leaf);
    expect(actor.sha256).not.toBe(subject.sha256);
  });

  test('of the longest record that is taken fits many times into an entry', () => {
    const long = (length: number) => '\u0001'.repeat(length);
    const longest = record(1, {
      action: long(128),
      actor: long(160),
      onBehalfOf: long(160),
      subject: long(160),
      department: long(64),
      resource: long(200),
      ground: long(2_000),
    });
    expect(seal(checked(longest), salt).leaf.length).toBeLessThan(LONGEST_ENTRY / 16);
  });
});

describe('a record', () => {
  test('is taken as it is', () => expect(checked(record(1))).toEqual(record(1)));

  test.each<[string, Partial<Record<keyof Logged | 'more', unknown>>]>([
    ['id', { id: 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N' }],
    ['id', { id: undefined }],
    ['at', { at: '2026-07-01' }],
    ['at', { at: '2026-13-41T00:00:00Z' }],
    ['outcome', { outcome: 'maybe' }],
    ['action', { action: '' }],
    ['actor', { actor: undefined }],
    ['resource', { resource: 'x'.repeat(201) }],
    ['subject', { subject: 7 }],
    ['ground', { ground: '\ud800' }],
    ['detail', { detail: { a: 1 } }],
    ['detail', { detail: ['a'] }],
    ['detail', { detail: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`d${at}`, ''])) }],
    ['more', { more: 'x' }],
  ])('is refused for its %s: %j', (field, changes) => {
    expect(() => checked({ ...record(1), ...changes })).toThrow(`The ${field} of`);
  });

  test('that is none is refused', () => {
    for (const value of [undefined, null, 'text', 7, []]) expect(() => checked(value)).toThrow();
  });
});

describe('a message of the queue', () => {
  const metadata = { id: idOf(7).replace('aud', 'evt'), version: 1, time: '2026-07-01T03:00:00Z', actor: 'person:peng-tao', trace: 't' };
  const event = ({ source, name, sample }: EventDefinition, data: object = {}) =>
    JSON.stringify({ version: '0', source, 'detail-type': name, detail: { metadata, data: { ...(sample as object), ...data } } });

  test('is a capability’s own record', () => {
    expect(fromMessage(JSON.stringify({ record: record(2) }))).toEqual(record(2));
  });

  test('or an event: who, what, on what; of its data nothing but the hash', () => {
    const logged = fromMessage(event(StepDecided, { reason: '材料齐全', for: 'yuan-mei' }));
    expect(logged).toEqual({
      id: metadata.id,
      at: metadata.time,
      action: 'casework/StepDecided',
      actor: 'person:peng-tao',
      onBehalfOf: 'person:yuan-mei',
      department: 'education',
      resource: `case:${StepDecided.sample.caseId}`,
      ground: '材料齐全',
      outcome: 'done',
      detail: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    // The same data in another order are the same; other data are not.
    const reordered = Object.fromEntries(Object.entries({ ...StepDecided.sample, reason: '材料齐全', for: 'yuan-mei' }).reverse());
    expect(fromMessage(JSON.stringify({ ...JSON.parse(event(StepDecided)), detail: { metadata, data: reordered } }))).toEqual(logged);
    expect(fromMessage(event(StepDecided, { outcome: 'refuse', reason: '材料齐全', for: 'yuan-mei' })).detail).not.toEqual(logged.detail);
  });

  test('names the most particular thing that the event is about', () => {
    expect(fromMessage(event(IncidentAcknowledged)).resource).toBe(`incident:${IncidentAcknowledged.sample.incidentId}`);
    expect(fromMessage(event({ source: 'identity', name: 'Renamed', sample: { more: 1 } } as never)).resource).toBe('identity');
    expect(fromMessage(event({ source: 'identity', name: 'Renamed', sample: { personId: 'li-na' } } as never)).resource).toBe(
      'person:li-na',
    );
  });

  test.each(['', '{', 'null', '{}', '{"detail-type":"X"}', '{"record":{}}'])('that cannot be logged is refused: %s', (body) => {
    expect(() => fromMessage(body)).toThrow();
  });
});
