/** What was allocated to a department: the facts in allocation.json, on which everything else here stands. */

/** `-1` unlimited, `0` disabled. */
export const UNLIMITED = -1;
export const DISABLED = 0;

export const QUOTA_KINDS = ['vcpu', 'memoryGiB', 'blockGiB', 'objectGiB', 'databaseGiB', 'bandwidthMbps', 'functionConcurrency'] as const;
export type QuotaKind = (typeof QUOTA_KINDS)[number];
export type Quota = Readonly<Record<QuotaKind, number>>;

export const QUOTA_WORDS: Readonly<Record<QuotaKind, { readonly zh: string; readonly en: string }>> = {
  vcpu: { zh: 'vCPU（核）', en: 'vCPUs' },
  memoryGiB: { zh: '内存（GiB）', en: 'memory (GiB)' },
  blockGiB: { zh: '块存储（GiB）', en: 'block storage (GiB)' },
  objectGiB: { zh: '对象存储（GiB）', en: 'object storage (GiB)' },
  databaseGiB: { zh: '数据库（GiB）', en: 'database (GiB)' },
  bandwidthMbps: { zh: '出口带宽（Mbps）', en: 'bandwidth (Mbps)' },
  functionConcurrency: { zh: '函数并发（个）', en: 'concurrent functions' },
};

export const CURRENCIES = ['CNY', 'USD'] as const;
export type Currency = (typeof CURRENCIES)[number];

export interface Allocation {
  readonly allocationId: string;
  readonly systemId: string;
  readonly department: string;
  /** Administrative code, GB/T 2260. */
  readonly district: string;
  /** `internet` may be reached from the internet; every other zone may not. */
  readonly zone: string;
  readonly environment: string;
  /** 等保 level, GB/T 22239 */
  readonly level: 1 | 2 | 3 | 4;
  readonly dataClasses: readonly string[];
  readonly quota: Quota;
  /** RFC 3339 */
  readonly expiresAt: string;
  readonly monthlyBudget?: { readonly amount: number; readonly currency: Currency };
}

/** A mistake that the reader can mend: no stack trace, for it would show our code instead of theirs. */
export class DepartmentError extends Error {
  override readonly name = 'DepartmentError';
  constructor(zh: string, en: string) {
    super(`${zh}\n  ${en}`);
    this.stack = `${this.name}: ${this.message}`;
  }
}

type Check = readonly [expected: string, holds: (value: unknown) => boolean];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const matches =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value);

/** What a tag's value may hold in every service: it becomes one. */
const WORD: Check = ['[A-Za-z0-9_.-]{1,64}', matches(/^[A-Za-z0-9_.-]{1,64}$/)];

const CHECKS: Readonly<Record<string, Check>> = {
  allocationId: WORD,
  systemId: WORD,
  department: WORD,
  district: WORD,
  zone: WORD,
  environment: WORD,
  level: ['1 | 2 | 3 | 4', (value) => [1, 2, 3, 4].includes(value as number)],
  dataClasses: [
    '["internal", …]',
    (value) => Array.isArray(value) && value.length > 0 && value.every((one) => WORD[1](one)) && value.join('+').length <= 256,
  ],
  expiresAt: [
    '2027-07-01T00:00:00+08:00',
    (value) => matches(/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/)(value) && Number.isFinite(Date.parse(value as string)),
  ],
  quota: ['{ "vcpu": …, … }', isRecord],
};

const isAmount = (value: unknown): boolean => value === UNLIMITED || (typeof value === 'number' && Number.isFinite(value) && value >= 0);
const isBudget = (value: unknown): boolean =>
  isRecord(value) && typeof value.amount === 'number' && value.amount > 0 && CURRENCIES.includes(value.currency as Currency);

const mistakesIn = (facts: Readonly<Record<string, unknown>>): string[] => {
  const mistakes = Object.entries(CHECKS).flatMap(([name, [expected, holds]]) => (holds(facts[name]) ? [] : [`${name}: ${expected}`]));
  const quota = isRecord(facts.quota) ? facts.quota : {};
  for (const kind of QUOTA_KINDS) if (!isAmount(quota[kind])) mistakes.push(`quota.${kind}: -1 | 0 | > 0`);
  if (facts.monthlyBudget !== undefined && !isBudget(facts.monthlyBudget))
    mistakes.push('monthlyBudget: { "amount": > 0, "currency": "CNY" | "USD" }');
  return mistakes;
};

export const parseAllocation = (facts: unknown): Allocation => {
  const mistakes = isRecord(facts) ? mistakesIn(facts) : ['{ … }'];
  if (mistakes.length === 0) return facts as unknown as Allocation;
  const list = mistakes.map((one) => `\n    ${one}`).join('');
  throw new DepartmentError(`allocation.json 有误，应为：${list}`, 'allocation.json is wrong: expected the above.');
};

/** Ids hold underscores and capitals, which names of stacks and policies can't. */
export const nameOf = ({ systemId, environment }: Pick<Allocation, 'systemId' | 'environment'>): string =>
  `${systemId}-${environment}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^(?![a-z])/, 's-')
    .replace(/-+$/, '');

/** By which the platform meters what is used and whose it is. */
export const ALLOCATION_TAG = 'luojiang:allocation';

export const tagsOf = (allocation: Allocation): Readonly<Record<string, string>> => ({
  [ALLOCATION_TAG]: allocation.allocationId,
  'luojiang:department': allocation.department,
  'luojiang:system': allocation.systemId,
  district: allocation.district,
  environment: allocation.environment,
  'data-class': allocation.dataClasses.join('+'),
});

/** Whether the zone may be reached from the internet. */
export const isPublic = ({ zone }: Pick<Allocation, 'zone'>): boolean => zone === 'internet';
