/** The same district with shorter waits, for tests and for showing an escalation to people: HURRY=60 makes a minute a second. */
import type { Config } from './schema.ts';

const shorter = (seconds: number, factor: number): number => Math.max(1, Math.ceil(seconds / factor));

export const hurried = (config: Config, factor: number): Config => ({
  ...config,
  domains: config.domains.map((domain) => ({
    ...domain,
    plans: domain.plans.map((plan) => ({
      ...plan,
      steps: plan.steps.map((step) => ({ ...step, within: shorter(step.within, factor) })),
      repeat: { ...plan.repeat, after: shorter(plan.repeat.after, factor) },
    })),
  })),
});
