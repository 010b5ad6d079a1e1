/** Builders for the tests of this folder: a small cloud of two zones, three departments, one system of schools. */
import type { Duty, Principal } from '#functions/identity/access.ts';
import type { Allocation } from './allocation.ts';
import { NOTHING_TOLD } from './allocation.ts';
import type { Amounts } from './amounts.ts';
import type { Cloud } from './catalogue.ts';
import type { QuotaConfig } from './config.ts';
import type { Desk, StepRequest } from './desk.ts';
import { type Books, following } from './ledger.ts';

/** Noon in China. */
export const NOW = Date.UTC(2026, 6, 1, 4);
export const AT = '2026-07-01T04:00:00.000Z';
export const DAY_MS = 86_400_000;
export const later = (days: number): number => NOW + days * DAY_MS;
export const iso = (days: number): string => new Date(later(days)).toISOString();

const text = (zh: string, en: string) => ({ zh, en });

export const CLOUD: Cloud = {
  currency: 'CNY',
  kinds: [
    { id: 'vcpu', name: text('处理器', 'vCPU'), unit: text('核', 'cores'), price: 4500 },
    { id: 'memoryGiB', name: text('内存', 'Memory'), unit: text('GiB', 'GiB'), price: 1800 },
    { id: 'objectGiB', name: text('对象存储', 'Object storage'), unit: text('GiB', 'GiB'), price: 12 },
  ],
  dataClasses: [
    { id: 'open', name: text('公开数据', 'Open data') },
    { id: 'personal', name: text('个人信息', 'Personal information') },
  ],
  zones: [
    {
      id: 'inner',
      name: text('政务区', 'Inner zone'),
      level: 3,
      dataClasses: ['open', 'personal'],
      capacity: { vcpu: 100, memoryGiB: 400, objectGiB: 5000 },
    },
    { id: 'outer', name: text('互联网区', 'Outer zone'), level: 2, dataClasses: ['open'], capacity: { vcpu: 20, memoryGiB: 80 } },
  ],
  limits: {
    default: { vcpu: 60, memoryGiB: 240, objectGiB: -1 },
    departments: [
      { department: 'health', zone: 'inner', limits: { vcpu: 80 } },
      { department: 'water', zone: 'inner', limits: { objectGiB: 0 } },
    ],
  },
  presets: [{ id: 'small', name: text('小型', 'Small'), amounts: { vcpu: 4, memoryGiB: 8 } }],
  rules: {
    standard: { amounts: { vcpu: 8, memoryGiB: 32 }, months: 12, environments: ['production', 'test'] },
    maximumMonths: { production: 36, test: 6 },
    utilisation: { recallBelow: 0.2, days: 30, again: 90 },
    notices: [30, 7, 1],
    graceDays: 15,
    releaseAfterDays: 40,
    forecastDays: 180,
    budgetPercent: [80, 100],
  },
};

export const DEPARTMENTS = ['schools', 'health', 'water', 'bureau'] as const;

export const CONFIG: QuotaConfig = {
  cloud: CLOUD,
  departments: DEPARTMENTS.map((id) => ({ id, name: text(id, id) })),
  timezone: 'Asia/Shanghai',
  apps: { code: '510604', region: 'cn-north-1', identity: { issuer: 'https://sso.example', audience: 'luojiang-api' } },
};

export const opened = (zone = 'inner', capacity?: Amounts): Books => {
  const found = CLOUD.zones.find(({ id }) => id === zone);
  if (!found) throw new Error(zone);
  return following(undefined, capacity ? { ...found, capacity } : found, AT).books;
};

const letters = (number: number): string => String(number).padStart(26, '0');
export const caseId = (number: number): string => `case_${letters(number)}`;
export const allocationId = (number: number): string => `alc_${letters(number)}`;
export const SYSTEM_ID = `sys_${letters(7)}`;

export const allocation = (change: Partial<Extract<Allocation, { phase: 'active' }>> = {}): Extract<Allocation, { phase: 'active' }> => ({
  phase: 'active',
  allocationId: allocationId(1),
  department: 'schools',
  system: { systemId: SYSTEM_ID, name: '招生系统' },
  level: 2,
  dataClasses: ['open'],
  zone: 'inner',
  environment: 'production',
  amounts: { vcpu: 8, memoryGiB: 32 },
  validFrom: AT,
  expiresAt: '2027-07-01T04:00:00.000Z',
  priceFenPerMonth: 93_600,
  budgetFenPerMonth: 93_600,
  caseId: caseId(1),
  entries: [2],
  told: NOTHING_TOLD,
  ...change,
});

export const INPUT = {
  system: { name: '学籍系统', level: 2 },
  dataClasses: ['open'],
  zone: 'inner',
  environment: 'production',
  amounts: { vcpu: 4, memoryGiB: 8 },
  months: 12,
};

export const request = (what: string, input: object = INPUT, change: Partial<StepRequest> = {}): StepRequest => ({
  caseId: caseId(9),
  department: 'schools',
  applicant: 'person:jiang-he',
  step: what,
  attempt: 3,
  what,
  input: input as StepRequest['input'],
  ...change,
});

export const desk = (change: Partial<Desk> = {}): Desk => ({
  cloud: CLOUD,
  departments: DEPARTMENTS,
  books: opened(),
  allocations: new Map(),
  systems: new Map(),
  asked: new Map(),
  ...change,
});

export const person = (id: string, ...duties: readonly Duty[]): Principal => ({
  kind: 'person',
  id,
  name: id,
  roles: [],
  towns: [],
  duties,
  bureau: 'bureau',
});
export const itOf = (department: string): Duty => ({ department, duty: 'it-officer' });
export const SCHOOLS = person('jiang-he', itOf('schools'));
export const HEALTH = person('fang-lan', itOf('health'));
export const REVIEWER = person('peng-tao', { department: 'bureau', duty: 'reviewer' });
export const OPERATOR = person('dong-kai', { department: 'bureau', duty: 'operator' });
export const MACHINE: Principal = { ...person('schools-service', itOf('schools')), kind: 'service' };
