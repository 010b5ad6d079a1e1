/** Forms of any shape that the checks let pass, for the properties. */
import fc from 'fast-check';
import type { Text } from '#events/envelope.ts';
import { FORM } from './casework.fixture.ts';
import { type Definition, isService, type PeopleStep, type ServiceStep, type Span, type Step } from './form.ts';
import { flawsOf } from './graph.ts';

const words = (id: string): Text => ({ zh: `中${id}`, en: id });

const span: fc.Arbitrary<Span> = fc.oneof(
  fc.integer({ min: 2, max: 5 }).map((workingDays) => ({ workingDays })),
  fc.integer({ min: 2, max: 5000 }).map((minutes) => ({ minutes })),
);

const holders = fc.constantFrom<PeopleStep['people']>(
  { duty: 'reviewer', at: 'bureau' },
  { duty: 'approver', at: 'bureau' },
  { duty: 'head', at: 'applicant' },
);

/** What a step may be, before it is known where it stands. */
const plan = fc.record({
  people: fc.boolean(),
  /** Each number is a way; modulo what comes later it leads somewhere. */
  ways: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  within: span,
  again: span,
  holders,
  above: holders,
  remind: fc.boolean(),
  skip: fc.boolean(),
  askBack: fc.option(span, { nil: undefined }),
  amends: fc.boolean(),
  /** How many of the steps before it, the nearest first, are kept apart from it. */
  separate: fc.nat({ max: 3 }),
  reasons: fc.boolean(),
  silent: fc.boolean(),
  binding: fc.boolean(),
});
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

const OUTCOMES = ['granted', 'refused', 'put-off'];

const remindBefore = (within: Span): Span =>
  'minutes' in within ? { minutes: within.minutes - 1 } : { workingDays: within.workingDays - 1 };

/** Ways lead on only: to a later step, or to an outcome. */
const stepOfPlan = (from: Plan, index: number, count: number): Step => {
  const later = Array.from({ length: count - index - 1 }, (_, i) => `step-${index + 1 + i}`);
  const targets = [...later, ...OUTCOMES];
  const on = Object.fromEntries(from.ways.map((way, i) => [`way-${i}`, targets[way % targets.length] as string]));
  const base = { id: `step-${index}`, name: words(`step-${index}`), within: from.within, on };
  if (!from.people) {
    const binding = from.binding && !from.silent;
    const service: ServiceStep = {
      ...base,
      service: `halls.do-${index}`,
      input: ['hall', 'granted'],
      ...(from.silent && { silent: 'way-0' }),
      ...(binding && { binding }),
    };
    return service;
  }
  return {
    ...base,
    people: from.holders,
    overdue: { to: from.above, again: from.again },
    outcomes: Object.fromEntries(Object.keys(on).map((id) => [id, words(id)])),
    ...(from.remind && { remind: remindBefore(from.within) }),
    ...(from.skip && { skip: { when: 'true', outcome: 'way-0', reason: words('rule') } }),
    ...(from.askBack && { askBack: { within: from.askBack } }),
    ...(from.amends && { amends: ['granted'] }),
    ...(from.separate > 0 &&
      index > 0 && { separateFrom: Array.from({ length: Math.min(from.separate, index) }, (_, i) => `step-${index - 1 - i}`) }),
    ...(from.reasons && { reasons: ['way-0'] }),
  };
};

/** Without what is never reached, asking back where it would be too late, and separation from what does not come before: as its author would mend it. */
const mended = (form: Definition): Definition => {
  const paths = flawsOf(form).map(({ path }) => path.join('.'));
  if (paths.length === 0) return form;
  const steps = form.steps
    .filter((_, i) => !paths.includes(`steps.${i}.id`))
    .map((step): Step => {
      if (isService(step)) return step;
      const at = `steps.${form.steps.indexOf(step)}`;
      const { askBack, separateFrom, ...rest } = step;
      const apart = (separateFrom ?? []).filter((_, j) => !paths.includes(`${at}.separateFrom.${j}`));
      return {
        ...rest,
        ...(askBack && !paths.includes(`${at}.askBack`) && { askBack }),
        ...(apart.length > 0 && { separateFrom: apart }),
      };
    });
  const outcomes = Object.fromEntries(Object.entries(form.outcomes).filter(([id]) => !paths.includes(`outcomes.${id}`)));
  return mended({ ...form, steps, outcomes });
};

export const forms: fc.Arbitrary<Definition> = fc.array(plan, { minLength: 1, maxLength: 6, size: 'max' }).map((plans) =>
  mended({
    ...FORM,
    start: 'step-0',
    steps: plans.map((from, i) => stepOfPlan(from, i, plans.length)),
    outcomes: Object.fromEntries(OUTCOMES.map((id) => [id, words(id)])),
  }),
);
