/** The shapes of the API and of its events, by type only: nothing of the server gets into the bundle. */
export type { AlertsEvent } from '#events/alerts.ts';
export type { EmergencyEvent } from '#events/emergency.ts';
export type { Level, Text } from '#events/envelope.ts';
export type { AlertView } from '#functions/alerts/api.ts';
export type { DistrictView, Profile } from '#functions/console/api.ts';
export type { DeviceView, Point } from '#functions/devices/api.ts';
export type { Measure } from '#functions/devices/device-type.ts';
export type { Rule } from '#functions/devices/rule.ts';
export type { CalledStep, IncidentView, PhoneMessage } from '#functions/emergency/api.ts';
export type { Action } from '#functions/identity/access.ts';

import type { AlertsEvent } from '#events/alerts.ts';
import type { EmergencyEvent } from '#events/emergency.ts';

/** What the WebSocket pushes (stacks/console.ts): the events without their `source`. */
type Pushed<E> = E extends { name: infer N; metadata: infer M; data: infer D }
  ? { readonly name: N; readonly metadata: M; readonly data: D }
  : never;
export type LiveEvent = Pushed<AlertsEvent | Exclude<EmergencyEvent, { name: 'AlertsReleased' }>>;
