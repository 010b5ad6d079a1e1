import { expect, test } from 'vitest';
import { adoption, masked, type System } from './system.ts';

test('an owner is shown as personal data are everywhere', () => {
  expect(masked({ name: '张三丰', phone: '13800000001' })).toEqual({ name: '张**', phone: '138****0001' });
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
