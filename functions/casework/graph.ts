/** Whether a form's steps lead every request to an outcome: no loop, no dead end, nothing that is never reached. */
import type { Text } from '#events/envelope.ts';
import { type Form, isService, OWN_OUTCOMES, type PeopleStep, type ServiceStep, type Span, type Step } from './form.ts';

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

const FIELD = { zh: '表单中的字段', en: 'a field of the form' };
const fieldsOf = ({ schema }: Form): string[] => Object.keys((schema as { properties?: object }).properties ?? {});

const choiceOf = (step: Step): Text => {
  const known = Object.keys(step.on);
  return { zh: `该环节的结果（${known.join('、')}）`, en: `an outcome of the step (${known.join(', ')})` };
};

const inService = (step: ServiceStep, fields: readonly string[]): Flaw[] => [
  ...(step.silent === undefined || Object.hasOwn(step.on, step.silent)
    ? []
    : [{ path: ['silent'], expected: choiceOf(step), found: step.silent }]),
  ...(step.binding && step.silent !== undefined
    ? [
        {
          path: ['silent'],
          expected: { zh: '有约束力的环节不写 silent', en: 'no silent in a step that changes something' },
          found: step.silent,
        },
      ]
    : []),
  ...step.input.flatMap((name, i) => (fields.includes(name) ? [] : [{ path: ['input', i], expected: FIELD, found: name }])),
];

/** Undefined where one is in working days and the other in minutes. */
const shorter = (a: Span, b: Span): boolean | undefined => {
  if ('minutes' in a) return 'minutes' in b ? a.minutes < b.minutes : undefined;
  return 'workingDays' in b ? a.workingDays < b.workingDays : undefined;
};

const inPeople = (step: PeopleStep, { schema, applicants }: Form, fields: readonly string[]): Flaw[] => {
  const choice = choiceOf(step);
  const known = Object.keys(step.on);
  const words = Object.keys(step.outcomes);
  const required = (schema as { required?: readonly string[] }).required ?? [];
  const free = { zh: '申请人不必填写的字段', en: 'a field that the applicant need not fill in' };
  return [
    ...(step.skip && !known.includes(step.skip.outcome) ? [{ path: ['skip', 'outcome'], expected: choice, found: step.skip.outcome }] : []),
    ...words.filter((name) => !known.includes(name)).map((name) => ({ path: ['outcomes', name], expected: choice, found: name })),
    ...known
      .filter((name) => !words.includes(name))
      .map((name) => ({ path: ['on', name], expected: { zh: 'outcomes 中的文字', en: 'words for it in outcomes' }, found: name })),
    ...(step.reasons ?? []).flatMap((name, i) => (known.includes(name) ? [] : [{ path: ['reasons', i], expected: choice, found: name }])),
    ...(step.amends ?? []).flatMap((name, i) => {
      if (!fields.includes(name)) return [{ path: ['amends', i], expected: FIELD, found: name }];
      return applicants.length > 0 && required.includes(name) ? [{ path: ['amends', i], expected: free, found: name }] : [];
    }),
    ...(step.remind && shorter(step.remind, step.within) === false
      ? [{ path: ['remind'], expected: { zh: '比 within 短的时间', en: 'a time shorter than within' }, found: JSON.stringify(step.remind) }]
      : []),
    ...(step.askBack && applicants.length === 0
      ? [{ path: ['askBack'], expected: { zh: '有申请人（applicants）', en: 'applicants who could amend it' }, found: 'applicants: []' }]
      : []),
  ];
};

/** References to what the form does not have: outcomes of a rule or of silence, words of the buttons, fields. */
const inconsistent = (form: Form): Flaw[] => {
  const fields = fieldsOf(form);
  const subject = form.subject?.split('.')[0];
  return [
    ...(form.subject === undefined || fields.includes(subject as string)
      ? []
      : [{ path: ['subject'], expected: FIELD, found: form.subject }]),
    ...(form.checks ?? []).flatMap(({ pointer }, i) =>
      pointer === undefined || fields.includes(pointer.split('/')[1] as string)
        ? []
        : [{ path: ['checks', i, 'pointer'], expected: FIELD, found: pointer }],
    ),
    ...form.steps.flatMap((step, i) =>
      (isService(step) ? inService(step, fields) : inPeople(step, form, fields)).map((flaw) => ({
        ...flaw,
        path: ['steps', i, ...flaw.path],
      })),
    ),
  ];
};

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

