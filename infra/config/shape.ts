/** Fields, types and ranges of one file, by the schemas in schema.ts; ajv's findings put into words. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import type { Text } from '#events/envelope.ts';
import { didYouMean, nearest, oneOf } from './names.ts';
import { describe, NOTHING, type Path, type Problem, same } from './problem.ts';
import { District, PackFile } from './schema.ts';
import type { Source } from './yaml.ts';

const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true });
const compile = (schema: TSchema): ValidateFunction => ajv.compile(schema);
export const validators = { district: compile(District), pack: compile(PackFile) };

const TYPES: Readonly<Record<string, Text>> = {
  number: { zh: '数字', en: 'number' },
  integer: { zh: '整数', en: 'integer' },
  string: { zh: '文本', en: 'string' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  object: { zh: '一组字段（名称: 值）', en: 'a mapping (name: value)' },
  array: { zh: '列表（- 项 或 [项]）', en: 'a list (- item, or [item])' },
};

/** What a pattern of schema.ts means; a reader of YAML need not read regular expressions. */
const PATTERNS: readonly (readonly [RegExp, Text])[] = [
  [
    /^\^\[a-z\]\[a-z0-9-\]/,
    {
      zh: '以小写字母开头、由小写字母、数字和连字符组成的 id',
      en: 'an id of lower-case letters, digits and hyphens that begins with a letter',
    },
  ],
  [
    /^\^\[a-z\]\[a-zA-Z0-9\]/,
    {
      zh: '以小写字母开头、由字母和数字组成的 id',
      en: 'an id of letters and digits that begins with a lower-case letter',
    },
  ],
  [/^\^\\d\{6\}\$$/, { zh: '6 位数字', en: 'six digits' }],
  [/T\\d\{2\}/, { zh: '当地时间，如 2026-01-05T08:00', en: 'a local time such as 2026-01-05T08:00' }],
];

const patternText = (pattern: string): Text =>
  PATTERNS.find(([known]) => known.test(pattern))?.[1] ?? {
    zh: `符合 ${pattern} 的文本`,
    en: `text that matches ${pattern}`,
  };

interface Raw extends ErrorObject {
  readonly params: Record<string, never>;
}

interface Branch {
  readonly const?: unknown;
}

/** `expected` for the keywords that speak of the value itself. */
const expectation = ({ keyword, params, parentSchema }: Raw): Text => {
  switch (keyword) {
    case 'type':
      return TYPES[String(params.type)] ?? same(String(params.type));
    case 'pattern':
      return patternText(String(params.pattern));
    case 'minimum':
      return { zh: `不小于 ${params.limit} 的数`, en: `at least ${params.limit}` };
    case 'maximum':
      return { zh: `不大于 ${params.limit} 的数`, en: `at most ${params.limit}` };
    case 'exclusiveMinimum':
      return { zh: `大于 ${params.limit} 的数`, en: `more than ${params.limit}` };
    case 'minItems':
      return { zh: `至少 ${params.limit} 项`, en: `at least ${params.limit} item(s)` };
    case 'maxItems':
      return { zh: `至多 ${params.limit} 项`, en: `at most ${params.limit} items` };
    case 'minLength':
      return { zh: '非空文本', en: 'a text that is not empty' };
    case 'minProperties': {
      const names = Object.keys((parentSchema as { properties?: object }).properties ?? {});
      if (names.length === 0) return { zh: '至少一项', en: 'at least one entry' };
      return { zh: `至少一个：${oneOf(names)}`, en: `at least one of ${oneOf(names)}` };
    }
    case 'anyOf': {
      const choice = oneOf(((parentSchema?.anyOf ?? []) as Branch[]).map((branch) => String(branch.const)));
      return { zh: `${choice} 之一`, en: `one of ${choice}` };
    }
    default:
      return same(keyword);
  }
};

/** Numbers where text is wanted: `code: 510604` and `address: +86…` look like text and are not. */
const quoted = ({ keyword, params, data }: Raw): Text | undefined =>
  keyword === 'type' && String(params.type) === 'string' && ['number', 'boolean'].includes(typeof data)
    ? { zh: '请加引号', en: 'put it in quotes' }
    : undefined;

