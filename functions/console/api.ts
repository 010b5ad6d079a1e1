import Type, { type Static } from 'typebox';
import { Place, Text } from '#events/envelope.ts';
import { DeviceType } from '#functions/devices/device-type.ts';
import { DutyId } from '#functions/identity/officer.ts';
import { operation } from '#runtime/operation.ts';

const Named = Type.Object({ id: Type.String(), name: Text });

export const Profile = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  towns: Type.Array(Type.String(), { description: 'Empty for people of the district or the city' }),
  kind: Type.Union([Type.Literal('person'), Type.Literal('service')]),
  duties: Type.Array(
    Type.Object({
      department: Named,
      duty: DutyId,
      name: Text,
      for: Type.Optional(Type.String({ description: 'Whose duty it is, where it is held by delegation: a person id' })),
    }),
  ),
  departments: Type.Array(Named, { description: 'Where this person holds a duty; what the console switches between' }),
  actions: Type.Array(Type.String(), { description: 'What this person may do; the console shows only that' }),
});
export type Profile = Static<typeof Profile>;

export const DistrictView = Type.Object({
  id: Type.String(),
  code: Type.String(),
  name: Text,
  timezone: Type.String(),
  /** Working days, as time limits count them. */
  calendar: Type.Object({
    offsetMinutes: Type.Integer(),
    closing: Type.String(),
    holidays: Type.Array(Type.String()),
    workdays: Type.Array(Type.String()),
  }),
  towns: Type.Array(Type.Object({ id: Type.String(), name: Text, place: Place })),
  departments: Type.Array(Named),
  bureau: Type.String({ description: '大数据主管部门：平台由它运行 The department that runs the platform' }),
  domains: Type.Array(Named),
  deviceTypes: Type.Array(DeviceType),
});
export type DistrictView = Static<typeof DistrictView>;

export const getProfile = operation({
  id: 'getProfile',
  method: 'GET',
  path: '/v1/me',
  summary: { zh: '我是谁、能做什么', en: 'Who I am and what I may do' },
  action: 'profile:read',
  response: Profile,
});

export const getDistrict = operation({
  id: 'getDistrict',
  method: 'GET',
  path: '/v1/district',
  summary: { zh: '本区的镇、领域与设备类型', en: 'The district’s towns, domains and device types' },
  action: 'district:read',
  response: DistrictView,
});
