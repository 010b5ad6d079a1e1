/** The register of systems, and what share of them runs in the cloud. */
import Type, { type Static } from 'typebox';
import { ProtectionLevel } from '#events/cloud-quota.ts';
import { Id } from '#events/envelope.ts';
import { operation } from '#runtime/operation.ts';

const closed = { additionalProperties: false } as const;

/** No star in a name: what was read masked does not overwrite what it stands for. */
const Owner = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 50, pattern: '^[^*]+$' }), phone: Type.String({ pattern: '^[+0-9-]{5,20}$' }) },
  closed,
);

export const SystemView = Type.Object(
  {
    systemId: Id('sys'),
    department: Type.String(),
    name: Type.String(),
    level: ProtectionLevel,
    dataClasses: Type.Array(Type.String()),
    owner: Type.Optional(
      Type.Object(
        { name: Type.String(), phone: Type.String() },
        { ...closed, description: '部分隐去；unmask 可查看全部 Masked, unless asked for by unmask' },
      ),
    ),
    inCloud: Type.Boolean({ description: '有有效的资源分配 Has something allocated' }),
    elsewhere: Type.Optional(Type.String({ description: '不在云上时运行于何处 Where it runs while not in the cloud' })),
    allocations: Type.Array(Id('alc')),
    version: Type.Integer({ minimum: 1 }),
  },
  closed,
);
export type SystemView = Static<typeof SystemView>;

export const listSystems = operation({
  id: 'listSystems',
  method: 'GET',
  path: '/v1/cloud-quota/systems',
  summary: { zh: '系统台账', en: 'The register of systems' },
  action: 'quota:read',
  query: Type.Object({
    department: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
    cursor: Type.Optional(Type.String({ description: '`next` of the page before' })),
  }),
  response: Type.Object({ items: Type.Array(SystemView), next: Type.Optional(Type.String()) }, closed),
});

const systemParams = Type.Object({ systemId: Id('sys') });

export const getSystem = operation({
  id: 'getSystem',
  method: 'GET',
  path: '/v1/cloud-quota/systems/{systemId}',
  summary: { zh: '台账中的一个系统', en: 'One system of the register' },
  action: 'quota:read',
  params: systemParams,
  query: Type.Object({
    unmask: Type.Optional(
      Type.Boolean({
        default: false,
        description: '显示责任人全部信息：限台账维护者，每次记入审计 The owner in full: for those who keep the entry; audited',
      }),
    ),
  }),
  response: SystemView,
  failures: ['unknown-system', 'audit-unavailable'],
});

export const putSystem = operation({
  id: 'putSystem',
  method: 'PUT',
  path: '/v1/cloud-quota/systems/{systemId}',
  summary: { zh: '登记或修改系统（新登记用 If-Match: "0"）', en: 'Register a system (If-Match: "0") or change its entry' },
  action: 'systems:write',
  params: systemParams,
  body: Type.Object(
    {
      department: Type.String(),
      name: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
      level: ProtectionLevel,
      dataClasses: Type.Array(Type.String(), { maxItems: 50, uniqueItems: true }),
      owner: Type.Optional(Owner),
      elsewhere: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    },
    closed,
  ),
  versioned: true,
  response: SystemView,
  failures: ['unknown-system', 'unknown-data-class', 'unknown-department'],
});

const Rate = {
  systems: Type.Integer({ minimum: 0 }),
  inCloud: Type.Integer({ minimum: 0 }),
  rate: Type.Number({ minimum: 0, maximum: 1, description: '上云率' }),
};

export const AdoptionView = Type.Object(
  {
    ...Rate,
    departments: Type.Array(
      Type.Object(
        {
          department: Type.String(),
          ...Rate,
          list: Type.Array(
            Type.Object(
              {
                systemId: Id('sys'),
                name: Type.String(),
                level: ProtectionLevel,
                inCloud: Type.Boolean(),
                elsewhere: Type.Optional(Type.String()),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type AdoptionView = Static<typeof AdoptionView>;

export const getAdoption = operation({
  id: 'getCloudAdoption',
  method: 'GET',
  path: '/v1/cloud-quota/adoption',
  summary: { zh: '上云率，可下钻到每个系统', en: 'How many of the systems run in the cloud, down to each of them' },
  action: 'quota:read',
  response: AdoptionView,
});
