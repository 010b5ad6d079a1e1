import Type, { type Static } from 'typebox';
import { CaseProposal, StepAnswer } from './casework.ts';
import { defineEvent, type EventOf, Id, Text, Timestamp } from './envelope.ts';

/** How much of each kind of resource; the kinds are the district's (`cloud.kinds`). */
export const Amounts = Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
  description: '各类资源的数量，以目录中的种类 id 为键 By the ids of the catalogue’s kinds, e.g. { "vcpu": 8, "memoryGiB": 32 }',
});
export type Amounts = Static<typeof Amounts>;

export const Environment = Type.Union([Type.Literal('production'), Type.Literal('test')]);
export type Environment = Static<typeof Environment>;

/** 网络安全等级保护 (GB/T 22239) of a system, 1 to 4. */
export const ProtectionLevel = Type.Integer({ minimum: 1, maximum: 4, description: '等保级别 Level of protection, GB/T 22239' });

/** What an allocation is to those who act on it. */
export const AllocationFacts = Type.Object(
  {
    allocationId: Id('alc'),
    department: Type.String(),
    system: Type.Object({ systemId: Id('sys'), name: Type.String() }, { additionalProperties: false }),
    zone: Type.String(),
    environment: Environment,
    amounts: Amounts,
    validFrom: Timestamp,
    expiresAt: Timestamp,
  },
  { additionalProperties: false },
);
export type AllocationFacts = Static<typeof AllocationFacts>;

const facts: AllocationFacts = {
  allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  department: 'education',
  system: { systemId: 'sys_01JZ1Q2W3E4R5T6Y7V8X9C0B1N', name: '招生报名系统' },
  zone: 'government',
  environment: 'production',
  amounts: { vcpu: 8, memoryGiB: 32 },
  validFrom: '2026-07-03T10:00:00.000+08:00',
  expiresAt: '2027-07-03T10:00:00.000+08:00',
};

export const QuotaStepAnswered = defineEvent({
  source: 'cloud-quota',
  name: 'QuotaStepAnswered',
  version: 1,
  description: 'The answer to a step of a case that asked for `cloud-quota.…`; asked again, the same answer is told again.',
  data: StepAnswer,
  sample: {
    caseId: 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
    step: 'allocate',
    attempt: 3,
    outcome: 'granted',
    findings: [],
    result: { allocationId: facts.allocationId },
  },
});

export const QuotaCaseProposed = defineEvent({
  source: 'cloud-quota',
  name: 'QuotaCaseProposed',
  version: 1,
  description: 'Something that a person should decide: an expiry, a recall for low use, a freeze, a release.',
  data: CaseProposal,
  sample: {
    proposalId: `${facts.allocationId}-expiry-2027-07-03`,
    formId: 'cloud-quota-expiry',
    department: 'education',
    data: { allocationId: facts.allocationId, daysLeft: 30 },
    reason: { zh: '招生报名系统的资源 30 天后到期', en: 'The resources of 招生报名系统 expire in 30 days' },
  },
});

