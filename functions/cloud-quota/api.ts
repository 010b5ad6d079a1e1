import Type, { type Static } from 'typebox';
import { Finding } from '#events/casework.ts';
import { AllocationFacts, Amounts, Environment, ProtectionLevel } from '#events/cloud-quota.ts';
import { Id, Text, Timestamp } from '#events/envelope.ts';
import { operation } from '#runtime/operation.ts';
import { DataClass, Kind, Preset, Rules } from './catalogue.ts';

export * from './register-api.ts';

const closed = { additionalProperties: false } as const;
const Day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' });
const Fen = Type.Integer({ minimum: 0, description: '分 1/100 yuan' });
const Used = Type.Record(Type.String(), Type.Number({ minimum: 0 }), {
  description: '种类 id: 当日最高用量 Each kind’s highest of the day',
});
const Share = Type.Number({ minimum: 0, description: '利用率，1 为全部 Utilisation; 1 is all' });
const AllocationPhase = Type.Union([Type.Literal('active'), Type.Literal('frozen'), Type.Literal('released')]);
const ForecastView = Type.Object(
  {
    trend: Type.Number({ description: '每天的变化 Change per day' }),
    expected: Type.Number({ description: '预测期末的值 At the end of the forecast' }),
    reachedOn: Type.Optional(Type.String({ ...Day, description: '达到上限的日期 The day on which the limit is passed' })),
    days: Type.Integer({ description: '依据的天数 How many days it rests on' }),
  },
  closed,
);

export const Catalogue = Type.Object(
  {
    currency: Type.String(),
    kinds: Type.Array(Kind),
    dataClasses: Type.Array(DataClass),
    zones: Type.Array(
      Type.Object({ id: Type.String(), name: Text, level: Type.Integer(), dataClasses: Type.Array(Type.String()) }, closed),
    ),
    presets: Type.Array(Type.Object({ ...Preset.properties, priceFenPerMonth: Fen }, closed)),
    rules: Rules,
    /** Those whose quota the caller sees. */
    departments: Type.Array(Type.Object({ id: Type.String(), name: Text }, closed)),
  },
  closed,
);

export const getCatalogue = operation({
  id: 'getCloudCatalogue',
  method: 'GET',
  path: '/v1/cloud-quota/catalogue',
  summary: { zh: '资源目录、价格、规格与规则', en: 'What there is to apply for: kinds, prices, sizes, rules' },
  action: 'quota:read',
  response: Catalogue,
});

export const Estimate = Type.Object(
  {
    currency: Type.String(),
    lines: Type.Array(Type.Object({ kind: Type.String(), amount: Type.Integer(), price: Type.Number(), fenPerMonth: Fen }, closed)),
    priceFenPerMonth: Fen,
    /** For the whole term. */
    priceFen: Fen,
    freeInPool: Type.Record(Type.String(), Type.Integer()),
    freeInDepartment: Type.Record(Type.String(), Type.Integer(), { description: '-1 不限 unlimited' }),
    /** Would pass by rule. */
    standard: Type.Boolean(),
    utilisation: Type.Optional(Share),
    findings: Type.Array(Finding),
  },
  closed,
);
export type Estimate = Static<typeof Estimate>;

export const estimate = operation({
  id: 'estimateCloudRequest',
  method: 'POST',
  path: '/v1/cloud-quota/estimates',
  summary: {
    zh: '申请前的估算：价格、余量、检查结果',
    en: 'Before a request is sent: its price, what is left, what the checks would find',
  },
  action: 'quota:read',
  body: Type.Object(
    {
      department: Type.String(),
      zone: Type.String(),
      amounts: Amounts,
      months: Type.Integer({ minimum: 1, maximum: 120 }),
      environment: Type.Optional(Environment),
      system: Type.Optional(
        Type.Object(
          {
            id: Type.Optional(Id('sys')),
            name: Type.Optional(Type.String({ maxLength: 200 })),
            level: Type.Optional(ProtectionLevel),
          },
          closed,
        ),
      ),
      dataClasses: Type.Optional(Type.Array(Type.String(), { maxItems: 50 })),
      allocationId: Type.Optional(Type.String({ ...Id('alc'), description: '变更已有的分配 Of a change: the allocation' })),
    },
    closed,
  ),
  response: Estimate,
  failures: ['unknown-zone', 'unknown-kind', 'unknown-allocation', 'unknown-department'],
});

const PoolKind = Type.Object(
  {
    kind: Type.String(),
    capacity: Type.Integer({ minimum: 0 }),
    reserved: Type.Integer({ minimum: 0 }),
    free: Type.Integer({ minimum: 0 }),
    used: Type.Optional(Type.Number({ minimum: 0, description: '最近一次计量 As last measured' })),
    forecast: Type.Optional(ForecastView),
  },
  closed,
);

