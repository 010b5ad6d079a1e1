/** The same district with shorter waits, for tests and for showing an escalation to people: HURRY=60 makes a minute a second. */
import type { Config, District } from './schema.ts';

const shorter = (seconds: number, factor: number): number => Math.max(1, Math.ceil(seconds / factor));

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
  })),
});