export const AllocationGranted = defineEvent({
  source: 'cloud-quota',
  name: 'AllocationGranted',
  version: 1,
  description: 'Resources were reserved for a system, from its department’s quota and the zone’s pool.',
  data: Type.Object(
    { ...AllocationFacts.properties, caseId: Id('case'), priceFenPerMonth: Type.Integer({ minimum: 0 }) },
    { additionalProperties: false },
  ),
  sample: { ...facts, caseId: 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N', priceFenPerMonth: 97_600 },
});

const Change = Type.Union([
  Type.Literal('extended'),
  Type.Literal('resized'),
  Type.Literal('recalled'),
  Type.Literal('transferred'),
  Type.Literal('unfrozen'),
]);
export type Change = Static<typeof Change>;

export const AllocationChanged = defineEvent({
  source: 'cloud-quota',
  name: 'AllocationChanged',
  version: 1,
  description: 'An allocation was extended, resized, recalled in part, handed to another department, or is active again.',
  data: Type.Object(
    {
      ...AllocationFacts.properties,
      caseId: Id('case'),
      change: Change,
    },
    { additionalProperties: false },
  ),
  sample: { ...facts, amounts: { vcpu: 4, memoryGiB: 16 }, caseId: 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B2N', change: 'resized' },
});

export const AllocationFrozen = defineEvent({
  source: 'cloud-quota',
  name: 'AllocationFrozen',
  version: 1,
  description: 'An allocation may not be used for the time being; its resources stay reserved. `caseId` is missing where time did it.',
  data: Type.Object({ ...AllocationFacts.properties, reason: Text, caseId: Type.Optional(Id('case')) }, { additionalProperties: false }),
  sample: {
    ...facts,
    reason: { zh: '到期后 15 天内无人决定，按规则冻结', en: 'Nobody decided within 15 days after expiry: frozen by rule' },
  },
});

export const AllocationReleased = defineEvent({
  source: 'cloud-quota',
  name: 'AllocationReleased',
  version: 1,
  description: 'An allocation ended, in a case in which the last export was confirmed; its resources are back in the pool.',
  data: Type.Object({ ...AllocationFacts.properties, caseId: Id('case') }, { additionalProperties: false }),
  sample: { ...facts, caseId: 'case_01JZ1Q2W3E4R5T6Y7V8X9C0B3N' },
});

export const AllocationExpiryNoticed = defineEvent({
  source: 'cloud-quota',
  name: 'AllocationExpiryNoticed',
  version: 1,
  description: 'An allocation expires soon: told at each notice that the district’s rules name (30, 7 and 1 days before).',
  data: Type.Object({ ...AllocationFacts.properties, notice: Type.Integer(), daysLeft: Type.Integer() }, { additionalProperties: false }),
  sample: { ...facts, notice: 7, daysLeft: 7 },
});

export const AllocationBudgetWarned = defineEvent({
  source: 'cloud-quota',
  name: 'AllocationBudgetWarned',
  version: 1,
  description: 'What an allocation costs this month, projected to its end, comes near or above its budget.',
  data: Type.Object(
    {
      ...AllocationFacts.properties,
      month: Type.String({ pattern: '^\\d{4}-\\d{2}$' }),
      budgetFen: Type.Integer({ minimum: 0 }),
      projectedFen: Type.Integer({ minimum: 0 }),
      /** The threshold that was passed. */
      percent: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
  sample: { ...facts, month: '2026-08', budgetFen: 97_600, projectedFen: 101_300, percent: 100 },
});

export const PoolChanged = defineEvent({
  source: 'cloud-quota',
  name: 'PoolChanged',
  version: 1,
  description: 'The capacity of a zone’s pool is another.',
  data: Type.Object({ zone: Type.String(), before: Amounts, capacity: Amounts }, { additionalProperties: false }),
  sample: { zone: 'government', before: { vcpu: 2000 }, capacity: { vcpu: 2400 } },
});

export const SystemRegistered = defineEvent({
  source: 'cloud-quota',
  name: 'SystemRegistered',
  version: 1,
  description: 'A system of a department is in the register: by its department, or because resources were granted to it.',
  data: Type.Object(
    { systemId: Id('sys'), department: Type.String(), name: Type.String(), level: ProtectionLevel },
    { additionalProperties: false },
  ),
  sample: { ...facts.system, department: 'education', level: 2 },
});

export const BooksDiffered = defineEvent({
  source: 'cloud-quota',
  name: 'BooksDiffered',
  version: 1,
  description: 'The nightly audit added the journal up and found other sums than the books hold: somebody must look.',
  data: Type.Object(
    {
      zone: Type.String(),
      differences: Type.Array(
        Type.Object(
          { account: Type.String(), kind: Type.String(), books: Type.Integer(), journal: Type.Integer() },
          { additionalProperties: false },
        ),
        { maxItems: 100 },
      ),
    },
    { additionalProperties: false },
  ),
  sample: { zone: 'government', differences: [{ account: 'free', kind: 'vcpu', books: 1992, journal: 1984 }] },
});

export type CloudQuotaEvent =
  | EventOf<typeof QuotaStepAnswered>
  | EventOf<typeof QuotaCaseProposed>
  | EventOf<typeof AllocationGranted>
  | EventOf<typeof AllocationChanged>
  | EventOf<typeof AllocationFrozen>
  | EventOf<typeof AllocationReleased>
  | EventOf<typeof AllocationExpiryNoticed>
  | EventOf<typeof AllocationBudgetWarned>
  | EventOf<typeof PoolChanged>
  | EventOf<typeof SystemRegistered>
  | EventOf<typeof BooksDiffered>;
