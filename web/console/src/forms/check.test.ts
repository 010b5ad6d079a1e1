import { expect, test } from 'vitest';
import type { Form } from '#functions/casework/form.ts';
import { errorsOf, localized } from '#functions/casework/schema.ts';
import { accepts, flawsFrom, flawsOf } from './check.ts';
import type { Schema } from './schema.ts';
import { FORM_WORDS } from './words.ts';

const words = FORM_WORDS.zh.check;
const amount = { type: 'integer', minimum: 0, maximum: 10_000 };
const closed = { type: 'object', additionalProperties: false };
const label = (zh: string) => ({ zh, en: zh });

/** As a pack's YAML has it. */
const form = {
  id: 'cloud-quota',
  version: 1,
  schema: {
    ...closed,
    required: ['system', 'purpose', 'dataClasses', 'zone', 'environment', 'amounts', 'months'],
    properties: {
      system: {
        ...closed,
        required: ['name', 'level', 'owner'],
        properties: {
          name: { type: 'string', minLength: 2, maxLength: 60 },
          level: {
            type: 'integer',
            enum: [1, 2, 3, 4],
            'x-labels': { 1: label('一级'), 2: label('二级'), 3: label('三级'), 4: label('四级') },
          },
          owner: {
            ...closed,
            required: ['name', 'phone'],
            properties: { name: { type: 'string', minLength: 2 }, phone: { type: 'string', format: 'phone', 'x-data-class': 'phone' } },
          },
        },
      },
      purpose: { type: 'string', minLength: 10, maxLength: 2000 },
      dataClasses: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { type: 'string', enum: ['public', 'personal'], 'x-labels': {} },
      },
      zone: { type: 'string', enum: ['government', 'internet'], 'x-labels': { government: label('政务外网区') } },
      environment: { type: 'string', enum: ['production', 'test'] },
      amounts: { ...closed, minProperties: 1, properties: { vcpu: amount, memoryGiB: amount } },
      months: { type: 'integer', minimum: 1, maximum: 36 },
    },
  },
} as unknown as Form;
const schema = localized(form.schema, 'zh') as Schema;

const complete = {
  system: { name: '招生报名系统', level: 3, owner: { name: '蒋河', phone: '13800000001' } },
  purpose: '全区小学、初中招生报名，峰值两千人同时在线',
  dataClasses: ['personal'],
  zone: 'government',
  environment: 'production',
  amounts: { vcpu: 8, memoryGiB: 32 },
  months: 12,
};
type Complete = Record<keyof typeof complete, unknown>;
const check = (change: Partial<Complete>) =>
  Object.fromEntries(flawsOf(schema, { ...complete, ...change }, words).map(({ pointer, message }) => [pointer, message]));

test('a complete form has no flaw', () => {
  expect(check({})).toEqual({});
  expect(accepts(schema, complete)).toBe(true);
});

test('each field says in words what is wrong with it', () => {
  const { purpose: _, ...rest } = complete;
  expect(flawsOf(schema, rest, words)).toEqual([{ pointer: '/purpose', message: '请填写' }]);
  expect(
    check({
      system: { name: '招', level: 7, owner: { name: '蒋河', phone: '12' } },
      months: 40,
      dataClasses: [],
      amounts: {},
    }),
  ).toEqual({
    '/system/name': '至少 2 个字',
    '/system/level': '请从选项中选择',
    '/system/owner/phone': '请填手机号，或带区号的座机号',
    '/months': '不大于 36',
    '/dataClasses': '至少选 1 项',
    '/amounts': '至少填写 1 项',
  });
  expect(check({ amounts: { vcpu: 1.5 } })).toEqual({ '/amounts/vcpu': '请填整数' });
  expect(check({ amounts: { vcpu: -1 } })).toEqual({ '/amounts/vcpu': '不小于 0' });
});

test('what is missing of a whole is told at its fields', () => {
  const { amounts: _, ...rest } = { ...complete, system: { name: '招生报名系统' } };
  expect(
    flawsOf(schema, rest, words)
      .map(({ pointer }) => pointer)
      .sort(),
  ).toEqual(['/amounts', '/system/level', '/system/owner/name', '/system/owner/phone']);
});

test('it finds what the server finds', () => {
  const { zone: _, ...noZone } = complete;
  const wrong: unknown[] = [
    noZone,
    { ...complete, months: 0 },
    { ...complete, zone: 'moon' },
    { ...complete, purpose: '短' },
    { ...complete, dataClasses: ['personal', 'personal'] },
    { ...complete, dataClasses: ['secret'] },
    { ...complete, system: { ...complete.system, owner: {} } },
    { ...complete, system: { ...complete.system, owner: { name: '蒋河' } } },
    { ...complete, amounts: { vcpu: 20000, memoryGiB: 'x' } },
  ];
  const pointers = (flaws: readonly { pointer: string }[]) => flaws.map(({ pointer }) => pointer).sort();
  for (const data of [complete, ...wrong]) expect(pointers(flawsOf(schema, data, words))).toEqual(pointers(errorsOf(form, data)));
});

test('nothing is compiled from text: the pages’ content policy forbids it', () => {
  const made = globalThis.Function;
  try {
    globalThis.Function = (() => {
      throw new Error('eval');
    }) as never;
    expect(flawsOf(schema, {}, words).length).toBeGreaterThan(0);
  } finally {
    globalThis.Function = made;
  }
});

test('what the server says of fields stands at the fields', () => {
  const findings = [{ id: 'level', severity: 'blocking', text: { zh: '不得低于三级', en: 'Level 3 at least' }, pointer: '/system/level' }];
  expect(flawsFrom({ findings }, 'en', FORM_WORDS.en.check)).toEqual([{ pointer: '/system/level', message: 'Level 3 at least' }]);
  expect(flawsFrom({ errors: [{ pointer: '/zone', message: 'must be equal to one of the allowed values' }] }, 'zh', words)).toEqual([
    { pointer: '/zone', message: '填写不符合要求' },
  ]);
  expect(flawsFrom({}, 'zh', words)).toEqual([]);
});
