/** What there is to apply for, at which price, within which limits and by which rules: the section `cloud` of the district's YAML. */
import Type, { type Static } from 'typebox';
import { Environment, ProtectionLevel } from '#events/cloud-quota.ts';
import { Text } from '#events/envelope.ts';
import { type Amounts, amountOf, kindsOf } from './amounts.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ pattern: '^[a-z][a-z0-9-]{1,31}$' });
const KindId = Type.String({ pattern: '^[a-z][a-zA-Z0-9]{1,31}$' });

/** Beyond it a slip of the pen: sums stay whole numbers. */
const Amount = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
const ByKind = Type.Record(Type.String(), Amount, { description: '种类 id: 数量 By kind' });

export const UNLIMITED = -1;
const Limits = Type.Record(Type.String(), Type.Integer({ minimum: UNLIMITED, maximum: 1_000_000_000 }), {
  description: '种类 id: 上限；-1 不限，0 停用 By kind; -1 is unlimited, 0 disabled',
});

export const Kind = Type.Object(
  {
    id: KindId,
    name: Text,
    unit: Text,
    price: Type.Number({ minimum: 0, maximum: 100_000_000, description: '每单位每月，分 Fen (1/100 yuan) per unit and month' }),
  },
  closed,
);
export type Kind = Static<typeof Kind>;

export const DataClass = Type.Object({ id: Id, name: Text }, closed);
export type DataClass = Static<typeof DataClass>;

export const Zone = Type.Object(
  {
    id: Id,
    name: Text,
    level: Type.Integer({
      ...ProtectionLevel,
      description: '该区域达到的等保级别 The level of protection up to which systems may run there',
    }),
    dataClasses: Type.Array(Type.String(), { description: '可存放的数据类别 The classes of data that may lie there' }),
    capacity: Type.Record(Type.String(), Amount, {
      description:
        '资源池容量，种类 id: 数量；经接口改过的以接口为准，直到这里再改 The pool’s, by kind; what is changed by the API holds until this changes',
    }),
  },
  closed,
);
export type Zone = Static<typeof Zone>;

export const Preset = Type.Object({ id: Id, name: Text, amounts: ByKind }, closed);
export type Preset = Static<typeof Preset>;

const Days = Type.Integer({ minimum: 1, maximum: 3650 });

export const Rules = Type.Object(
  {
    standard: Type.Object(
      { amounts: ByKind, months: Type.Integer({ minimum: 1, maximum: 120 }), environments: Type.Array(Environment) },
      { ...closed, description: '不超过即可按规则直接通过 What passes by rule, without a hand' },
    ),
    maximumMonths: Type.Object(
      { production: Type.Integer({ minimum: 1, maximum: 120 }), test: Type.Integer({ minimum: 1, maximum: 120 }) },
      { ...closed, description: '一次申请的最长期限 The longest term of one request' },
    ),
    utilisation: Type.Object(
      {
        recallBelow: Type.Number({ minimum: 0, exclusiveMaximum: 1, description: '低于此利用率提议收回 A recall is proposed below this' }),
        days: Days,
        again: Type.Integer({ ...Days, description: '再次提议前至少相隔的天数 Days before it is proposed again' }),
      },
      closed,
    ),
    notices: Type.Array(Days, { minItems: 1, uniqueItems: true, description: '到期前几天提醒 Days before expiry at which it is told' }),
    graceDays: Type.Integer({
      minimum: 1,
      maximum: 365,
      description:
        '到期后无人决定，过这些天按规则冻结；绝不自动释放 Days after expiry without a decision until it freezes by rule; nothing is released by rule',
    }),
    releaseAfterDays: Type.Integer({ ...Days, description: '冻结几天后提议释放 Days frozen until a release is proposed' }),
    forecastDays: Type.Integer({ ...Days, description: '预测多少天 How far forecasts look' }),
    budgetPercent: Type.Array(Type.Integer({ minimum: 1, maximum: 1000 }), {
      uniqueItems: true,
      description: '预计月费用达到预算的百分之几时提醒 Percent of the month’s budget at which it is told',
    }),
  },
  closed,
);
export type Rules = Static<typeof Rules>;

export const DepartmentLimit = Type.Object({ department: Type.String(), zone: Type.String(), limits: Limits }, closed);

export const Cloud = Type.Object(
  {
    currency: Type.Literal('CNY'),
    kinds: Type.Array(Kind, { minItems: 1 }),
    dataClasses: Type.Array(DataClass, { minItems: 1 }),
    zones: Type.Array(Zone, { minItems: 1 }),
    limits: Type.Object(
      {
        default: Type.Record(Type.String(), Type.Integer({ minimum: UNLIMITED, maximum: 1_000_000_000 }), {
          description:
            '每个部门在每个区域的上限；-1 不限，0 停用，须写全每个种类 Of each department in each zone, all kinds; -1 is unlimited, 0 disabled',
        }),
        departments: Type.Array(DepartmentLimit, {
          description: '个别部门的上限；未写的种类按 default Single departments; default where a kind isn’t named',
        }),
      },
      closed,
    ),
    presets: Type.Array(Preset, { description: '标准规格 Standard sizes' }),
    rules: Rules,
    costReports: Type.Optional(
      Type.Object(
        { bucket: Type.String({ minLength: 3 }), prefix: Type.String({ minLength: 1 }), name: Type.String({ minLength: 1 }) },
        {
          ...closed,
          description:
            '云服务商账单（Cost and Usage Report，CSV.gz）所在的存储桶；没有则不计实际费用 The bucket of the provider’s cost reports; without it actual costs come by the API only',
        },
      ),
    ),
  },
  closed,
);
export type Cloud = Static<typeof Cloud>;

/** A department's limits in a zone, kind by kind. */
export const limitsOf = ({ kinds, limits }: Cloud, department: string, zone: string): Amounts => {
  const own = limits.departments.find((one) => one.department === department && one.zone === zone)?.limits ?? {};
  return Object.fromEntries(
    kinds.map(({ id }) => [id, Object.hasOwn(own, id) ? (own[id] as number) : amountOf(limits.default, id)] as const),
  );
};

export const zoneOf = ({ zones }: Cloud, id: string): Zone | undefined => zones.find((zone) => zone.id === id);

export const unknownKinds = ({ kinds }: Cloud, amounts: Amounts): string[] =>
  kindsOf(amounts).filter((kind) => !kinds.some(({ id }) => id === kind));

export interface PriceLine {
  readonly kind: string;
  readonly amount: number;
  /** Of one unit for one month. */
  readonly price: number;
  readonly fenPerMonth: number;
}

export const priceLines = ({ kinds }: Cloud, amounts: Amounts): PriceLine[] =>
  kinds
    .filter(({ id }) => amountOf(amounts, id) > 0)
    .map(({ id, price }) => ({ kind: id, amount: amountOf(amounts, id), price, fenPerMonth: Math.round(price * amountOf(amounts, id)) }));

export const fenPerMonth = (cloud: Cloud, amounts: Amounts): number =>
  priceLines(cloud, amounts).reduce((sum, line) => sum + line.fenPerMonth, 0);
