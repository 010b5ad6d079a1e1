import { expect, test } from 'vitest';
import { type Report, sum, tally } from './tally.ts';

const file = (status: string, ...results: string[]) => ({ status, assertionResults: results.map((each) => ({ status: each })) });

const report = (changes: Partial<Report> = {}): Report => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults: [file('passed', 'passed')],
  ...changes,
});

test('what passed, failed and was left out', () => {
  expect(tally(0, report())).toEqual({ passed: 5, failed: 0, skipped: 3 });
  const testResults = [file('failed', 'passed', 'failed')];
  expect(tally(1, report({ numFailedTests: 4, testResults }))).toEqual({ passed: 5, failed: 4, skipped: 3 });
});

test('a run without a report is a failure, even with exit code 0', () => {
  expect(tally(0, undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(tally(null, undefined).failed).toBe(1);
});

test('a file that could not be loaded is a failure beside those of other files', () => {
  const testResults = [file('failed'), file('failed', 'skipped'), file('failed', 'failed')];
  expect(tally(1, report({ numFailedTests: 1, testResults })).failed).toBe(3);
});

test('an error outside of any test is a failure', () => {
  expect(tally(1, report()).failed).toBe(1);
  expect(tally(null, report()).failed).toBe(1);
});

test('all steps together', () => {
  expect(
    sum([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 20, failed: 3, skipped: 4 },
    ]),
  ).toEqual({ passed: 21, failed: 3, skipped: 4 });
});
