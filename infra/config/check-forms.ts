/** Forms: their schema compiles, their expressions can be read, and their steps lead every request to an outcome. */
import { syntaxError } from '#functions/casework/conditions.ts';
import { type Form, isService } from '#functions/casework/form.ts';
import { flawsOf } from '#functions/casework/graph.ts';
import { compileSchema } from '#functions/casework/schema.ts';
import { type Draft, type Entry, joined } from './draft.ts';
import { duplicates } from './names.ts';
import { type Problem, same } from './problem.ts';

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

export const checkForms = (draft: Draft): Problem[] => {
  const forms = joined(draft.packs.map((pack) => pack.forms));
  return [
    ...duplicates({ zh: '申请表', en: 'form' }, forms),
    ...forms.sound.flatMap((form) => [
      ...checkSchema(form),
      ...checkExpressions(form),
      ...flawsOf(form.value).map(({ path, expected, found }) => form.problem([...path], { expected, found: same(`"${found}"`) })),
    ]),
  ];
};
