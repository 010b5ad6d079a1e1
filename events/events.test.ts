import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import Type, { type TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import { eventDefinitions } from '#infra/generate/apis.ts';
import { type EventDefinition, Id, Metadata, Timestamp } from './envelope.ts';

/**
 * The shape of every event that was ever published. Readers and recorded events hold on to it: whoever changes a schema gives the event a
 * new version, and the new shape a line of its own in place of the old one. Descriptions are no part of it.
 */
const SHAPES = {
  metadata: 'bf57e38cfba2b007',
  'ThresholdBreached@1': 'b425242599b1743e',
  'ThresholdLevelChanged@1': 'b425242599b1743e',
  'ThresholdCleared@1': 'b425242599b1743e',
  'AlertRaised@1': 'b06ffacea59aa178',
  'AlertUpdated@1': 'b06ffacea59aa178',
  'AlertCleared@1': 'b06ffacea59aa178',
  'AlertResolved@1': 'b06ffacea59aa178',
  'IncidentOpened@1': '82ab6b72d2385717',
  'AlertJoined@1': '830f2fb43456076a',
  'LevelCalled@1': '4dc490d7d589ab7d',
  'IncidentAcknowledged@1': '13a9fc7b19c1cd9b',
  'AcknowledgementCounted@1': '65d395f905f6dc17',
  'EscalationExhausted@1': 'c55aa9c343d3e52a',
  'IncidentResolved@1': 'efeb7c25e7a41377',
  'AlertsReleased@1': 'a01f10d5fc63849f',
  'StepRequested@1': '7c6bf0ffec807ebc',
  'CaseSubmitted@1': '191c47d821e2330c',
  'StepStarted@1': '3d1a11ab102fb8df',
  'StepReminded@1': 'd454f0b86fcec3cc',
  'StepDecided@1': '65d38670c51cb557',
  'CaseEnded@1': '81f23f4b959c673e',
  'CaseFileRemoved@1': '83856475664e7bea',
  'CaseLapsed@1': '1ca136d16ac4e2ff',
  'OfficerEntered@1': '016d4e49a2cae2d1',
  'DutiesChanged@1': 'e4de3414f0db0160',
  'OfficerDeparted@1': 'c2cf4c9db88d7bee',
  'OfficerReturned@1': '4367d0b2e112c377',
  'DutyDelegated@1': '208863f4538fd330',
  'DelegationRevoked@1': '3526ab04c03fbf7d',
  'QuotaStepAnswered@1': 'b257f91882a65ad6',
  'QuotaCaseProposed@1': '09a359a67aa81ffa',
  'AllocationGranted@1': '7f257fe1a8123e5b',
  'AllocationChanged@1': '0acf4e5f328e384d',
  'AllocationFrozen@1': 'fa87b303b97aa20b',
  'AllocationReleased@1': 'fd29016ee3033011',
  'AllocationExpiryNoticed@1': 'bbc1e3ee6ed08cde',
  'AllocationBudgetWarned@1': '500f47c8e058a902',
  'PoolChanged@1': 'fe081a5ba6c47b07',
  'SystemRegistered@1': '0b19f8d766b0d3a4',
  'BooksDiffered@1': 'd6c451fbec1e5c3b',
};

/** Each file of this folder is a capability, and what it exports with a sample is an event. */
const capabilities = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'envelope.ts')
  .map((file) => file.replace('.ts', ''));
const exported = (
  await Promise.all(
    capabilities.map(async (capability) => {
      const module: Record<string, unknown> = await import(/* @vite-ignore */ join(import.meta.dirname, `${capability}.ts`));
      return Object.entries(module)
        .filter(([, value]) => typeof value === 'object' && value !== null && 'sample' in value)
        .map(([name, value]) => ({ capability, name, definition: value as EventDefinition }));
    }),
  )
).flat();
const events = exported.map(({ name, definition }) => [name, definition] as const);

/** Keys in order, without words for people: what is left is what a reader depends on. */
const shapeOf = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(shapeOf);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => !(key === 'description' && typeof value === 'string'));
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, key === 'required' && Array.isArray(value) ? [...value].sort() : shapeOf(value)]),
  );
};
const hashOf = (schema: TSchema): string =>
  createHash('sha256')
    .update(JSON.stringify(shapeOf(schema)))
    .digest('hex')
    .slice(0, 16);

const requiredIn = (schema: TSchema): readonly string[] => (schema as { required?: readonly string[] }).required ?? [];

/** A field whose keys are data themselves, such as amounts by kind. */
const isMap = (schema: TSchema, field: string): boolean =>
  'patternProperties' in ((schema as { properties?: Record<string, object> }).properties?.[field] ?? {});

const ajv = new Ajv({ allErrors: true, formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) } });
const accepts = (schema: TSchema, value: unknown): boolean => ajv.validate(schema, value);

