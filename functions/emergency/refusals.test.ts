import { expect, test } from 'vitest';
import { toProblem } from '#runtime/problem.ts';
import { refusals, unknownIncident } from './refusals.ts';

test.each(Object.entries(refusals))('%s is refused under its own code, in both languages', (code, failure) => {
  expect(failure()).toMatchObject({ kind: 'refused', code });
  expect(toProblem(failure(), 'zh', 'r')).toMatchObject({ status: 403, code });
  expect(failure().text.zh).toMatch(/[\u4e00-\u9fff]/);
  expect(failure().text.en).toMatch(/^[ -~]+$/);
});

test('every reason has words of its own', () => {
  expect(new Set(Object.values(refusals).map((failure) => failure().text.zh)).size).toBe(3);
});

test('an incident that nobody knows is not found', () => {
  expect(toProblem(unknownIncident(), 'en', 'r')).toMatchObject({ status: 404, code: 'unknown-incident', detail: 'No such incident' });
});
