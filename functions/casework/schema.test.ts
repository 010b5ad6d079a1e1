import { describe, expect, test } from 'vitest';
import { DATA, FORM } from './casework.fixture.ts';
import type { Form } from './form.ts';
import { compileSchema, errorsOf, localized, unknownFields, wordless } from './schema.ts';

const form = (properties: object, rest: object = {}): Form => ({ ...FORM, schema: { type: 'object', properties, ...rest } });
const KIND = (FORM.schema as { properties: { kind: object } }).properties.kind;

describe('a schema in one language', () => {
  test('has its words, at every depth, and values of an enum as alternatives with titles', () => {
    expect(localized(FORM.schema, 'en')).toMatchObject({
      properties: {
        hall: { title: 'Hall', properties: { name: { type: 'string', title: 'Name', minLength: 2 } } },
        kind: {
          type: 'string',
          title: 'Kind',
          oneOf: [
            { const: 'small', title: 'Small hall' },
            { const: 'large', title: 'Large hall' },
          ],
        },
      },
      required: ['hall', 'seats'],
    });
    expect(localized(KIND, 'zh')).toEqual({
      type: 'string',
      title: '中Kind',
      oneOf: [
        { const: 'small', title: '中Small hall' },
        { const: 'large', title: '中Large hall' },
      ],
    });
  });

  test('keeps an enum without words, and shows a value itself where it has none', () => {
    expect(localized({ enum: ['a', 'b'] }, 'en')).toEqual({ enum: ['a', 'b'] });
    expect(localized({ enum: [1, 2], 'x-labels': { 1: { zh: '一', en: 'One' } } }, 'en')).toEqual({
      oneOf: [
        { const: 1, title: 'One' },
        { const: 2, title: '2' },
      ],
    });
    expect(localized({ enum: ['constructor'], 'x-labels': {} }, 'en')).toEqual({ oneOf: [{ const: 'constructor', title: 'constructor' }] });
  });

  test('has its words in alternatives too', () => {
    expect(localized({ oneOf: [{ title: { zh: '甲', en: 'A' } }, { const: 2 }] }, 'en')).toEqual({ oneOf: [{ title: 'A' }, { const: 2 }] });
  });

  test('keeps fields that are called like keywords or languages', () => {
    const properties = { enum: { type: 'string' }, zh: { type: 'string' }, title: { type: 'string' }, 'x-labels-of': { type: 'string' } };
    expect(localized({ type: 'object', properties }, 'zh')).toEqual({ type: 'object', properties });
  });

  test('is the same again in its other parts', () => {
    const bare = (language: 'zh' | 'en') => JSON.stringify(localized(FORM.schema, language)).replaceAll(/"title":"[^"]*"/g, '');
    expect(bare('zh')).toBe(bare('en'));
  });
});

describe('words that are missing', () => {
  test('are told with where: in one language, in none, and for values', () => {
    const schema = {
      title: 'Plain',
      properties: {
        a: { title: { zh: '甲' }, description: { zh: '甲', en: 'A' } },
        title: { type: 'string', description: { en: 'Only English' } },
        list: { items: { enum: ['x', 'y', 'z'], 'x-labels': { x: { zh: '丙', en: 'X' }, y: { zh: '丁' } } } },
        n: { enum: [1, 2], 'x-labels': { '1': { zh: '一', en: 'One' }, '2': { zh: '二', en: 'Two' } } },
        any: { default: { title: 'data' }, examples: [{ description: 'data' }], const: { title: 'x' }, enum: [{ title: 'x' }] },
      },
      allOf: [{ title: 'Part' }],
    };
    expect(wordless(schema).map((path) => path.join('.'))).toEqual([
      'title',
      'properties.a.title',
      'properties.title.description',
      'properties.list.items.x-labels.y',
      'properties.list.items.x-labels.z',
      'allOf.0.title',
    ]);
    expect(wordless({ enum: ['a'], 'x-labels': 'no' })).toEqual([['x-labels', 'a']]);
    expect(wordless(FORM.schema)).toEqual([]);
  });
});

