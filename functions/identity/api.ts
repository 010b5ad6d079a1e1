import Type, { type Static } from 'typebox';
import { Id as StampedId, Text, Timestamp } from '#events/envelope.ts';
import { operation } from '#runtime/operation.ts';
import { Day, DutyHeld, DutyId, Id, Kind, LeftOn, OfficerId } from './officer.ts';

export const OfficerView = Type.Object(
  {
    id: Type.String(),
    kind: Kind,
    name: Text,
    /** Those that the caller may see: of the caller’s own departments, or all. */
    duties: Type.Array(DutyHeld),
    leftOn: Type.Optional(LeftOn),
    version: Type.Integer({
      minimum: 0,
      description: '0：尚为区县配置所定，大数据主管部门未改过 0: as the district’s configuration says, the bureau has not written it',
    }),
  },
  { additionalProperties: false },
);
export type OfficerView = Static<typeof OfficerView>;

export const listOfficers = operation({
  id: 'listOfficers',
  method: 'GET',
  path: '/v1/directory/officers',
  summary: { zh: '人员目录（本部门；登记岗可见全部）', en: 'The directory: of one’s own departments; a registrar sees all' },
  action: 'directory:read',
  query: Type.Object({
    department: Type.Optional(Type.String({ description: 'Only this department' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
    cursor: Type.Optional(Type.String({ description: '`next` of the page before' })),
  }),
  response: Type.Object({ items: Type.Array(OfficerView), next: Type.Optional(Type.String()) }),
  failures: ['unknown-department', 'invalid-cursor'],
});

export const getOfficer = operation({
  id: 'getOfficer',
  method: 'GET',
  path: '/v1/directory/officers/{officerId}',
  summary: { zh: '目录中的一人', en: 'One entry of the directory' },
  action: 'directory:read',
  params: Type.Object({ officerId: OfficerId }),
  response: OfficerView,
  failures: ['unknown-officer'],
});

export const putOfficer = operation({
  id: 'putOfficer',
  method: 'PUT',
  path: '/v1/directory/officers/{officerId}',
  summary: {
    zh: '登记或更改一人的职责（新人的 If-Match 为 "0"）；不得改自己的',
    en: 'Enter somebody, or change their duties (a newcomer’s If-Match is "0"); nobody changes their own',
  },
  action: 'directory:write',
  params: Type.Object({ officerId: OfficerId }),
  body: Type.Object(
    { kind: Type.Optional(Kind), name: Text, duties: Type.Array(DutyHeld, { maxItems: 50 }), leftOn: Type.Optional(LeftOn) },
    { additionalProperties: false },
  ),
  response: OfficerView,
  versioned: true,
  failures: ['unknown-department', 'duty-of-the-bureau', 'no-such-day', 'duty-twice', 'kind-is-fixed'],
});

const Party = Type.Object({ id: Type.String(), name: Text }, { additionalProperties: false });

export const DelegationView = Type.Object(
  {
    delegationId: StampedId('dlg'),
    department: Type.String(),
    duty: DutyId,
    delegator: Party,
    deputy: Party,
    reason: Type.String(),
    until: Type.String({ ...Day, description: '末日（含） The last day' }),
    createdAt: Timestamp,
    revokedAt: Type.Optional(Timestamp),
    revokedBy: Type.Optional(Type.String()),
    inForce: Type.Boolean({
      description: '被撤销、期满、委托人失去该职责或离职后即不再有效 False once revoked or over, or when the duty behind it is gone',
    }),
  },
  { additionalProperties: false },
);
export type DelegationView = Static<typeof DelegationView>;

export const listDelegations = operation({
  id: 'listDelegations',
  method: 'GET',
  path: '/v1/directory/delegations',
  summary: { zh: '未到期的代理', en: 'Delegations whose last day has not passed' },
  action: 'directory:read',
  query: Type.Object({
    mine: Type.Optional(Type.Boolean({ default: false, description: '只看本人委托或代理的 Only those that the caller gave or received' })),
  }),
  response: Type.Object({ items: Type.Array(DelegationView) }),
});

export const delegateDuty = operation({
  id: 'delegateDuty',
  method: 'POST',
  path: '/v1/directory/delegations',
  summary: {
    zh: '请同部门同事代行本人的一项职责，至某日止（至多 90 天）',
    en: 'Let a colleague of the same department act in one of one’s own duties, for 90 days at most',
  },
  action: 'directory:delegate',
  body: Type.Object(
    {
      department: Id,
      duty: DutyId,
      deputy: OfficerId,
      reason: Type.String({ minLength: 2, maxLength: 200, pattern: '\\S' }),
      until: Day,
    },
    { additionalProperties: false },
  ),
  response: DelegationView,
  status: 201,
  keyed: true,
  failures: [
    'not-your-duty',
    'held-by-delegation',
    'deputy-is-yourself',
    'deputy-is-a-machine',
    'not-a-colleague',
    'no-such-day',
    'ends-in-the-past',
    'ends-too-late',
    'too-many-delegations',
  ],
});

export const revokeDelegation = operation({
  id: 'revokeDelegation',
  method: 'DELETE',
  path: '/v1/directory/delegations/{delegationId}',
  summary: { zh: '撤销代理（委托人、代理人或登记岗）', en: 'Revoke a delegation: who gave it, who received it, a registrar' },
  action: 'directory:delegate',
  params: Type.Object({ delegationId: StampedId('dlg') }),
  response: DelegationView,
  failures: ['unknown-delegation', 'not-your-delegation'],
});