const DepartmentShare = Type.Object(
  {
    department: Type.String(),
    kinds: Type.Array(
      Type.Object(
        {
          kind: Type.String(),
          limit: Type.Integer({ minimum: -1, description: '-1 不限 unlimited, 0 停用 disabled' }),
          reserved: Type.Integer({ minimum: 0 }),
          free: Type.Integer({ minimum: -1, description: '-1 只受资源池限制 limited by the pool only' }),
          used: Type.Optional(Type.Number({ minimum: 0 })),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const PoolView = Type.Object(
  {
    zone: Type.String(),
    name: Text,
    kinds: Type.Array(PoolKind),
    departments: Type.Array(DepartmentShare),
    measuredOn: Type.Optional(Day),
    /** Of the capacity: what a change of it must name. */
    version: Type.Integer({ minimum: 0 }),
  },
  closed,
);
export type PoolView = Static<typeof PoolView>;

export const listPools = operation({
  id: 'listCloudPools',
  method: 'GET',
  path: '/v1/cloud-quota/pools',
  summary: { zh: '资源池：容量、已分配、在用、空闲、预测', en: 'The pools: capacity, reserved, used, free, forecast' },
  action: 'quota:read',
  response: Type.Object({ items: Type.Array(PoolView) }, closed),
});

export const changePool = operation({
  id: 'changeCloudPool',
  method: 'PATCH',
  path: '/v1/cloud-quota/pools/{zone}',
  summary: { zh: '改变资源池容量（不低于已分配）', en: 'Change the capacity of a pool, never below what is reserved' },
  action: 'quota:operate',
  params: Type.Object({ zone: Type.String() }),
  body: Type.Object({ capacity: Amounts }, closed),
  versioned: true,
  response: PoolView,
  failures: ['unknown-zone', 'unknown-kind', 'below-reserved'],
});

export const AllocationView = Type.Object(
  {
    ...AllocationFacts.properties,
    phase: AllocationPhase,
    level: ProtectionLevel,
    dataClasses: Type.Array(Type.String()),
    caseId: Id('case'),
    priceFenPerMonth: Fen,
    budgetFenPerMonth: Fen,
    frozenAt: Type.Optional(Timestamp),
    frozenBecause: Type.Optional(Text),
    releasedAt: Type.Optional(Timestamp),
    used: Type.Optional(Used),
    utilisation: Type.Optional(Share),
    measuredOn: Type.Optional(Day),
    version: Type.Integer({ minimum: 1 }),
  },
  closed,
);
export type AllocationView = Static<typeof AllocationView>;

export const listAllocations = operation({
  id: 'listCloudAllocations',
  method: 'GET',
  path: '/v1/cloud-quota/allocations',
  summary: { zh: '资源分配（新的在前）', en: 'Allocations, newest first' },
  action: 'quota:read',
  query: Type.Object({
    department: Type.Optional(Type.String()),
    phase: Type.Optional(Type.Unsafe<Static<typeof AllocationPhase>>({ ...AllocationPhase, default: 'active' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
    cursor: Type.Optional(Type.String({ description: '`next` of the page before' })),
  }),
  response: Type.Object({ items: Type.Array(AllocationView), next: Type.Optional(Type.String()) }, closed),
});

const allocationParams = Type.Object({ allocationId: Id('alc') });

export const AllocationDetail = Type.Object(
  {
    ...AllocationView.properties,
    /** The last quarter. */
    usage: Type.Array(Type.Object({ day: Day, used: Used, costFen: Type.Optional(Fen) }, closed)),
    /** By kind, where enough was measured: when its use passes what is reserved. */
    forecast: Type.Record(Type.String(), ForecastView),
    journal: Type.Array(
      Type.Object(
        {
          seq: Type.Integer({ minimum: 1 }),
          at: Timestamp,
          movement: Type.String(),
          by: Type.String(),
          caseId: Type.Optional(Id('case')),
          /** Signed. */
          amounts: Type.Record(Type.String(), Type.Integer()),
        },
        closed,
      ),
    ),
    notices: Type.Array(Type.Integer(), {
      description: '本期已发的到期提醒（提前天数） Notices given of this term, in days before its end',
    }),
  },
  closed,
);
export type AllocationDetail = Static<typeof AllocationDetail>;

export const getAllocation = operation({
  id: 'getCloudAllocation',
  method: 'GET',
  path: '/v1/cloud-quota/allocations/{allocationId}',
  summary: { zh: '一项分配：用量、预测、流水、提醒', en: 'One allocation: use, forecast, journal, notices' },
  action: 'quota:read',
  params: allocationParams,
  response: AllocationDetail,
});

const Files = Type.Record(Type.String(), Type.String(), { description: '路径: 内容 Path: content' });

export const getBlueprint = operation({
  id: 'getCloudBlueprint',
  method: 'GET',
  path: '/v1/cloud-quota/allocations/{allocationId}/blueprint',
  summary: {
    zh: '按分配生成的起步应用（CDK）：配额为硬限制，含标签、预算、网络与安全基线',
    en: 'The starter app of an allocation (CDK): its quota as hard limits, tags, budget, network and security baseline',
  },
  action: 'quota:read',
  params: allocationParams,
  response: Type.Object({ files: Files }, closed),
  failures: ['unknown-allocation', 'not-active'],
});

export const putUsage = operation({
  id: 'putCloudUsage',
  method: 'PUT',
  path: '/v1/cloud-quota/allocations/{allocationId}/usage',
  summary: { zh: '报送用量（部门或云服务商自己的计量）', en: 'Report use, from a department’s or the provider’s own meters' },
  action: 'quota:meter',
  params: allocationParams,
  body: Type.Object(
    { days: Type.Array(Type.Object({ day: Day, used: Used, costFen: Type.Optional(Fen) }, closed), { minItems: 1, maxItems: 31 }) },
    closed,
  ),
  response: Type.Object({ days: Type.Integer({ description: '已记录的天数 Days that are recorded' }) }, closed),
  failures: ['unknown-allocation', 'unknown-kind', 'no-such-day'],
});
