import { expect, test } from 'vitest';
import { CHECKS, isRefusal, menuOf, placeOf, published, type Sheet, sheetOf } from './canteen.ts';

const place = { school: 'wanan-primary', date: '2026-09-01' };
const fine = Object.fromEntries(CHECKS.map((check) => [check, { passed: true }]));

test('a place is a school and a day that exists', () => {
  expect(placeOf('wanan-primary', '2026-09-01')).toEqual(place);
  expect(placeOf('wanan-primary', '2028-02-29')).toEqual({ ...place, date: '2028-02-29' });
});

test.each([
  ['Wanan', '2026-09-01'],
  ['', '2026-09-01'],
  [undefined, '2026-09-01'],
  ['a'.repeat(41), '2026-09-01'],
  ['../x', '2026-09-01'],
  ['wanan', '2026-02-29'],
  ['wanan', '2026-9-1'],
  ['wanan', 'today'],
  ['wanan', undefined],
])('%j on %j is none', (school, date) => {
  expect(placeOf(school, date)).toMatchObject({ status: 400, zh: expect.any(String), en: expect.any(String) });
});

test('a menu has meals that exist, with dishes', () => {
  expect(menuOf(place, { lunch: ['番茄炒蛋', '米饭'] })).toEqual({ ...place, dishes: { lunch: ['番茄炒蛋', '米饭'] } });
});

test.each([
  undefined,
  null,
  [],
  {},
  { lunch: [] },
  { lunch: '米饭' },
  { lunch: [' '] },
  { lunch: ['a'.repeat(61)] },
  { lunch: Array(21).fill('米饭') },
  { supper: ['米饭'] },
])('%j is no menu', (body) => {
  expect(menuOf(place, body)).toMatchObject({ status: 400 });
});

test('a day passes when every check did, and else says which failed', () => {
  expect(sheetOf(place, fine, 'jiang-he')).toMatchObject({ ...place, passed: true, failed: [], reportedBy: 'jiang-he' });
  const warm = { ...fine, temperature: { passed: false, note: '冷藏 9 °C' } };
  expect(sheetOf(place, warm, 'jiang-he')).toMatchObject({ passed: false, failed: ['temperature'] });
});

test.each([
  {},
  { ...fine, temperature: undefined },
  { ...fine, temperature: { passed: false } },
  { ...fine, temperature: { passed: 'yes' } },
  { ...fine, temperature: { passed: true, photo: 'x' } },
  { ...fine, temperature: { passed: false, note: 'a'.repeat(501) } },
  { ...fine, kitchen: { passed: true } },
])('%j is no inspection', (body) => {
  expect(sheetOf(place, body, 'jiang-he')).toMatchObject({ status: 400 });
});

test('parents see the result, not who wrote it nor what was noted', () => {
  const sheet = sheetOf(place, { ...fine, temperature: { passed: false, note: '冷藏 9 °C' } }, 'jiang-he');
  expect(isRefusal(sheet)).toBe(false);
  expect(published(sheet as Sheet)).toEqual({ ...place, passed: false, failed: ['temperature'] });
});
