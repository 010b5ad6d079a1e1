/** What DevOps may write in YAML. `npm run generate` turns these into the JSON Schemas that editors pick up. */
import Type, { type Static } from 'typebox';
import { Place, Text } from '#events/envelope.ts';
import { DeviceType } from '#functions/devices/device-type.ts';
import { Rule } from '#functions/devices/rule.ts';
import { Plan } from '#functions/emergency/plan.ts';
import { Person, Post } from '#functions/emergency/roster.ts';
import { Department, Officer } from '#functions/identity/officer.ts';

export const Town = Type.Object(
  { id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,31}$' }), name: Text, place: Place },
  { additionalProperties: false },
);
export type Town = Static<typeof Town>;

/** districts/<id>.yaml */
export const District = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,31}$' }),
    code: Type.String({ pattern: '^\\d{6}$', description: 'GB/T 2260' }),
    name: Text,
    timezone: Type.String({ description: 'IANA name' }),
    towns: Type.Array(Town, { minItems: 1 }),
    domains: Type.Array(Type.String(), { minItems: 1, description: 'The domain packs in use, folders of domains/' }),
    departments: Type.Array(Department, { minItems: 1 }),
    bureau: Type.String({ description: '大数据主管部门：平台由它运行 The department that runs the platform' }),
    officers: Type.Array(Officer, {
      description:
        '目录的起点；此后由大数据主管部门经接口维护，改过的条目以接口为准 How the directory begins; what the bureau writes by the API wins',
    }),
    people: Type.Array(Person, { minItems: 1 }),
    posts: Type.Array(Post, { minItems: 1 }),
    identity: Type.Object(
      {
        issuer: Type.String({ description: 'OIDC issuer URL; the local cloud puts its own in its place' }),
        audience: Type.String(),
        clientId: Type.String(),
        claims: Type.Object(
          { roles: Type.String(), towns: Type.String() },
          { additionalProperties: false, description: 'The names of the claims that hold roles and towns' },
        ),
      },
      { additionalProperties: false },
    ),
    retention: Type.Object(
      {
        logDays: Type.Integer({ minimum: 180, description: '网络安全法 Art. 21: not less than six months' }),
        readingDays: Type.Integer({ minimum: 1 }),
        incidentYears: Type.Integer({ minimum: 1 }),
        auditYears: Type.Integer({
          minimum: 1,
          maximum: 100,
          default: 15,
          description:
            '审计日志锁定年限：期内任何人（包括账户所有者）都不能修改或删除 How long nobody can change or remove the audit log, the account’s owner included',
        }),
      },
      { additionalProperties: false },
    ),
    capacity: Type.Object(
      {
        devices: Type.Integer({ minimum: 1 }),
        readingsPerMinutePerDevice: Type.Number({ exclusiveMinimum: 0 }),
      },
      {
        additionalProperties: false,
        description: 'Targets; shards, concurrency and memory follow from them in infra/capacity.ts',
      },
    ),
    alarmEmail: Type.Optional(Type.String({ description: 'Where operational alarms go' })),
  },
  { additionalProperties: false },
);
export type District = Static<typeof District>;

/** domains/<pack>/*.yaml: each file holds any of these lists; the pack is their sum. */
export const PackFile = Type.Object(
  {
    domain: Type.Optional(Type.Object({ name: Text }, { additionalProperties: false })),
    deviceTypes: Type.Optional(Type.Array(DeviceType)),
    rules: Type.Optional(Type.Array(Rule)),
    plans: Type.Optional(Type.Array(Plan)),
  },
  { additionalProperties: false },
);
export type PackFile = Static<typeof PackFile>;

/** A domain pack as the platform sees it. */
export interface Domain {
  readonly id: string;
  readonly name: Text;
  readonly deviceTypes: readonly DeviceType[];
  readonly rules: readonly Rule[];
  readonly plans: readonly Plan[];
}

/** All that is configured, checked as a whole. */
export interface Config {
  readonly district: District;
  readonly domains: readonly Domain[];
}
