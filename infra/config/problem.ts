/** One mistake in the configuration, and the error that carries all of them. */
import type { Text } from '#events/envelope.ts';

export type Path = readonly (string | number)[];

export interface Problem {
  /** Relative to the root, with forward slashes. */
  readonly file: string;
  /** Both counted from 1, as editors do. */
  readonly line: number;
  readonly column: number;
  /** e.g. `rules[0].levels.red`; empty where the file as a whole is meant. */
  readonly path: string;
  readonly message: Text;
}

/** What was expected in place of what, in words; the source adds where. */
export interface Finding {
  readonly expected: Text;
  readonly found: Text;
  /** A way out, e.g. “did you mean …?” */
  readonly hint?: Text | undefined;
}

/** Chinese and Latin text stand apart. */
const apart = (zh: string): string => (/^[!-~]/.test(zh) ? ` ${zh}` : zh);

export const messageOf = ({ expected, found, hint }: Finding): Text => ({
  zh: `应为${apart(expected.zh)}，实为${apart(found.zh)}${hint ? `；${hint.zh}` : ''}`,
  en: `expected ${expected.en}, found ${found.en}${hint ? `; ${hint.en}` : ''}`,
});

export const printPath = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');

/** The same words in both languages: a number, an id, a quoted value. */
export const same = (text: string): Text => ({ zh: text, en: text });

export const NOTHING: Text = { zh: '空', en: 'nothing' };

/** A value as it is shown in a message. */
export const describe = (value: unknown): Text => {
  if (value === undefined || value === null) return NOTHING;
  if (Array.isArray(value)) return { zh: `${value.length} 项的列表`, en: `a list of ${value.length}` };
  if (typeof value === 'object') return { zh: '一组字段', en: 'a mapping' };
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return same(text.length > 60 ? `${text.slice(0, 57)}…` : text);
};

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = problems.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column);
    super(formatProblems(sorted));
    this.problems = sorted;
  }
}

/** One paragraph per problem; `file:line:column` first, so that terminals and editors make it a link. */
const formatProblems = (problems: readonly Problem[]): string =>
  problems
    .map(({ file, line, column, path, message }) => {
      const place = `${file}:${line}:${column}:${path === '' ? '' : ` ${path}:`}`;
      return `${place} ${message.zh}\n    ${message.en}`;
    })
    .join('\n');