describe('what is wrong with data', () => {
  const pointers = (data: unknown, of: Form = FORM) => errorsOf(of, data).map(({ pointer }) => pointer);

  test('is nothing where all is as it should be', () => {
    expect(errorsOf(FORM, DATA)).toEqual([]);
    expect(errorsOf(FORM, { ...DATA, kind: 'large', phone: '13800000000', granted: 3 })).toEqual([]);
  });

  test('is told by a pointer to the field, missing and unknown ones too', () => {
    expect(errorsOf(FORM, { hall: {}, seats: 0, kind: 'huge' })).toEqual([
      { pointer: '/hall/name', message: { zh: '缺少 name', en: "must have required property 'name'" } },
      { pointer: '/seats', message: { zh: '不得小于 1', en: 'must be >= 1' } },
      { pointer: '/kind', message: { zh: '不是可选的值', en: 'must be equal to constant' } },
    ]);
    expect(pointers({})).toEqual(['/hall', '/seats']);
    expect(pointers({ ...DATA, hall: { name: 'Lotus', 'a/b~c': 1 } })).toEqual(['/hall/a~1b~0c']);
    expect(pointers({ ...DATA, hall: { name: 'Lotus', 'floor/level': 'x' } })).toEqual(['/hall/floor~1level']);
    expect(pointers('nothing')).toEqual(['']);
  });

  test('is told once for each place', () => {
    expect(pointers({ x: 'a' }, form({ x: { type: 'string', minLength: 3, pattern: '^b', format: 'date' } }))).toEqual(['/x']);
  });

  test('is told twenty times at most', () => {
    const names = Array.from({ length: 30 }, (_, i) => `f${i}`);
    expect(pointers({}, form(Object.fromEntries(names.map((name) => [name, { type: 'string' }])), { required: names }))).toEqual(
      names.slice(0, 20).map((name) => `/${name}`),
    );
  });

  test('each form has a schema of its own', () => {
    expect(pointers({ seats: 'x' }, form({ seats: { type: 'integer' } }))).toEqual(['/seats']);
    expect(pointers({ seats: 'x' }, form({ seats: { type: 'string' } }))).toEqual([]);
  });

  test.each([
    ['phone', '13800000000', true],
    ['phone', '0838-1234567', true],
    ['phone', '083812345678', true],
    ['phone', '12800000000', false],
    ['phone', '1380000000', false],
    ['phone', '138000000001', false],
    ['date', '2026-02-28', true],
    ['date', '2026-13-01', false],
    ['date', '2026-1-1', false],
    ['email', 'a@b.cn', true],
    ['email', 'a b@c.cn', false],
    ['email', 'a@b', false],
  ])('%s: %s is one: %s', (format, text, right) => {
    expect(errorsOf(form({ x: { type: 'string', format } }), { x: text }).length === 0).toBe(right);
  });
});

test('unknown fields are told, with those that every object seems to have', () => {
  const data = JSON.parse('{"hall": {}, "__proto__": {"a": 1}, "constructor": 1, "toString": 2, "chairs": 3}');
  expect(unknownFields(FORM, data)).toEqual(['__proto__', 'constructor', 'toString', 'chairs']);
  expect(unknownFields({ ...FORM, schema: {} }, { a: 1 })).toEqual(['a']);
  expect(unknownFields(FORM, DATA)).toEqual([]);
});

describe('a schema that is none', () => {
  test.each<[string, object]>([
    ['a type that does not exist', { type: 'objekt' }],
    ['a keyword that nobody knows', { type: 'object', requierd: ['x'] }],
    ['a format that nobody knows', { type: 'string', format: 'ipv4' }],
    ['a keyword for another type', { type: 'integer', minLength: 3 }],
    ['a pattern that cannot be read', { type: 'string', pattern: '(' }],
    ['labels that were not taken for an enum', { type: 'string', 'x-lables': {} }],
    ['a reference to nothing', { $ref: '#/$defs/nothing' }],
  ])('is refused: %s', (_, schema) => {
    expect(() => compileSchema(schema)).toThrow();
  });

  test('one of two fields may be asked for', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
    };
    expect(errorsOf({ ...FORM, schema }, { b: 'x' })).toEqual([]);
    expect(errorsOf({ ...FORM, schema }, {}).map(({ pointer }) => pointer)).toEqual(['/a', '/b', '']);
  });

  test('data classes, lists and words are keywords of ours', () => {
    const compiled = compileSchema({ type: 'string', 'x-data-class': 'phone', 'x-enum-of': 'departments', title: { zh: '甲', en: 'A' } });
    expect(compiled('x')).toBe(true);
  });
});
