import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { messageOf } from './flaws.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false, formats: { phone: /^1\d{10}$/, iban: /^[A-Z]{2}\d+$/ } });

/** What is said in Chinese of a value that the schema refuses, of all that was found by the schema's own keyword. */
const said = (schema: object, value: unknown): string => {
  const validate = ajv.compile(schema);
  expect(validate(value), JSON.stringify(schema)).toBe(false);
  const found = validate.errors?.find(({ keyword }) => keyword in schema) ?? validate.errors?.[0];
  expect(messageOf(found as never).en).toBe(found?.message);
  return messageOf(found as never).zh;
};

const CASES: readonly (readonly [schema: object, value: unknown, zh: string])[] = [
  [{ additionalProperties: false, properties: {} }, { force: 1 }, '不得有 force'],
  [{ unevaluatedProperties: false }, { force: 1 }, '不得有 force'],
  [{ propertyNames: { maxLength: 2 } }, { force: 1 }, '不得有 force'],
  [{ required: ['name'] }, {}, '缺少 name'],
  [{ dependentRequired: { a: ['b', 'c'] } }, { a: 1 }, '有 a 时还须有 b, c'],
  [{ dependencies: { a: ['b'] } }, { a: 1 }, '有 a 时还须有 b'],
  [{ type: 'integer' }, 'x', '须为整数'],
  [{ type: ['string', 'null'] }, 1, '须为文本或空值'],
  [{ format: 'phone' }, '12', '须为手机号，或带区号的座机号'],
  [{ format: 'iban' }, '12', '须为 iban'],
  [{ pattern: '^gate-' }, 'x', '须符合格式 ^gate-'],
  [{ const: 1 }, 2, '不是可选的值'],
  [{ enum: [1, 2] }, 3, '不是可选的值'],
  [{ oneOf: [{ const: 1 }, { const: 2 }] }, 3, '不符合所允许的任何一种形式'],
  [{ anyOf: [{ const: 1 }, { const: 2 }] }, 3, '不符合所允许的任何一种形式'],
  [{ not: { const: 1 } }, 1, '属于不允许的情形'],
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's keyword
  [{ if: { const: 1 }, then: { type: 'string' } }, 1, '不符合此种情形的要求'],
  [{ properties: { a: false } }, { a: 1 }, '此处不得有内容'],
  [{ minLength: 2 }, 'x', '不得少于 2 个字符'],
  [{ maxLength: 2 }, 'xyz', '不得多于 2 个字符'],
  [{ minimum: 2 }, 1, '不得小于 2'],
  [{ maximum: 2 }, 3, '不得大于 2'],
  [{ exclusiveMinimum: 2 }, 2, '须大于 2'],
  [{ exclusiveMaximum: 2 }, 2, '须小于 2'],
  [{ multipleOf: 3 }, 2, '须为 3 的整数倍'],
  [{ minItems: 2 }, [1], '不得少于 2 项'],
  [{ maxItems: 1 }, [1, 2], '不得多于 1 项'],
  [{ prefixItems: [true], items: false }, [1, 2], '不得多于 1 项'],
  [{ prefixItems: [true], unevaluatedItems: false }, [1, 2], '不得多于 1 项'],
  [{ uniqueItems: true }, [7, 8, 7], '第 1 项与第 3 项重复'],
  [{ contains: { const: 1 } }, [2], '缺少须有的项'],
  [{ minProperties: 1 }, {}, '不得少于 1 个字段'],
  [{ maxProperties: 0 }, { a: 1 }, '不得多于 0 个字段'],
];

test.each(CASES)('%j refuses %j: %s', (schema, value, zh) => expect(said(schema, value)).toBe(zh));

describe('every keyword', () => {
  /** These find nothing themselves: what they apply to does. */
  const SILENT = [
    ...['$dynamicRef', '$recursiveRef', '$ref', 'allOf', 'dependentSchemas', 'patternProperties', 'prefixItems', 'properties'],
    ...['additionalItems', 'maxContains', 'minContains', 'then', 'else'],
    // None of ours uses them; ajv knows them all the same.
    ...['$comment', 'discriminator', 'nullable', 'id', '$anchor', '$dynamicAnchor', '$recursiveAnchor'],
  ];
  const known = Object.entries(ajv.RULES.all).flatMap(([name, rule]) => (typeof rule === 'object' ? [name] : []));

  test('of JSON Schema that finds fault has its Chinese words', () => {
    expect(known.length).toBeGreaterThan(30);
    const wordless = known.filter((keyword) => messageOf({ keyword, instancePath: '', params: {} }).zh === '不符合要求');
    expect(wordless.filter((keyword) => !SILENT.includes(keyword))).toEqual([]);
  });

  test('of somebody’s own is told of, at least', () => {
    expect(messageOf({ keyword: 'x-own', instancePath: '', params: {} })).toEqual({ zh: '不符合要求', en: 'is not as it should be' });
  });
});
