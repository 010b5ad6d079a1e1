import { expect, test } from 'vitest';
import { ulid } from './ulid.ts';

test('the time comes first, so that ids sort by it', () => {
  const same = (bytes: number) => new Uint8Array(bytes).fill(31);
  expect(ulid(0, same)).toBe(`0000000000${'Z'.repeat(16)}`);
  expect(ulid(1_780_000_000_000, same) < ulid(1_780_000_000_001, same)).toBe(true);
});

test('two of one moment are different', () => {
  expect(ulid(1)).not.toBe(ulid(1));
  expect(ulid(1)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});
