/** Departments and those who hold duties in them: as the district's YAML begins the directory, and as the bureau goes on. */
import Type, { type Static } from 'typebox';
import { Text } from '#events/envelope.ts';
import { DUTIES, type DutyName } from './terms.ts';

export const Id = Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' });

/** Whatever an issuer calls its bearers by, as far as a token's `sub` is taken (claims.ts). */
export const OfficerId = Type.String({
  pattern: '^[\\w.:@-]{1,128}$',
  description: 'Equals the `sub` of the officer’s or the machine client’s tokens',
});

/** A day of the district's calendar. */
export const Day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' });

export const Department = Type.Object({ id: Id, name: Text }, { additionalProperties: false });
export type Department = Static<typeof Department>;

export const DutyId = Type.Unsafe<DutyName>(
  Type.Union(
    DUTIES.map((duty) => Type.Literal(duty)),
    {
      description:
        '职责：it-officer 信息员、head 分管领导；reviewer 审核、approver 审批、operator 运维、registrar 人员登记、auditor 审计（后五项仅在大数据主管部门有意义） The last five mean something in the bureau only',
    },
  ),
);

export const DutyHeld = Type.Object(
  {
    department: Type.String(),
    duty: DutyId,
    from: Type.Optional(Type.String({ ...Day, description: '首日 The first day; from ever without it' })),
    until: Type.Optional(Type.String({ ...Day, description: '末日（含） The last day; without end without it' })),
  },
  { additionalProperties: false },
);
export type DutyHeld = Static<typeof DutyHeld>;

export const Kind = Type.Union([Type.Literal('person'), Type.Literal('service')], {
  default: 'person',
  description: 'service: 机器账号 a machine client',
});

export const LeftOn = Type.String({
  ...Day,
  description: '离职日：自该日起不再有任何权限 From this day on the officer may do nothing any more',
});

/** An entry of the directory, as YAML writes it. */
export const Officer = Type.Object(
  {
    id: OfficerId,
    kind: Type.Optional(Kind),
    name: Text,
    duties: Type.Array(DutyHeld, { minItems: 1 }),
    leftOn: Type.Optional(LeftOn),
  },
  { additionalProperties: false },
);
export type Officer = Static<typeof Officer>;