/** The steps and outcomes to which ways lead from these. */
const reachedFrom = (form: Form, starts: readonly string[]): Set<string> => {
  const seen = new Set<string>();
  const queue = [...starts];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const step = form.steps.find((one) => one.id === id);
    if (step) queue.push(...Object.values(step.on));
  }
  return seen;
};

const unreached = (form: Form): Flaw[] => {
  const seen = reachedFrom(form, [form.start]);
  const expected = { zh: '从 start 能走到', en: 'a way to it from start' };
  return [
    ...form.steps.flatMap(({ id }, index) => (seen.has(id) ? [] : [{ path: ['steps', index, 'id'], expected, found: id }])),
    ...Object.keys(form.outcomes).flatMap((id) => (seen.has(id) ? [] : [{ path: ['outcomes', id], expected, found: id }])),
  ];
};

/** An amendment goes through all steps anew, and what they changed would be changed twice. */
const lateReturns = (form: Form): Flaw[] => {
  const binding = form.steps.filter((step) => isService(step) && step.binding);
  const after = reachedFrom(
    form,
    binding.flatMap((step) => Object.values(step.on)),
  );
  const expected = { zh: '有约束力的环节之后不再要求补正', en: 'no asking back after a step that changes something' };
  return form.steps.flatMap((step, i) =>
    !isService(step) && step.askBack && after.has(step.id) ? [{ path: ['steps', i, 'askBack'], expected, found: step.id }] : [],
  );
};

/** Who is kept from a step is known when it begins: by steps that come before it, and that people decide. */
const misplacedSeparations = (form: Form): Flaw[] =>
  form.steps.flatMap((step, i) => {
    if (isService(step) || !step.separateFrom) return [];
    const earlier = form.steps
      .filter((one) => !isService(one) && reachedFrom(form, Object.values(one.on)).has(step.id))
      .map(({ id }) => id);
    const expected = {
      zh: `在本环节之前、由人办理的环节（${earlier.join('、') || '没有'}）`,
      en: `a step before this one that people decide (${earlier.join(', ') || 'there is none'})`,
    };
    return step.separateFrom.flatMap((id, j) =>
      earlier.includes(id) ? [] : [{ path: ['steps', i, 'separateFrom', j], expected, found: id }],
    );
  });

const repeatedIds = (form: Form): Flaw[] => {
  const steps = form.steps.map(({ id }) => id);
  const checks = (form.checks ?? []).map(({ id }) => id);
  const own = Object.keys(OWN_OUTCOMES);
  const taken = [...Object.keys(form.outcomes), ...own];
  const expected = { zh: '表单内唯一的 id', en: 'an id that nothing else in the form has' };
  return [
    ...steps.flatMap((id, i) =>
      steps.indexOf(id) === i && !taken.includes(id) ? [] : [{ path: ['steps', i, 'id'], expected, found: id }],
    ),
    ...checks.flatMap((id, i) => (checks.indexOf(id) === i ? [] : [{ path: ['checks', i, 'id'], expected, found: id }])),
    ...Object.keys(form.outcomes).flatMap((id) => (own.includes(id) ? [{ path: ['outcomes', id], expected, found: id }] : [])),
  ];
};

export const flawsOf = (form: Form): Flaw[] => {
  const basic = [...repeatedIds(form), ...unknownTargets(form), ...inconsistent(form)];
  // Where names are wrong, ways are too.
  return basic.length > 0 ? basic : [...loops(form), ...unreached(form), ...lateReturns(form), ...misplacedSeparations(form)];
};
