/** Departments and those who hold duties in them, as the district's YAML begins the directory. */
import Type, { type Static } from 'typebox';
import { Text } from '#events/envelope.ts';
import { DUTIES, type DutyName } from './access.ts';

const Id = Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' });

export const Department = Type.Object({ id: Id, name: Text }, { additionalProperties: false });
export type Department = Static<typeof Department>;

export const DutyHeld = Type.Object(
  {
    department: Type.String(),
    duty: Type.Unsafe<DutyName>(
      Type.Union(
        DUTIES.map((duty) => Type.Literal(duty)),
        {
          description:
            '职责：it-officer 信息员、head 分管领导；reviewer 审核、approver 审批、operator 运维、registrar 人员登记、auditor 审计（后五项仅在大数据主管部门有意义） The last five mean something in the bureau only',
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type DutyHeld = Static<typeof DutyHeld>;

export const Officer = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$', description: 'Equals the `sub` of the officer’s or the machine client’s tokens' }),
    kind: Type.Optional(
      Type.Union([Type.Literal('person'), Type.Literal('service')], { default: 'person', description: 'service: 机器账号 a machine client' }),
    ),
    name: Text,
    duties: Type.Array(DutyHeld, { minItems: 1 }),
  },
  { additionalProperties: false },
);
export type Officer = Static<typeof Officer>;
