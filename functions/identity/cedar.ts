/**
 * Cedar in process (cedar-wasm). Each action has a policy set of its own, made by `npm run generate` from policies/*.cedar and parsed
 * once per container: a decision costs the handful of policies that name its action, however many there are in all.
 */
import { type EntityJson, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { Text } from '#events/envelope.ts';
import type { Action, Resource } from './access.ts';
import { POLICIES, type Rule } from './policies.generated.ts';
import { departmentsHeld, type Principal } from './terms.ts';

const parsed = new Map<string, boolean>();

const rulesOf = (action: Action): readonly Rule[] => (Object.hasOwn(POLICIES, action) ? (POLICIES[action] as readonly Rule[]) : []);

/** False where no policy names the action. */
const parse = (action: Action): boolean => {
  const known = parsed.get(action);
  if (known !== undefined) return known;
  const rules = rulesOf(action);
  const staticPolicies = Object.fromEntries(rules.map(({ id, policy }) => [id, policy]));
  if (rules.length > 0) {
    const answer = preparsePolicySet(action, { staticPolicies });
    if (answer.type === 'failure') throw new Error(`Policies of ${action}: ${answer.errors[0]?.message}`);
  }
  parsed.set(action, rules.length > 0);
  return rules.length > 0;
};

const uid = (type: string, id: string) => ({ type, id });
const ref = (type: string, id: string) => ({ __entity: { type, id } });
const DISTRICT = uid('District', 'district');

const dutyOf = ({ department, duty }: { department: string; duty: string }) => ({ department: ref('Department', department), duty });

const uidOfPrincipal = ({ kind, id }: Principal) => uid(kind === 'service' ? 'Service' : 'Person', id);

/** The caller as policies see it; built once per principal object, which lives for one request. */
const callers = new WeakMap<Principal, object>();
const callerEntity = (principal: Principal): object => {
  const known = callers.get(principal);
  if (known) return known;
  const { roles, towns, duties, bureau } = principal;
  const entity = {
    uid: uidOfPrincipal(principal),
    parents: [DISTRICT],
    attrs: {
      roles: [...roles],
      towns: towns.map((id) => ref('Town', id)),
      duties: duties.map(dutyOf),
      departments: departmentsHeld(principal).map((id) => ref('Department', id)),
      bureau: duties.filter(({ department }) => department === bureau).map(({ duty }) => duty),
      actsFor: duties.flatMap((duty) => (duty.for === undefined ? [] : [ref('Person', duty.for)])),
    },
  };
  callers.set(principal, entity);
  return entity;
};

const resourceEntity = (resource: Resource) => {
  if (resource.type === 'District') return { uid: DISTRICT, parents: [], attrs: {} };
  if (resource.type !== 'Case') return { uid: uid(resource.type, resource.id), parents: [DISTRICT], attrs: {} };
  const { id, department, people, step } = resource;
  const attrs = {
    department: ref('Department', department),
    people: people.map((one) => ref('Person', one)),
    ...(step && { step: dutyOf(step) }),
  };
  return { uid: uid('Case', id), parents: [uid('Department', department)], attrs };
};

/** A question as Cedar takes it, but for the policies. */
export const questionOf = (principal: Principal, action: Action, resource: Resource) => {
  const caller = callerEntity(principal);
  const on = resourceEntity(resource);
  return {
    principal: uidOfPrincipal(principal),
    action: uid('Action', action),
    resource: on.uid,
    context: {},
    // Of another person nothing is known here but who it is.
    entities: (resource.type === 'Person' ? [caller] : [caller, on]) as EntityJson[],
  };
};

const ask = (principal: Principal, action: Action, resource: Resource) => {
  const answer = statefulIsAuthorized({ ...questionOf(principal, action, resource), preparsedPolicySetId: action });
  if (answer.type === 'failure') throw new Error(`Cedar: ${answer.errors[0]?.message}`);
  const { decision, diagnostics } = answer.response;
  // A policy that cannot be evaluated (an attribute that is missing) counts for nothing in Cedar: here it is a mistake of ours.
  if (diagnostics.errors.length > 0) throw new Error(`Cedar: ${diagnostics.errors[0]?.policyId}: ${diagnostics.errors[0]?.error.message}`);
  return { allowed: decision === 'allow', reason: diagnostics.reason };
};

export const isAllowed = (principal: Principal, action: Action, resource: Resource): boolean =>
  parse(action) && ask(principal, action, resource).allowed;

/** Does at a function's start what its first decision would wait for: the engine compiles itself as it goes, which Lambda's start has more processor for. */
export const warmUp = (actions: readonly Action[]): void => {
  const nobody: Principal = { kind: 'person', id: 'nobody', name: '', roles: [], towns: [], duties: [], bureau: '' };
  for (const action of new Set(actions)) isAllowed(nobody, action, { type: 'District' });
};

/** Whom the policies permit the action, in words. */
export const permitting = (action: Action): readonly Text[] => rulesOf(action).filter(({ effect }) => effect === 'permit');

/** The decision, and the words of the rules that forbade it. */
export const decided = (
  principal: Principal,
  action: Action,
  resource: Resource,
): { readonly allowed: boolean; readonly forbiddenBy: readonly Text[] } => {
  if (!parse(action)) return { allowed: false, forbiddenBy: [] };
  const { allowed, reason } = ask(principal, action, resource);
  return { allowed, forbiddenBy: allowed ? [] : rulesOf(action).filter(({ id }) => reason.includes(id)) };
};
