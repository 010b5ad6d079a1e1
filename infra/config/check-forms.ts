/** Forms: their schema compiles, their expressions can be read, and their steps lead every request to an outcome. */
import { syntaxError } from '#functions/casework/conditions.ts';
import { type Form, type Holders, isService } from '#functions/casework/form.ts';
import { flawsOf } from '#functions/casework/graph.ts';
import { compileSchema, wordless } from '#functions/casework/schema.ts';
import { BUREAU_DUTIES } from '#functions/identity/terms.ts';
import { type Draft, type Entry, joined } from './draft.ts';
import { LISTS, listsNamed } from './lists.ts';
import { didYouMean, duplicates, oneOf } from './names.ts';
import { describe, type Problem, same } from './problem.ts';

const readable = { zh: '可读的 JSONata 表达式', en: 'a JSONata expression that can be read' };

const checkExpressions = ({ value, problem }: Entry<Form>): Problem[] => {
  const all: [(string | number)[], string][] = [
    ...(value.checks ?? []).map(({ when }, i): [(string | number)[], string] => [['checks', i, 'when'], when]),
    ...value.steps.flatMap((step, i): [(string | number)[], string][] =>
      isService(step) || !step.skip ? [] : [[['steps', i, 'skip', 'when'], step.skip.when]],
    ),
  ];
  return all.flatMap(([path, text]) => {
    const wrong = syntaxError(text);
    return wrong === undefined ? [] : [problem(path, { expected: readable, found: same(wrong) })];
  });
};

const checkSchema = ({ value, problem }: Entry<Form>): Problem[] => {
  try {
    compileSchema(value.schema);
    return [];
  } catch (error) {
    const expected = { zh: 'JSON Schema 2020-12', en: 'a JSON Schema (2020-12)' };
    return [problem(['schema'], { expected, found: same((error as Error).message) })];
  }
};

const checkWords = ({ value, problem }: Entry<Form>): Problem[] =>
  wordless(value.schema).map((path) => {
    const found = path.reduce<unknown>((at, name) => (at as Record<string | number, unknown> | undefined)?.[name], value.schema);
    return problem(['schema', ...path], {
      expected: { zh: '中英文文字 { zh, en }', en: 'words in both languages { zh, en }' },
      found: describe(found),
    });
  });

const checkLists = ({ value, problem }: Entry<Form>): Problem[] =>
  listsNamed(value.schema).flatMap(({ path, name }) => {
    if ((LISTS as readonly string[]).includes(name)) return [];
    const expected = { zh: `本区的清单（${oneOf(LISTS)}）`, en: `one of the lists ${oneOf(LISTS)}` };
    return [problem(['schema', ...path], { expected, found: same(`"${name}"`), hint: didYouMean(name, LISTS) })];
  });

/** Duties that nobody can hold outside the bureau: such a step would wait for ever. */
const checkHolders = ({ value, problem }: Entry<Form>): Problem[] =>
  value.steps.flatMap((step, i): Problem[] => {
    if (isService(step)) return [];
    const holders: [(string | number)[], Holders][] = [
      [['steps', i, 'people', 'at'], step.people],
      [['steps', i, 'overdue', 'to', 'at'], step.overdue.to],
    ];
    const expected = { zh: 'bureau：只有大数据主管部门设此岗', en: 'bureau, where alone this duty means something' };
    return holders.flatMap(([path, { duty, at }]) =>
      at === 'applicant' && BUREAU_DUTIES.includes(duty) ? [problem(path, { expected, found: same('"applicant"') })] : [],
    );
  });

export const checkForms = (draft: Draft): Problem[] => {
  const forms = joined(draft.packs.map((pack) => pack.forms));
  return [
    ...duplicates({ zh: '申请表', en: 'form' }, forms),
    ...forms.sound.flatMap((form) => [
      ...checkSchema(form),
      ...checkWords(form),
      ...checkLists(form),
      ...checkHolders(form),
      ...checkExpressions(form),
      ...flawsOf(form.value).map(({ path, expected, found }) => form.problem([...path], { expected, found: same(`"${found}"`) })),
    ]),
  ];
};
