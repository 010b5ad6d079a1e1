import Type, { type Static } from 'typebox';
import { Place, Text, Timestamp } from '#events/envelope.ts';
import { operation } from '#runtime/operation.ts';
import { Measure } from './device-type.ts';
import { Rule } from './rule.ts';

export const DeviceView = Type.Object(
  {
    deviceId: Type.String(),
    deviceType: Type.String(),
    name: Text,
    town: Type.String(),
    place: Place,
    /** Of the newest reading; absent until the first. */
    lastReadingAt: Type.Optional(Timestamp),
    values: Type.Record(Type.String(), Type.Number()),
  },
  { additionalProperties: false },
);
export type DeviceView = Static<typeof DeviceView>;

export const Point = Type.Object({ at: Timestamp, values: Type.Record(Type.String(), Type.Number()) }, { additionalProperties: false });
export type Point = Static<typeof Point>;

export const listDevices = operation({
  id: 'listDevices',
  method: 'GET',
  path: '/v1/devices',
  summary: { zh: '设备列表', en: 'Devices of a town' },
  action: 'devices:read',
  query: Type.Object({
    town: Type.String(),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
    cursor: Type.Optional(Type.String()),
  }),
  response: Type.Object({ items: Type.Array(DeviceView), next: Type.Optional(Type.String()) }),
});

export const getDevice = operation({
  id: 'getDevice',
  method: 'GET',
  path: '/v1/devices/{deviceId}',
  summary: { zh: '一台设备，含其测量项与规则', en: 'One device with its measures and rules' },
  action: 'devices:read',
  params: Type.Object({ deviceId: Type.String() }),
  response: Type.Object({ device: DeviceView, measures: Type.Array(Measure), rules: Type.Array(Rule) }),
  failures: ['unknown-device'],
});

export const listReadings = operation({
  id: 'listReadings',
  method: 'GET',
  path: '/v1/devices/{deviceId}/readings',
  summary: { zh: '设备读数曲线（旧的在前）', en: 'A device’s curve, oldest first' },
  action: 'devices:read',
  params: Type.Object({ deviceId: Type.String() }),
  query: Type.Object({
    from: Type.Optional(Timestamp),
    to: Type.Optional(Timestamp),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, default: 1000, description: 'The newest so many' })),
  }),
  response: Type.Object({ deviceId: Type.String(), points: Type.Array(Point) }),
  failures: ['unknown-device'],
});
