/** What is asked of the policies in the measurements: an officer who also acts for another, at each kind of thing. */
import { type Action, DISTRICT, department, type Principal, type Resource, town } from '#functions/identity/access.ts';
import { POLICIES, type Rule } from '#functions/identity/policies.generated.ts';

/** A principal lives for one request: nothing that is kept for it may help the next. */
export const officer = (): Principal => ({
  kind: 'person',
  id: 'cao-ning',
  name: '曹宁',
  roles: ['duty-officer'],
  towns: ['wanan'],
  duties: [
    { department: 'big-data', duty: 'reviewer' },
    { department: 'big-data', duty: 'reviewer', for: 'peng-tao' },
    { department: 'education', duty: 'it-officer' },
  ],
  bureau: 'big-data',
});

const one: Resource = {
  type: 'Case',
  id: 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  department: 'health',
  people: ['fang-lan'],
  step: { department: 'big-data', duty: 'reviewer' },
};

export const QUESTIONS: readonly (readonly [Action, Resource])[] = [
  ['cases:read', one],
  ['cases:decide', one],
  ['cases:create', department('education')],
  ['quota:read', DISTRICT],
  ['directory:read', department('health')],
  ['incidents:acknowledge', town('wanan')],
];

const unique = (rules: readonly Rule[]): Rule[] => [...new Map(rules.map((rule) => [rule.id, rule])).values()];
const OURS = unique(Object.values(POLICIES).flat());

/** Ours, and so many more that are like them but for the words they ask for: as many more about each action. */
export const policies = (
  count: number,
): { readonly all: readonly Rule[]; readonly byAction: Readonly<Record<string, readonly Rule[]>> } => {
  const variant = (rule: Rule, n: number): Rule => ({
    ...rule,
    id: `${rule.id}-${n}`,
    policy: rule.policy
      .replaceAll(`"${rule.id}"`, `"${rule.id}-${n}"`)
      .replace(/"(reviewer|approver|operator|auditor|registrar|head|it-officer)"/g, `"$1-${n}"`),
  });
  const all = Array.from({ length: count }, (_, i) => {
    const rule = OURS[i % OURS.length] as Rule;
    return i < OURS.length ? rule : variant(rule, Math.floor(i / OURS.length));
  });
  const names = (rule: Rule, action: string) => rule.policy.includes(`"${action}"`);
  const actions = Object.keys(POLICIES);
  return { all, byAction: Object.fromEntries(actions.map((action) => [action, all.filter((rule) => names(rule, action))])) };
};

export const ownCount = OURS.length;