/** The known fields that are not written yet. */
const missing = ({ data, parentSchema }: Raw): string[] =>
  Object.keys((parentSchema as { properties?: object }).properties ?? {}).filter((name) => !Object.hasOwn(Object(data), name));

/** The field that an unknown one was meant to be: one slip of the pen is one problem, not “unknown” and “missing”. */
const meant = (error: Raw): string | undefined =>
  error.keyword === 'additionalProperties' ? nearest(String(error.params.additionalProperty), missing(error)) : undefined;

const problemOf = (source: Source, error: Raw, path: Path): Problem => {
  const properties = (error.parentSchema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  switch (error.keyword) {
    case 'required': {
      const name = String(error.params.missingProperty);
      const type = TYPES[properties[name]?.type ?? ''];
      return source.problem([...path, name], {
        expected: type
          ? { zh: `必填字段（${type.zh}）`, en: `a field of this name (${type.en})` }
          : { zh: '必填字段', en: 'a field of this name' },
        found: NOTHING,
      });
    }
    case 'additionalProperties': {
      const name = String(error.params.additionalProperty);
      const hint = didYouMean(name, missing(error));
      const known = oneOf(Object.keys(properties));
      const [pattern] = Object.keys((error.parentSchema as { patternProperties?: object }).patternProperties ?? {});
      const expected = pattern ? patternText(pattern) : { zh: `已知字段（${known}）`, en: `one of the fields ${known}` };
      return source.problem([...path, name], { expected, found: { zh: `未知字段 "${name}"`, en: `unknown field "${name}"` }, hint }, 'key');
    }
    case 'uniqueItems': {
      const later = Math.max(Number(error.params.i), Number(error.params.j));
      const item: unknown = (error.data as unknown[])[later];
      const found = describe(item);
      return source.problem([...path, later], {
        expected: { zh: '不重复的项', en: 'each item once' },
        found: { zh: `重复的 ${found.zh}`, en: `${found.en} again` },
      });
    }
    default:
      return source.problem(path, { expected: expectation(error), found: describe(error.data), hint: quoted(error) });
  }
};

/** `/rules/0/levels` → ['rules', 0, 'levels'], by the value's own lists. */
const pathOf = (root: unknown, pointer: string): Path => {
  let value = root;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(value) ? Number(name) : name;
      value = (value as Record<string | number, unknown>)[step];
      return step;
    });
};

export interface Shape {
  readonly problems: readonly Problem[];
  /** Paths at or below which something is wrong. */
  readonly broken: readonly Path[];
}

const branchesOf = ({ parentSchema }: Raw): readonly Branch[] => (parentSchema?.anyOf ?? []) as readonly Branch[];

/** A union reports all that fails in each of its branches: of a choice of values, the choice is told; of several kinds of mapping, the nearest. */
const told = (errors: readonly Raw[]): Raw[] => {
  const silent = new Set<Raw>();
  for (const union of errors.filter(({ keyword }) => keyword === 'anyOf')) {
    const branches = branchesOf(union).map((_, i) =>
      errors.filter((one) => one.schemaPath.startsWith(`${union.schemaPath}/${i}/`) && one.instancePath.startsWith(union.instancePath)),
    );
    const misfits = (branch: readonly Raw[]) => branch.filter(({ instancePath }) => instancePath === union.instancePath).length;
    const choice = branchesOf(union).every((branch) => Object.hasOwn(branch, 'const'));
    const nearestBranch = choice ? undefined : branches.toSorted((a, b) => misfits(a) - misfits(b))[0];
    for (const branch of branches) if (branch !== nearestBranch) for (const one of branch) silent.add(one);
    if (!choice) silent.add(union);
  }
  return errors.filter((one) => !silent.has(one));
};

export const checkShape = (source: Source, validate: ValidateFunction): Shape => {
  if (validate(source.value)) return { problems: [], broken: [] };
  const own = told((validate.errors ?? []) as Raw[]);
  const misspelt = new Set(own.map((error) => `${error.instancePath}/${meant(error)}`));
  const located = own
    .filter((error) => !(error.keyword === 'required' && misspelt.has(`${error.instancePath}/${error.params.missingProperty}`)))
    .map((error) => ({ error, path: pathOf(source.value, error.instancePath) }));
  return {
    problems: located.map(({ error, path }) => problemOf(source, error, path)),
    broken: located.map(({ path }) => path),
  };
};