describe('an event’s shape', () => {
  test('changes with its version only', () => {
    const shapes = Object.fromEntries(events.map(([name, { version, data }]) => [`${name}@${version}`, hashOf(data)]));
    expect({ metadata: hashOf(Metadata), ...shapes }).toEqual(SHAPES);
  });

  const shape = Type.Object(
    { level: Type.Integer({ minimum: 0 }), unit: Type.String(), note: Type.Optional(Type.String()) },
    { additionalProperties: false },
  );

  test.each<[string, TSchema]>([
    ['a further field', Type.Object({ ...shape.properties, place: Type.String() }, { additionalProperties: false })],
    ['a field less', Type.Object({ level: shape.properties.level, unit: shape.properties.unit }, { additionalProperties: false })],
    ['a field that must be there now', Type.Object({ ...shape.properties, note: Type.String() }, { additionalProperties: false })],
    ['another type', Type.Object({ ...shape.properties, level: Type.Number({ minimum: 0 }) }, { additionalProperties: false })],
    ['another bound', Type.Object({ ...shape.properties, level: Type.Integer({ minimum: 1 }) }, { additionalProperties: false })],
    ['open to anything', Type.Object(shape.properties)],
  ])('is another with %s', (_, changed) => {
    expect(hashOf(changed)).not.toBe(hashOf(shape));
  });

  test('is the same in another order and with other words', () => {
    const { note, unit, level } = shape.properties;
    const told = Type.Object(
      { unit, note, level: Type.Integer({ ...level, description: '水位 Level' }) },
      { additionalProperties: false, description: 'Of a river' },
    );
    expect(hashOf(told)).toBe(hashOf(shape));
  });

  test('keeps a field that happens to be called description', () => {
    const described = Type.Object({ ...shape.properties, description: Type.String() }, { additionalProperties: false });
    expect(hashOf(described)).not.toBe(hashOf(shape));
  });
});

describe.each(events)('%s', (name, { version, description, data, sample }) => {
  test('has a sample that its schema accepts', () => {
    expect(accepts(data, sample), ajv.errorsText()).toBe(true);
  });

  test('refuses a field that it does not name, and one that is missing', () => {
    expect(accepts(data, { ...(sample as object), further: 1 })).toBe(false);
    for (const field of Object.keys(sample as object))
      expect(accepts(data, { ...(sample as object), [field]: undefined }), field).toBe(!requiredIn(data).includes(field));
  });

  test('refuses unknown fields inside its fields as well', () => {
    for (const [field, value] of Object.entries(sample as object))
      if (typeof value === 'object' && !Array.isArray(value) && !isMap(data, field))
        expect(accepts(data, { ...(sample as object), [field]: { ...value, further: 1 } }), field).toBe(false);
  });

  test('says what happened, in the past tense and in words', () => {
    expect(name).toMatch(/^([A-Z][a-z]+)+(ed|en)$/);
    expect(description.length).toBeGreaterThan(20);
    expect(version).toBeGreaterThanOrEqual(1);
  });
});

test('an event has the name and the source under which the code finds it', () => {
  expect(exported.map(({ capability, name }) => [capability, name])).toEqual(
    exported.map(({ definition }) => [definition.source, definition.name]),
  );
});

test('no two events have one name: subscriptions tell them apart by it', () => {
  const names = exported.map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test('every event is in the reference of events', () => {
  expect(eventDefinitions.map(({ name }) => name).sort()).toEqual(exported.map(({ name }) => name).sort());
});

test('samples are of different things: none passes for another’s', () => {
  const samples = exported.map(({ definition }) => JSON.stringify([definition.name, definition.sample]));
  expect(new Set(samples).size).toBe(samples.length);
});

describe('a timestamp', () => {
  test.each(['2026-07-01T03:00:00+08:00', '2026-07-01T03:00:00.5Z', '2026-07-01T03:00:00.123456789-03:30'])('is %s', (text) => {
    expect(accepts(Timestamp, text)).toBe(true);
  });

  test.each(['2026-07-01', '2026-07-01T03:00:00', '2026-07-01 03:00:00Z', '2026-07-01T03:00Z', 'tomorrow', 1_782_846_000_000])(
    'is not %s',
    (text) => {
      expect(accepts(Timestamp, text)).toBe(false);
    },
  );
});

describe('an id', () => {
  test('is its own prefix and 26 letters of Crockford’s', () => {
    expect(accepts(Id('alt'), 'alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1N')).toBe(true);
    const others = [
      'inc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
      'alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1',
      'alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1U',
      'alt_01jz1q2w3e4r5t6y7v8x9c0b1n',
      'xalt_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
    ];
    for (const other of others) expect(accepts(Id('alt'), other), other).toBe(false);
  });
});
