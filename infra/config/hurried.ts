/** The same district with shorter waits, for tests and for showing an escalation or a case to people: HURRY=60 makes a minute a second. */
import { isService, type Span, type Step } from '#functions/casework/form.ts';
import type { Config, District } from './schema.ts';

const shorter = (seconds: number, factor: number): number => Math.max(1, Math.ceil(seconds / factor));

/** A working day is eight hours. */
const minutes = (span: Span): number => ('minutes' in span ? span.minutes : span.workingDays * 8 * 60);
const shorterSpan = (span: Span, factor: number): Span => ({ minutes: minutes(span) / factor });

const hurriedStep = (step: Step, factor: number): Step => {
  const within = shorterSpan(step.within, factor);
  // Services take what they take.
  if (isService(step)) return step;
  return {
    ...step,
    within,
    ...(step.remind && { remind: shorterSpan(step.remind, factor) }),
    overdue: { ...step.overdue, again: shorterSpan(step.overdue.again, factor) },
    ...(step.askBack && { askBack: { within: shorterSpan(step.askBack.within, factor) } }),
  };
};

const oftener = ({ person, service }: District['limits'], factor: number): District['limits'] => ({
  person: Math.ceil(person * factor),
  service: Math.ceil(service * factor),
});

export const hurried = (config: Config, factor: number): Config => ({
  ...config,
  // A minute's requests come in a shorter minute.
  district: { ...config.district, limits: oftener(config.district.limits, factor) },
  domains: config.domains.map((domain) => ({
    ...domain,
    plans: domain.plans.map((plan) => ({
      ...plan,
      steps: plan.steps.map((step) => ({ ...step, within: shorter(step.within, factor) })),
      repeat: { ...plan.repeat, after: shorter(plan.repeat.after, factor) },
    })),
    forms: domain.forms.map((form) => ({ ...form, steps: form.steps.map((step) => hurriedStep(step, factor)) })),
  })),
});
