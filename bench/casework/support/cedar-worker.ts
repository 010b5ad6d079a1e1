/** `cedar-worker.ts <variant> <policies>`: a fresh process that decides by one way of asking, and prints what it took in ms. */
import { isAuthorized, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { questionOf } from '#functions/identity/cedar.ts';
import type { Rule } from '#functions/identity/policies.generated.ts';
import { officer, policies, QUESTIONS } from './questions.ts';

const [variant = '', count = '0'] = process.argv.slice(2);
const { all, byAction } = policies(Number(count));
const setOf = (rules: readonly Rule[]) => ({ staticPolicies: Object.fromEntries(rules.map(({ id, policy }) => [id, policy])) });

type Question = ReturnType<typeof questionOf>;
const prepared = (id: string, rules: readonly Rule[]): string => {
  const answer = preparsePolicySet(id, setOf(rules));
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  return id;
};

/** Each makes its ready state once and answers how it is asked. */
const WAYS: Readonly<Record<string, () => (question: Question) => ReturnType<typeof isAuthorized>>> = {
  sliced: () => {
    for (const [action, rules] of Object.entries(byAction)) prepared(action, rules);
    return (question) => statefulIsAuthorized({ ...question, preparsedPolicySetId: question.action.id });
  },
  unsliced: () => {
    const preparsedPolicySetId = prepared('all', all);
    return (question) => statefulIsAuthorized({ ...question, preparsedPolicySetId });
  },
  naive: () => {
    const set = setOf(all);
    return (question) => isAuthorized({ ...question, policies: set });
  },
};

const way = WAYS[variant];
if (!way) throw new Error(`No such way: ${variant}`);
const began = performance.now();
const ask = way();
const preparing = performance.now() - began;
const times: number[] = [];
const decisions = new Set<string>();
const decide = (): void => {
  for (const [action, resource] of QUESTIONS) {
    const start = performance.now();
    const answer = ask(questionOf(officer(), action, resource));
    times.push(performance.now() - start);
    if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
    decisions.add(`${action} ${answer.response.decision}`);
  }
};
const first = performance.now();
decide();
const cold = performance.now() - first;
const rounds = variant === 'naive' ? 40 : 1000;
for (let i = 0; i < rounds / 4; i++) decide();
times.length = 0;
for (let i = 0; i < rounds; i++) decide();
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.floor(times.length * share)];
console.log(JSON.stringify({ preparing, cold, median: at(0.5), p99: at(0.99), decisions: [...decisions].sort() }));
