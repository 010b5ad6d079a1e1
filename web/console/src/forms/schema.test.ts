import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  askedOf,
  beginWith,
  changedFields,
  nameOf,
  partOf,
  partsOf,
  pointersOf,
  pointerTo,
  pruned,
  prunedData,
  same,
  sectionsOf,
  shownOf,
  uiOfPart,
} from './schema.ts';

const amounts = (title: string) => ({
  type: 'object',
  title,
  minProperties: 1,
  properties: { vcpu: { type: 'integer', title: 'vCPU（核）' }, memoryGiB: { type: 'integer', title: '内存（GiB）' } },
});
const schema = {
  type: 'object',
  title: '云资源申请',
  required: ['system', 'amounts', 'granted'],
  properties: {
    months: { type: 'integer', title: '使用期限（月）' },
    system: {
      type: 'object',
      title: '应用系统',
      properties: {
        name: { type: 'string', title: '系统名称' },
        level: {
          title: '等保级别',
          oneOf: [
            { const: 2, title: '二级' },
            { const: 3, title: '三级' },
          ],
        },
        owner: { type: 'object', title: '系统负责人', properties: { phone: { type: 'string', title: '电话' } } },
      },
    },
    dataClasses: { type: 'array', title: '数据类别', items: { type: 'string', oneOf: [{ const: 'personal', title: '个人信息' }] } },
    amounts: amounts('申请的资源'),
    granted: amounts('批准的资源'),
  },
};
const ui = { 'ui:order': ['system', 'amounts', 'months', '*'], granted: { 'ui:widget': 'hidden' }, months: { 'ui:help': '最多 36 个月' } };

test('the applicant is not asked what a decision sets', () => {
  const asked = askedOf(schema, ui);
  expect(Object.keys(asked.properties as object)).toEqual(['months', 'system', 'dataClasses', 'amounts']);
  expect(asked.required).toEqual(['system', 'amounts']);
});

test('a decision is asked for its own fields alone, and begins with what was asked for', () => {
  const part = partOf(schema, ['granted']);
  expect(Object.keys(part.properties as object)).toEqual(['granted']);
  expect(part).toMatchObject({ type: 'object', required: [] });
  expect(part).not.toHaveProperty('title');
  expect(uiOfPart(ui, ['granted', 'months'])).toEqual({ months: { 'ui:help': '最多 36 个月' } });
  const data = { amounts: { vcpu: 8 }, months: 12 };
  expect(beginWith(schema, data, ['granted'])).toEqual({ granted: { vcpu: 8 } });
  expect(beginWith(schema, { ...data, granted: { vcpu: 4 } }, ['granted'])).toEqual({ granted: { vcpu: 4 } });
  expect(beginWith(schema, {}, ['granted', 'months'])).toEqual({});
});

test('what was left empty is not saved', () => {
  expect(prunedData({ system: { name: '', owner: { phone: undefined } }, months: 0, dataClasses: [], open: false, note: null })).toEqual({
    months: 0,
    open: false,
  });
  expect(prunedData(undefined)).toEqual({});
  fc.assert(fc.property(fc.jsonValue(), (value) => void expect(pruned(pruned(value))).toEqual(pruned(value))));
});

test('the form has an order', () => {
  expect(pointersOf(askedOf(schema, ui), ui)).toEqual([
    '/system',
    '/system/name',
    '/system/level',
    '/system/owner',
    '/system/owner/phone',
    '/amounts',
    '/amounts/vcpu',
    '/amounts/memoryGiB',
    '/months',
    '/dataClasses',
  ]);
});

test('two are the same in whichever order their fields stand', () => {
  expect(same({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
  expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same([], {})).toBe(false);
  expect(changedFields({ months: 12, amounts: { vcpu: 8 } }, { months: 12, amounts: { vcpu: 4 }, purpose: '招生' })).toEqual([
    'amounts',
    'purpose',
  ]);
});

test('a field is called by the names on the way to it', () => {
  expect(nameOf(schema, '/system/owner/phone')).toBe('应用系统 · 系统负责人 · 电话');
  expect(nameOf(schema, '/nothing')).toBe('');
  fc.assert(fc.property(fc.array(fc.string()), (parts) => void expect(partsOf(parts.reduce(pointerTo, ''))).toEqual(parts)));
});

test('values are read in words', () => {
  expect(shownOf({ oneOf: [{ const: 2, title: '二级' }] }, 2)).toEqual({ kind: 'text', text: '二级' });
  expect(shownOf({ oneOf: [{ const: 2, title: '二级' }] }, 9)).toEqual({ kind: 'text', text: '9' });
  expect(shownOf({ type: 'integer' }, 0)).toEqual({ kind: 'number', value: 0 });
  expect(shownOf({ type: 'boolean' }, false)).toEqual({ kind: 'yesNo', value: false });
  expect(shownOf({ type: 'string' }, '两行\n文字')).toEqual({ kind: 'long', text: '两行\n文字' });
  expect(shownOf({ type: 'string' }, '')).toBeUndefined();
  expect(shownOf({ type: 'string' }, '2027-11-25T14:53:39.630Z')).toEqual({ kind: 'time', at: '2027-11-25T14:53:39.630Z' });
  expect(shownOf(schema.properties.dataClasses, ['personal', 'other'])).toEqual({ kind: 'list', items: ['个人信息', 'other'] });
});

test('the form is read in sections, with what is masked marked, and what is granted once it is', () => {
  const data = { system: { name: '招生报名', level: 3, owner: { phone: '138****0001' } }, amounts: { vcpu: 8 }, months: 12 };
  const sections = sectionsOf(schema, ui, data, ['/system/owner/phone']);
  expect(sections.map(({ name }) => name)).toEqual(['应用系统', '申请的资源', undefined]);
  expect(sections[0]?.lines).toEqual([
    { pointer: '/system/name', name: '系统名称', shown: { kind: 'text', text: '招生报名' }, masked: false },
    { pointer: '/system/level', name: '等保级别', shown: { kind: 'text', text: '三级' }, masked: false },
    { pointer: '/system/owner/phone', name: '系统负责人 · 电话', shown: { kind: 'text', text: '138****0001' }, masked: true },
  ]);
  // Of what is all optional only what is filled in; of the rest also what is missing.
  expect(sections[1]?.lines.map(({ pointer }) => pointer)).toEqual(['/amounts/vcpu']);
  expect(sections[2]?.lines.map(({ pointer, shown }) => [pointer, shown !== undefined])).toEqual([
    ['/months', true],
    ['/dataClasses', false],
  ]);
  expect(sectionsOf(schema, ui, { ...data, granted: { vcpu: 4 } }, []).map(({ name }) => name)).toContain('批准的资源');
  // Where nobody was asked, what is missing is no news.
  const proposed = sectionsOf(schema, ui, { months: 12, system: { name: '招生报名' } }, [], false);
  expect(proposed.map(({ name, lines }) => [name, ...lines.map(({ pointer }) => pointer)])).toEqual([
    ['应用系统', '/system/name'],
    [undefined, '/months'],
  ]);
});
