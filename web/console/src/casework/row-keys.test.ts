import { expect, test } from 'vitest';
import { nextRow } from './row-keys.ts';

test('from nowhere one comes to the first going down, to the last going up', () => {
  expect(nextRow(5, -1, 1)).toBe(0);
  expect(nextRow(5, -1, -1)).toBe(4);
});

test('the ends hold', () => {
  expect(nextRow(5, 4, 1)).toBe(4);
  expect(nextRow(5, 0, -1)).toBe(0);
  expect(nextRow(5, 2, 1)).toBe(3);
});
