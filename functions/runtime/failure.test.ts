import { expect, test } from 'vitest';
import { Failure } from './failure.ts';

const text = { zh: '没有这条预警', en: 'No such alert' };

test('a failure tells the log its code and its English words', () => {
  const failure = new Failure('notFound', 'unknown-alert', text);
  expect(String(failure)).toBe('Failure: unknown-alert: No such alert');
  expect(failure).toMatchObject({ kind: 'notFound', code: 'unknown-alert', text, details: {} });
});

test('it keeps what it came from, and has no cause where there was none', () => {
  const cause = new Error('ConditionalCheckFailed');
  expect(new Failure('conflict', 'changed-meanwhile', text, {}, cause).cause).toBe(cause);
  expect(new Failure('conflict', 'changed-meanwhile', text)).not.toHaveProperty('cause');
});
