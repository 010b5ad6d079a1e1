import { expect, test } from 'vitest';
import { byDepartment, daysLater, deputiesIn, dutiesIn } from './people.ts';
import type { OfficerView } from './requests.ts';

const officer = (id: string, departments: readonly string[], rest: Partial<OfficerView> = {}): OfficerView => ({
  id,
  kind: 'person',
  name: { zh: id, en: id },
  duties: departments.map((department) => ({ department, duty: 'it-officer' })),
  version: 1,
  ...rest,
});
const officers = [officer('fang-lan', ['health']), officer('jiang-he', ['education', 'health']), officer('gone', [])];

test('people stand under each of their departments, in the district’s order', () => {
  const places = byDepartment(officers, ['education', 'water', 'health']);
  expect(places.map(({ department, officers: some }) => [department, ...some.map(({ id }) => id)])).toEqual([
    ['education', 'jiang-he'],
    ['health', 'fang-lan', 'jiang-he'],
    ['', 'gone'],
  ]);
});

test('duties of the bureau are offered in the bureau only', () => {
  expect(dutiesIn('education', 'big-data')).toEqual(['it-officer', 'head']);
  expect(dutiesIn('big-data', 'big-data')).toContain('approver');
  expect(dutiesIn(undefined, 'big-data')).toEqual(['it-officer', 'head']);
});

test('a deputy is a colleague who is still there, and a person', () => {
  const colleagues = [
    officer('jiang-he', ['education']),
    officer('qin-yu', ['education']),
    officer('left', ['education'], { leftOn: '2026-11-25' }),
    officer('leaves', ['education'], { leftOn: '2026-11-26' }),
    officer('machine', ['education'], { kind: 'service' }),
    officer('fang-lan', ['health']),
  ];
  expect(deputiesIn(colleagues, 'education', 'jiang-he', '2026-11-25').map(({ id }) => id)).toEqual(['qin-yu', 'leaves']);
});

test('days are those of the calendar', () => {
  expect(daysLater('2026-12-31', 1)).toBe('2027-01-01');
  expect(daysLater('2028-02-28', 1)).toBe('2028-02-29');
});
