/** What DevOps may write in YAML. `npm run generate` turns these into the JSON Schemas that editors pick up. */
import Type, { type Static } from 'typebox';
import { Place, Text } from '#events/envelope.ts';
import { Form } from '#functions/casework/form.ts';
import { Cloud } from '#functions/cloud-quota/catalogue.ts';
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
    calendar: Type.Optional(
      Type.Object(
        {
          closing: Type.Optional(
            Type.String({
              pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
              default: '18:00',
              description: '下班时间：期限在当日此时届满 When a working day closes',
            }),
          ),
          holidays: Type.Optional(Type.Array(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }))),
          workdays: Type.Optional(Type.Array(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }))),
        },
        {
          additionalProperties: false,
          description:
            '补充国务院放假通知之外（或尚未收录）的放假与调休 Days beyond those of the State Council’s notices that chinese-days knows',
        },
      ),
    ),
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
        draftDays: Type.Integer({
          minimum: 30,
          default: 90,
          description: '草稿自最后一次保存起的保留天数；到期清除 Days from a draft’s last save to its erasure',
        }),
        caseYears: Type.Integer({
          minimum: 1,
          maximum: 100,
          default: 10,
          description:
            '申请自办结起的保留年数；到期连同经过和附件一并清除（个人信息保护法第十九条） Years from a case’s end to its erasure, with its history and files',
        }),
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
    limits: Type.Object(
      { person: Type.Integer({ minimum: 60 }), service: Type.Integer({ minimum: 60 }) },
      {
        additionalProperties: false,
        description: '一个调用者每分钟的请求数：person 人员、service 机器账号 Requests a minute of one caller: a person, a machine client',
      },
    ),
    scannerUrl: Type.Optional(
      Type.String({
        description:
          '附件杀毒服务的 HTTPS 地址；不写则只做内置检查 HTTPS address of the malware scanner; without it only the built-in check',
      }),
    ),
    cloud: Cloud,
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
    forms: Type.Optional(Type.Array(Form)),
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
  readonly forms: readonly Form[];
}

/** All that is configured, checked as a whole. */
export interface Config {
  readonly district: District;
  readonly domains: readonly Domain[];
}
