/** What an operation may answer instead of its response: every failure code with its kind and words, as the sources of the functions have them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { type Bilingual, Failure, type FailureKind } from '#runtime/failure.ts';
import type { Operation } from '#runtime/operation.ts';
import { type Problem, toProblem } from '#runtime/problem.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface Raised {
  readonly code: string;
  readonly kind: FailureKind;
  readonly text: Bilingual;
  readonly file: string;
}

/** As oxc gives it: ESTree. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

const walk = function* (node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node).flat()) if (isNode(value)) yield* walk(value);
};

/** What is only known at run time stands in braces, or as three dots. */
const textOf = (node: unknown): string | undefined => {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral') return undefined;
  const holes = node.expressions as Node[];
  const hole = (one: Node | undefined): string => (one === undefined ? '' : one.type === 'Identifier' ? `{${one.name}}` : '…');
  return (node.quasis as { value: { cooked: string } }[]).map(({ value }, index) => value.cooked + hole(holes[index])).join('');
};

const bilingual = (node: unknown): Bilingual | undefined => {
  if (!isNode(node) || node.type !== 'ObjectExpression') return undefined;
  const field = (name: string) =>
    (node.properties as { key?: { name?: string }; value?: Node }[]).find(({ key }) => key?.name === name)?.value;
  const [zh, en] = [field('zh'), field('en')];
  return zh && en && { zh: textOf(zh) ?? '…', en: textOf(en) ?? '…' };
};

/** `new Failure(kind, code, text)`, or an entry `'code': [kind, text]` of a table of refusals. */
const raisedBy = (node: Node): Omit<Raised, 'file'> | undefined => {
  const made = node.type === 'NewExpression' && (node.callee as { name?: string }).name === 'Failure';
  const entry = node.type === 'Property' && (node.value as Node).type === 'ArrayExpression';
  if (!made && !entry) return undefined;
  const [kind, code, text] = made
    ? (node.arguments as Node[])
    : [...((node.value as Node).elements as Node[])].toSpliced(1, 0, node.key as Node);
  const found = { kind: textOf(kind) as FailureKind, code: textOf(code), text: bilingual(text) };
  return found.kind && found.code && found.text ? { kind: found.kind, code: found.code, text: found.text } : undefined;
};

export const failuresIn = (file: string, source: string): Raised[] =>
  [...walk(parseSync(file, source).program as unknown as Node)].flatMap((node) => {
    const raised = raisedBy(node);
    return raised ? [{ ...raised, file }] : [];
  });

/** Code -> how it is raised; what the runtime says of a code counts before what a capability says. */
export const raised = (): ReadonlyMap<string, Raised> => {
  const files = globSync('functions/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts', '**/*.generated.ts', '**/*.fixture.ts'] });
  const all = files.sort().flatMap((file) => failuresIn(file, readFileSync(join(ROOT, file), 'utf8')));
  const runtimeFirst = all.toSorted((a, b) => Number(b.file.includes('/runtime/')) - Number(a.file.includes('/runtime/')));
  return new Map(runtimeFirst.reverse().map((one) => [one.code, one]));
};

/** What runtime/ answers for all operations alike, by what an operation takes. */
export const GENERAL: Readonly<Record<string, (operation: Operation) => boolean>> = {
  'invalid-input': ({ params, query, body }) => Boolean(params ?? query ?? body),
  'repeated-field': ({ query, body }) => Boolean(query ?? body),
  'malformed-json': ({ body }) => body !== undefined,
  'nested-too-deeply': ({ body }) => body !== undefined,
  'invalid-cursor': ({ query }) => query?.properties.cursor !== undefined,
  'idempotency-key-required': ({ keyed }) => keyed === true,
  'idempotency-key-reused': ({ keyed }) => keyed === true,
  'not-permitted': () => true,
  'changed-meanwhile': ({ method }) => method !== 'GET',
  'body-too-large': ({ body }) => body !== undefined,
  'stale-version': ({ versioned }) => versioned === true,
  'if-match-required': ({ versioned }) => versioned === true,
  'malformed-if-match': ({ versioned }) => versioned === true,
  'too-many-requests': () => true,
  'internal-error': () => true,
  unprocessed: () => true,
};

/** The codes that an operation may answer. */
export const codesOf = (operation: Operation): string[] => {
  const general = Object.keys(GENERAL).filter((code) => GENERAL[code]?.(operation));
  return [...new Set([...general, ...(operation.failures ?? [])])];
};

/** As a caller who reads this language gets it. */
export const problemOf = ({ code, kind, text }: Raised, language: keyof Bilingual): Problem => {
  const error = code === 'internal-error' ? new Error(code) : new Failure(kind, code, text);
  return toProblem(error, language, '0a1b2c3d-0000-4000-8000-000000000000');
};
