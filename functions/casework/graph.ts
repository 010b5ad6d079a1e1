/** Whether a form's steps lead every request to an outcome: no loop, no dead end, nothing that is never reached. */
import type { Text } from '#events/envelope.ts';
import { type Form, isService, OWN_OUTCOMES, type Step } from './form.ts';

export interface Flaw {
  /** Where in the form's definition. */
  readonly path: readonly (string | number)[];
  readonly expected: Text;
  readonly found: string;
}

const nextOf = (step: Step): [string, string][] => Object.entries(step.on);

const targets = (form: Form): Set<string> => new Set([...form.steps.map(({ id }) => id), ...Object.keys(form.outcomes)]);

const unknownTargets = (form: Form): Flaw[] => {
  const known = targets(form);
  const expected = { zh: `环节或结果（${[...known].join('、')}）`, en: `a step or an outcome (${[...known].join(', ')})` };
  return [
    ...(form.steps.some(({ id }) => id === form.start)
      ? []
      : [{ path: ['start'], expected: { zh: '一个环节的 id', en: 'the id of a step' }, found: form.start }]),
    ...form.steps.flatMap((step, index) =>
      nextOf(step)
        .filter(([, next]) => !known.has(next))
        .map(([outcome, next]): Flaw => ({ path: ['steps', index, 'on', outcome], expected, found: next })),
    ),
  ];
};

/** A step's own references: the outcome of a rule or of silence, words for each button, fields. */
const inconsistent = (form: Form): Flaw[] =>
  form.steps.flatMap((step, index) => {
    const at = (...path: (string | number)[]) => ['steps', index, ...path];
    const known = Object.keys(step.on);
    const choice = { zh: `该环节的结果（${known.join('、')}）`, en: `an outcome of the step (${known.join(', ')})` };
    const field = { zh: '表单中的字段', en: 'a field of the form' };
    const fields = Object.keys((form.schema as { properties?: object }).properties ?? {});
    if (isService(step)) {
      return [
        ...(step.silent === undefined || known.includes(step.silent) ? [] : [{ path: at('silent'), expected: choice, found: step.silent }]),
        ...(step.binding && step.silent !== undefined
          ? [
              {
                path: at('silent'),
                expected: { zh: '有约束力的环节不写 silent', en: 'no silent in a step that changes something' },
                found: step.silent,
              },
            ]
          : []),
        ...step.input.flatMap((name, i) => (fields.includes(name) ? [] : [{ path: at('input', i), expected: field, found: name }])),
      ];
    }
    const words = Object.keys(step.outcomes);
    return [
      ...(step.skip && !known.includes(step.skip.outcome)
        ? [{ path: at('skip', 'outcome'), expected: choice, found: step.skip.outcome }]
        : []),
      ...words.filter((name) => !known.includes(name)).map((name) => ({ path: at('outcomes', name), expected: choice, found: name })),
      ...known
        .filter((name) => !words.includes(name))
        .map((name) => ({ path: at('on', name), expected: { zh: 'outcomes 中的文字', en: 'words for it in outcomes' }, found: name })),
      ...(step.reasons ?? []).flatMap((name, i) =>
        known.includes(name) ? [] : [{ path: at('reasons', i), expected: choice, found: name }],
      ),
      ...(step.amends ?? []).flatMap((name, i) => (fields.includes(name) ? [] : [{ path: at('amends', i), expected: field, found: name }])),
    ];
  });

/** Back edges of a depth-first walk: the step at which a loop closes. */
const loops = (form: Form): Flaw[] => {
  const index = new Map(form.steps.map((step, i) => [step.id, i]));
  const flaws: Flaw[] = [];
  const done = new Set<string>();
  const walk = (id: string, path: readonly string[]): void => {
    const i = index.get(id);
    if (i === undefined || done.has(id)) return;
    for (const [outcome, next] of nextOf(form.steps[i] as Step)) {
      if ([...path, id].includes(next)) {
        const around = [...path.slice(path.indexOf(next)), id, next].join(' → ');
        flaws.push({
          path: ['steps', i, 'on', outcome],
          expected: { zh: '不回到走过的环节（要求补正用 askBack）', en: 'no step that was passed already (askBack asks for amendments)' },
          found: around,
        });
      } else walk(next, [...path, id]);
    }
    done.add(id);
  };
  walk(form.start, []);
  return flaws;
};

const reached = (form: Form): Set<string> => {
  const seen = new Set<string>();
  const queue = [form.start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const step = form.steps.find((one) => one.id === id);
    if (step) queue.push(...Object.values(step.on));
  }
  return seen;
};

const unreached = (form: Form): Flaw[] => {
  const seen = reached(form);
  const expected = { zh: '从 start 能走到', en: 'a way to it from start' };
  return [
    ...form.steps.flatMap(({ id }, index) => (seen.has(id) ? [] : [{ path: ['steps', index, 'id'], expected, found: id }])),
    ...Object.keys(form.outcomes).flatMap((id) => (seen.has(id) ? [] : [{ path: ['outcomes', id], expected, found: id }])),
  ];
};

const repeatedIds = (form: Form): Flaw[] => {
  const ids = form.steps.map(({ id }) => id);
  const taken = [...Object.keys(form.outcomes), ...Object.keys(OWN_OUTCOMES)];
  return form.steps.flatMap(({ id }, index) =>
    ids.indexOf(id) === index && !taken.includes(id)
      ? []
      : [{ path: ['steps', index, 'id'], expected: { zh: '表单内唯一的 id', en: 'an id that nothing else in the form has' }, found: id }],
  );
};

export const flawsOf = (form: Form): Flaw[] => {
  const basic = [...repeatedIds(form), ...unknownTargets(form), ...inconsistent(form)];
  // Where names are wrong, ways are too.
  return basic.length > 0 ? basic : [...loops(form), ...unreached(form)];
};
