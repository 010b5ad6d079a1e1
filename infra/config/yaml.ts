/** A YAML file with its nodes' places, so that a problem can point at the very value. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Text } from '#events/envelope.ts';
import { type Finding, messageOf, type Path, type Problem, printPath, same } from './problem.ts';

export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Mistakes in the YAML itself. */
  readonly problems: readonly Problem[];
  /** False where the text cannot be trusted any more: what follows from it would only hide the cause. */
  readonly readable: boolean;
  /** `at: 'key'` points at the field's name in place of its value. */
  readonly problem: (path: Path, finding: Finding, at?: 'value' | 'key') => Problem;
}

const nodeOf = (node: unknown, document: Document): unknown => (isAlias(node) ? node.resolve(document) : node);

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** The pair of a field: its own, or else the one that `<<: *anchor` brings in. */
const pairOf = (map: YAMLMap, name: string, document: Document): Pair | undefined => {
  const own = map.items.findLast(({ key }) => keyText(key) === name);
  if (own) return own;
  const merged = nodeOf(map.items.find(({ key }) => keyText(key) === '<<')?.value, document);
  const sources = (isSeq(merged) ? merged.items : [merged]).map((source) => nodeOf(source, document)).filter(isMap);
  return sources.map((source) => pairOf(source, name, document)).find((pair) => pair !== undefined);
};

/** Where the path's value (or key) begins; for a missing one, the nearest thing around it. */
const offsetOf = (document: Document, path: Path, at: 'value' | 'key'): number => {
  let place: unknown = document.contents;
  let key: unknown;
  for (const part of path) {
    const container = nodeOf(place, document);
    key = undefined;
    if (isMap(container)) {
      const pair = pairOf(container, String(part), document);
      if (pair === undefined) break;
      key = pair.key;
      place = pair.value ?? pair.key;
    } else if (isSeq(container) && typeof part === 'number' && container.items[part] !== undefined) {
      place = container.items[part];
    } else break;
  }
  const node = at === 'key' && isNode(key) ? key : place;
  return isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0;
};

const SPACES: Text = { zh: '空格缩进', en: 'spaces as indentation' };
const TAB: Text = { zh: '制表符（Tab）', en: 'a tab' };
const SYNTAX: Text = { zh: '正确的 YAML', en: 'well-formed YAML' };

/** Tabs are looked for by hand, as the parser names what they break rather than themselves. */
const tabs = (text: string): number[] => [...text.matchAll(/^ *\t(?=[\t ]*[^\s])/gm)].map((match) => match.index + match[0].length - 1);

export const parseSource = (file: string, text: string): Source => {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
    logLevel: 'error',
  });
  const at = (offset: number, path: string, finding: Finding): Problem => {
    // An empty file has no line yet; editors still call its only place 1:1.
    const { line, col } = lines.linePos(offset);
    const place = { line: Math.max(1, line), column: Math.max(1, col) };
    return {
      file,
      ...place,
      path,
      message: messageOf(finding),
    };
  };

  const problems: Problem[] = [];
  let readable = true;
  const refuse = (offset: number, finding: Finding): void => {
    problems.push(at(offset, '', finding));
    readable = false;
  };

  const duplicates = document.errors.filter((error) => error.code === 'DUPLICATE_KEY');
  for (const { pos } of duplicates) {
    const key = /^[^\s:,}]+/.exec(text.slice(pos[0]))?.[0] ?? '';
    const expected = { zh: '每个字段只写一次', en: 'each field once' };
    problems.push(at(pos[0], key, { expected, found: { zh: `重复的 "${key}"`, en: `"${key}" again` } }));
  }

  const indentedByTab = tabs(text);
  for (const offset of indentedByTab) refuse(offset, { expected: SPACES, found: TAB });
  // The first only: the others mostly follow from it.
  const broken = [...document.errors, ...document.warnings].find((error) => error.code !== 'DUPLICATE_KEY');
  if (broken && indentedByTab.length === 0) refuse(broken.pos[0], { expected: SYNTAX, found: same(broken.message) });

  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const expected = { zh: '先定义的锚点', en: 'an anchor defined before' };
      refuse(alias.range?.[0] ?? 0, { expected, found: same(`*${alias.source}`) });
    },
  });

  let value: unknown = null;
  if (readable) {
    try {
      value = document.toJS();
    } catch (error) {
      // yaml refuses aliases that would unfold without end.
      refuse(0, { expected: SYNTAX, found: same(error instanceof Error ? error.message : String(error)) });
    }
  }
  return {
    file,
    value,
    problems,
    readable,
    problem: (path, finding, place = 'value') => at(offsetOf(document, path, place), printPath(path), finding),
  };
};

/** A file that is not there, or cannot be read as one. */
export const missingSource = (file: string, finding: Finding): Problem => ({
  file,
  line: 1,
  column: 1,
  path: '',
  message: messageOf(finding),
});
