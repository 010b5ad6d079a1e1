import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adoption, masked, type System } from './system.ts';

describe('an owner in a list', () => {
  test.each([
    ['张三丰', '13800000001', '张**', '138****0001'],
    ['欧阳', '+8613800000001', '欧*', '+86138****0001'],
    ['李', '0838-3100000', '李', '0838****0000'],
    ['🐉龙', '12345', '🐉*', '1***5'],
    ['王五', '12345678', '王*', '12****78'],
  ])('%s %s is shown as %s %s', (name, phone, shownName, shownPhone) => {
    expect(masked({ name, phone })).toEqual({ name: shownName, phone: shownPhone });
  });

  test('never shows the middle of a number, and keeps its length', () => {
    const phone = fc.stringMatching(/^[0-9]{5,20}$/);
    fc.assert(
      fc.property(phone, (number) => {
        const shown = masked({ name: '王', phone: number }).phone;
        expect(shown).toHaveLength(number.length);
        expect([...shown].filter((sign) => sign === '*').length).toBeGreaterThanOrEqual(Math.min(4, number.length - 2));
      }),
    );
  });
});

test('上云率 counts a system once, however much it has', () => {
  const system = (systemId: string, department: string): System => ({ systemId, department, name: systemId, level: 1, dataClasses: [] });
  const all = [system('a', 'schools'), system('b', 'schools'), system('c', 'health')];
  expect(adoption(all, new Set(['a', 'x']))).toEqual([
    { department: 'schools', systems: 2, inCloud: 1 },
    { department: 'health', systems: 1, inCloud: 0 },
  ]);
  expect(adoption([], new Set())).toEqual([]);
});
