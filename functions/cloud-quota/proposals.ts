/** Cases that the platform opens by itself, for a person to decide: what they say and which form they are. */
import { QuotaCaseProposed } from '#events/cloud-quota.ts';
import { type Occurrence, occurred, type Text } from '#events/envelope.ts';
import type { Allocation } from './allocation.ts';
import type { Amounts } from './amounts.ts';

/** The forms' ids; their data hold what `dataOf` gives and what each adds. */
export const FORMS = {
  expiry: 'cloud-quota-expiry',
  freeze: 'cloud-quota-freeze',
  release: 'cloud-quota-release',
  recall: 'cloud-quota-recall',
} as const;

const dataOf = ({ allocationId, system, zone, environment, amounts, expiresAt }: Allocation) => ({
  allocationId,
  system,
  zone,
  environment,
  current: amounts,
  expiresAt,
});

/** The same matter of the same term is one proposal, however often it is found. */
const propose = (kind: keyof typeof FORMS, allocation: Allocation, of: string, more: object, reason: Text): Occurrence => {
  const proposalId = `${allocation.allocationId}-${kind}-${of}`;
  const data = { ...dataOf(allocation), ...more };
  return occurred(QuotaCaseProposed, [proposalId], {
    proposalId,
    formId: FORMS[kind],
    department: allocation.department,
    data,
    reason,
  });
};

const date = (instant: string): string => instant.slice(0, 10);

export const proposeExpiry = (allocation: Allocation, daysLeft: number): Occurrence =>
  propose(
    'expiry',
    allocation,
    date(allocation.expiresAt),
    { daysLeft },
    {
      zh: `“${allocation.system.name}”的资源 ${daysLeft} 天后到期：续期，或到期后收回`,
      en: `The resources of “${allocation.system.name}” expire in ${daysLeft} days: extend them, or let them go`,
    },
  );

export const proposeFreeze = (allocation: Allocation, graceDays: number): Occurrence =>
  propose(
    'freeze',
    allocation,
    date(allocation.expiresAt),
    { graceDays },
    {
      zh: `“${allocation.system.name}”的资源已到期：是否冻结。${graceDays} 天内无人决定则按规则冻结，资源仍予保留`,
      en: `The resources of “${allocation.system.name}” have expired: freeze them? Without a decision within ${graceDays} days a rule freezes them; they stay reserved`,
    },
  );

export const proposeRelease = (allocation: Extract<Allocation, { phase: 'frozen' }>, days: number): Occurrence =>
  propose(
    'release',
    allocation,
    date(allocation.frozenAt),
    { frozenAt: allocation.frozenAt, exported: false },
    {
      zh: `“${allocation.system.name}”的资源已冻结 ${days} 天：导出数据后释放`,
      en: `The resources of “${allocation.system.name}” have been frozen for ${days} days: release them after a last export`,
    },
  );

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const proposeRecall = (allocation: Allocation, day: string, utilisation: number, amounts: Amounts): Occurrence =>
  propose(
    'recall',
    allocation,
    day,
    { utilisation, amounts },
    {
      zh: `“${allocation.system.name}”的资源利用率为 ${percent(utilisation)}：建议收回闲置部分`,
      en: `“${allocation.system.name}” uses ${percent(utilisation)} of its resources: take back what lies idle?`,
    },
  );
