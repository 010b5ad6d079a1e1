import Type, { type Static } from 'typebox';
import { Place, Text } from '#events/envelope.ts';
import { DeviceType } from '#functions/devices/device-type.ts';
import { Department, DutyHeld } from '#functions/identity/officer.ts';
import { operation } from '#runtime/operation.ts';

export const Profile = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  towns: Type.Array(Type.String(), { description: 'Empty for people of the district or the city' }),
  duties: Type.Array(
    Type.Object({
      ...DutyHeld.properties,
      for: Type.Optional(Type.String({ description: 'Whose duty it is, where it is held by delegation' })),
    }),
  ),
  actions: Type.Array(Type.String(), { description: 'What this person may do; the console shows only that' }),
});
export type Profile = Static<typeof Profile>;

export const DistrictView = Type.Object({
  id: Type.String(),
  code: Type.String(),
  name: Text,
  timezone: Type.String(),
  departments: Type.Array(Department),
  bureau: Type.String({ description: 'The department that runs the platform' }),
  /** Working days, as time limits count them. */
  calendar: Type.Object({
    offsetMinutes: Type.Integer(),
    closing: Type.String(),
    holidays: Type.Array(Type.String()),
    workdays: Type.Array(Type.String()),
  }),
  towns: Type.Array(Type.Object({ id: Type.String(), name: Text, place: Place })),
  domains: Type.Array(Type.Object({ id: Type.String(), name: Text })),
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

export const consoleApi = [getProfile, getDistrict];
