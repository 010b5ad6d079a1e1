/** Which plan serves an alert, and who is called for a step of it. */
import type { AlertFacts } from '#events/alerts.ts';
import type { EmergencyConfig } from './config.ts';
import { onDuty } from './duty.ts';
import type { Plan, Step } from './plan.ts';
import type { Person } from './roster.ts';

/** The first plan of the alert's domain that matches. Every rule and level has one: a deploy without is refused (infra/config). */
export const matchPlan = (
  { plans }: Pick<EmergencyConfig, 'plans'>,
  { domain, ruleId, level }: Pick<AlertFacts, 'domain' | 'ruleId' | 'level'>,
): Plan | undefined =>
  plans.find(({ domain: of, plan: { match } }) => of === domain && match.levels.includes(level) && (match.rules?.includes(ruleId) ?? true))
    ?.plan;

/** The people on duty at the posts that a step calls, each once however many posts they hold. */
export const peopleFor = (config: EmergencyConfig, step: Step, town: string, now: number): Person[] => {
  const { posts, people, timezone } = config;
  const called = posts.filter((post) =>
    step.call.some(({ role, scope }) => post.role === role && post.scope === scope && (scope !== 'town' || post.town === town)),
  );
  const ids = new Set(called.map((post) => onDuty(post, now, timezone)));
  return people.filter(({ id }) => ids.has(id));
};
