import { describe, expect, test } from 'vitest';
import { apis } from './apis.ts';
import { codesOf, failuresIn, GENERAL, problemOf, type Raised, raised } from './failures.ts';
import { problems } from './problems.ts';

const operations = Object.values(apis).flat();
const known = raised();

describe('what is read of the sources', () => {
  const read = (source: string) => failuresIn('a.ts', source).map(({ file: _, ...one }) => one);

  test('is a failure where it is made', () => {
    expect(read("throw new Failure('refused', 'gate-locked', { zh: '闸门已锁', en: 'Locked' });")).toEqual([
      { kind: 'refused', code: 'gate-locked', text: { zh: '闸门已锁', en: 'Locked' } },
    ]);
  });

  test('is an entry in a table of refusals', () => {
    expect(read("const T: Record<string, [Kind, Text]> = { 'gate-locked': ['refused', { zh: '闸门已锁', en: 'Locked' }] };")).toEqual([
      { kind: 'refused', code: 'gate-locked', text: { zh: '闸门已锁', en: 'Locked' } },
    ]);
  });

  test('has braces for what is known at run time only', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a source
    expect(read("new Failure('invalid', 'too-far', { zh: `至多 ${most} 度`, en: `At most ${a.b} degrees` }, { most });")).toEqual([
      { kind: 'invalid', code: 'too-far', text: { zh: '至多 {most} 度', en: 'At most … degrees' } },
    ]);
  });

  test('has dots where all is known at run time only', () => {
    expect(read("new Failure('refused', 'too-low', { zh: texts.join('；'), en });")).toEqual([
      { kind: 'refused', code: 'too-low', text: { zh: '…', en: '…' } },
    ]);
  });

  test('is nothing where nothing is said', () => {
    expect(read("new Failure(kind, refused, text); new Error('refused'); const x = { 'gate-locked': ['refused', 7], y: [] };")).toEqual([]);
  });
});

test('every code that an operation names is raised somewhere, in words', () => {
  const unknown = operations.flatMap((operation) =>
    codesOf(operation)
      .filter((code) => !known.has(code))
      .map((code) => `${operation.id}: ${code}`),
  );
  expect(unknown).toEqual([]);
});

test('what the runtime raises is answered by every operation, or never over HTTP', () => {
  const never = ['unknown-route'];
  const runtime = [...known.values()].filter(({ file }) => file.startsWith('functions/runtime/')).map(({ code }) => code);
  expect(runtime.length).toBeGreaterThan(10);
  expect(runtime.filter((code) => !never.includes(code)).sort()).toEqual(Object.keys(GENERAL).sort());
});

test('what several capabilities answer for the same reason has one code', () => {
  const ofKind = (...kinds: string[]) => [...known.values()].filter(({ kind }) => kinds.includes(kind)).map(({ code }) => code);
  expect(ofKind('stale', 'unversioned', 'tooMany').sort()).toEqual(['if-match-required', 'stale-version', 'too-many-requests']);
});

test('a code has the status that its caller gets', () => {
  const status = (code: string) => problemOf(known.get(code) as Raised, 'en').status;
  expect(['invalid-input', 'not-permitted', 'unknown-alert', 'changed-meanwhile', 'body-too-large'].map(status)).toEqual([
    400, 403, 404, 409, 413,
  ]);
  expect(['if-match-required', 'too-many-requests', 'unprocessed', 'internal-error'].map(status)).toEqual([428, 429, 503, 500]);
});

test('the reference has each of them once, in both languages, with the operations that answer it', () => {
  const text = problems();
  for (const code of new Set(operations.flatMap(codesOf)))
    expect(text.match(new RegExp(`^\\| \`${code}\` \\|`, 'gm')), code).toHaveLength(1);
  expect(text).toContain('| `not-called` | 本次事件没有呼叫您，无需确认 | You were not called for this incident | `acknowledgeIncident` |');
  expect(text).not.toContain('unknown-page');
});
