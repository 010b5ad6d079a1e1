import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATA_CLASSES, type DataClass, HIDDEN, maskBySchema, maskText } from './masking.ts';

const CLASSES = Object.keys(DATA_CLASSES) as DataClass[];

test.each<[string, string, string]>([
  ['name', '李娜', '李*'],
  ['name', '欧阳明月', '欧***'],
  ['name', 'Li Na', 'L****'],
  ['name', '李', HIDDEN],
  ['name', '𠮷田', '𠮷*'],
  ['phone', '13800000001', '138****0001'],
  ['phone', '+86 138-0000-0001', '138****0001'],
  ['phone', '１３８００００１２３４', '138****1234'],
  ['phone', '0838-3123456', '*******3456'],
  ['phone', '1234567', HIDDEN],
  ['phone', '110', HIDDEN],
  ['identity-number', '510604199001011234', '510***********1234'],
  ['identity-number', '51060419900101123X', '510***********123X'],
  ['identity-number', '510604900101123', '510********1123'],
  ['identity-number', '51060419900101', HIDDEN],
  ['identity-number', '5106', HIDDEN],
  ['address', '四川省德阳市罗江区万安镇景乐北路12号', '四川省德阳市罗江区****'],
  ['address', '罗江区纹江西路3号', '罗江区****'],
  ['address', '幸福小区3栋2单元', HIDDEN],
  ['address', '3 Jingle North Road', HIDDEN],
  ['email', 'li.na@example.gov.cn', 'l****@example.gov.cn'],
  ['email', 'x@163.com', 'x****@163.com'],
  ['email', 'x@13800000001.com', HIDDEN],
  ['email', 'not an address 13800000001', HIDDEN],
  ['bank-account', '6222020200112233445', '***************3445'],
  ['bank-account', '12345678', HIDDEN],
  ['credit-code', '91510604MA6ABCDE1X', '91510604MA6ABCDE1X'],
  ['fingerprint', 'loop', HIDDEN],
  ['constructor', '李娜', HIDDEN],
  ['__proto__', '李娜', HIDDEN],
  ['', '李娜', HIDDEN],
  ['phone', '', ''],
])('%s: %s is shown as %s', (dataClass, text, shown) => {
  expect(maskText(dataClass, text)).toBe(shown);
});

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 24 });
const messy = fc.oneof(
  digits,
  fc
    .array(fc.oneof(digits, fc.constantFrom(' ', '-', '+86', '李', '罗江区', '四川省', 'X', '@', '.com', '小区', 'a', '号')), {
      maxLength: 8,
    })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
/** The longest row of the original's digits that each class may show. */
const LONGEST: Readonly<Record<string, number>> = {
  name: 1,
  phone: 4,
  'identity-number': 4,
  address: 0,
  email: 3,
  'bank-account': 4,
  unheard: 0,
};

describe('whatever is written into a field', () => {
  test.each(Object.entries(LONGEST))('%s shows %i digits in a row at most', (dataClass, longest) => {
    fc.assert(
      fc.property(messy, (text) => {
        for (const [run] of maskText(dataClass, text).matchAll(/\p{Nd}+/gu)) expect([...run].length).toBeLessThanOrEqual(longest);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['phone', 'identity-number', 'bank-account'])('%s shows less than half of it', (dataClass) => {
    fc.assert(
      fc.property(digits, (text) => {
        const shown = maskText(dataClass, text).replaceAll('*', '');
        expect(shown.length * 2).toBeLessThanOrEqual(Math.max(text.length, dataClass === 'phone' && text.length >= 11 ? 14 : 0));
      }),
    );
  });
});

/** A form as a definition writes it. */
const form = {
  type: 'object',
  $defs: {
    contact: {
      type: 'object',
      properties: { name: { type: 'string', 'x-data-class': 'name' }, phone: { $ref: '#/$defs/phone' }, role: { type: 'string' } },
    },
    phone: { type: 'string', 'x-data-class': 'phone' },
    loop: { $ref: '#/$defs/loop' },
    tree: { properties: { who: { 'x-data-class': 'name' }, below: { type: 'array', items: { $ref: '#/$defs/tree' } } } },
  },
  properties: {
    title: { type: 'string' },
    vcpu: { type: 'integer' },
    owner: { $ref: '#/$defs/contact' },
    others: { type: 'array', items: { $ref: '#/$defs/contact' } },
    phones: { type: 'array', 'x-data-class': 'phone', items: { type: 'string' } },
    pair: { prefixItems: [{ type: 'string' }, { 'x-data-class': 'name' }], items: { 'x-data-class': 'email' } },
    either: { oneOf: [{ properties: { id: { 'x-data-class': 'identity-number' } } }, { properties: { code: { type: 'string' } } }] },
    // biome-ignore lint/suspicious/noThenProperty: so JSON Schema calls it
    later: { if: { required: ['x'] }, then: { properties: { home: { 'x-data-class': 'address' } } } },
    byName: { type: 'object', additionalProperties: { 'x-data-class': 'phone' }, properties: { office: { type: 'string' } } },
    byPattern: { patternProperties: { '^id-': { 'x-data-class': 'identity-number' } } },
    secret: { type: 'object', 'x-data-class': 'something-new' },
    twice: { allOf: [{ 'x-data-class': 'name' }, { 'x-data-class': 'phone' }] },
    nowhere: { $ref: '#/$defs/missing' },
    remote: { $ref: 'contacts.json#/$defs/contact' },
    endless: { $ref: '#/$defs/loop' },
    tree: { $ref: '#/$defs/tree' },
    'a/b~c': { 'x-data-class': 'name' },
    account: { type: 'integer', 'x-data-class': 'bank-account' },
    agreed: { type: 'boolean', 'x-data-class': 'name' },
    none: { 'x-data-class': 'name' },
    company: { 'x-data-class': 'credit-code' },
  },
};

describe('a form', () => {
  const shown = (value: object) => maskBySchema(form, value);

  test.each<[string, object, object, string[]]>([
    [
      'leaves alone what is not marked',
      { title: '13800000001', vcpu: 8, unheard: ['x'] },
      { title: '13800000001', vcpu: 8, unheard: ['x'] },
      [],
    ],
    [
      'hides behind references, in lists, at any depth',
      { owner: { name: '李娜', phone: '13800000001', role: '科长' }, others: [{ name: '王强' }, { phone: '13800000002' }] },
      { owner: { name: '李*', phone: '138****0001', role: '科长' }, others: [{ name: '王*' }, { phone: '138****0002' }] },
      ['/owner/name', '/owner/phone', '/others/0/name', '/others/1/phone'],
    ],
    [
      'hides all of a marked list',
      { phones: ['13800000001', '13800000002'] },
      { phones: ['138****0001', '138****0002'] },
      ['/phones/0', '/phones/1'],
    ],
    ['hides by place in a list', { pair: ['甲', '李娜', 'a@b.cn'] }, { pair: ['甲', '李*', 'a****@b.cn'] }, ['/pair/1', '/pair/2']],
    [
      'hides what any branch marks',
      { either: { id: '510604199001011234', code: '7' }, later: { home: '罗江区1号' } },
      { either: { id: '510***********1234', code: '7' }, later: { home: '罗江区****' } },
      ['/either/id', '/later/home'],
    ],
    [
      'hides by pattern, and what has no name of its own',
      { byName: { office: '0838', li: '13800000001' }, byPattern: { 'id-1': '510604199001011234', other: 'x' } },
      { byName: { office: '0838', li: '138****0001' }, byPattern: { 'id-1': '510***********1234', other: 'x' } },
      ['/byName/li', '/byPattern/id-1'],
    ],
    [
      'hides all of a class that nobody knows',
      { secret: { a: 'x', b: [1, true, null] } },
      { secret: { a: HIDDEN, b: [HIDDEN, HIDDEN, null] } },
      ['/secret/a', '/secret/b/0', '/secret/b/1'],
    ],
    ['hides what is marked in two ways', { twice: '李娜' }, { twice: HIDDEN }, ['/twice']],
    [
      'hides what a reference to nowhere stands for',
      { nowhere: 'x', remote: { a: 1 } },
      { nowhere: HIDDEN, remote: { a: HIDDEN } },
      ['/nowhere', '/remote/a'],
    ],
    [
      'comes out of a reference to itself, and goes down a tree',
      { endless: 'x', tree: { who: '李娜', below: [{ who: '王强', below: [] }] } },
      { endless: 'x', tree: { who: '李*', below: [{ who: '王*', below: [] }] } },
      ['/tree/who', '/tree/below/0/who'],
    ],
    ['names odd fields by pointer', { 'a/b~c': '李娜' }, { 'a/b~c': '李*' }, ['/a~1b~0c']],
    [
      'hides what is no text whole; nothing stays nothing',
      { account: 6222020200112233, agreed: true, none: null },
      { account: HIDDEN, agreed: HIDDEN, none: null },
      ['/account', '/agreed'],
    ],
    ['shows a public class', { company: '91510604MA6ABCDE1X' }, { company: '91510604MA6ABCDE1X' }, []],
  ])('%s', (_, value, expected, pointers) => {
    const before = structuredClone(value);
    expect(shown(value)).toEqual({ value: expected, masked: pointers });
    expect(value).toEqual(before);
  });

  test('of a text that is marked itself points at the whole', () => {
    expect(maskBySchema({ 'x-data-class': 'name' }, '李娜')).toEqual({ value: '李*', masked: [''] });
  });

  test('lets no long number through, wherever its schema marks it', () => {
    const { schema } = fc.letrec<{ schema: object }>((tie) => ({
      schema: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...CLASSES.filter((one) => one !== 'credit-code'), 'unheard').map((one) => ({ 'x-data-class': one })),
        fc
          .array(tie('schema'), { minLength: 1, maxLength: 3 })
          .map((all) => ({ properties: Object.fromEntries(all.map((one, i) => [`f${i}`, one])) })),
        tie('schema').map((items) => ({ items })),
        tie('schema').map((inner) => ({ $defs: { it: inner }, anyOf: [{ type: 'null' }, inner] })),
      ),
    }));
    const filled = (one: { properties?: object; items?: object; anyOf?: object[] }): unknown => {
      if (one.properties) return Object.fromEntries(Object.entries(one.properties).map(([key, inner]) => [key, filled(inner)]));
      if (one.items) return [filled(one.items), filled(one.items)];
      if (one.anyOf) return filled(one.anyOf[1] as object);
      return '510604199001011234';
    };
    fc.assert(
      fc.property(schema, (one) => {
        const { value, masked } = maskBySchema(one, filled(one));
        expect(JSON.stringify(value)).not.toMatch(/\d{5}/);
        expect(masked.length).toBeGreaterThan(0);
      }),
    );
  });
});
