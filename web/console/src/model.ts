/** The shapes of the API, as OpenAPI names them, and of its events: by type only, nothing of the server gets into the bundle. */
export type { AlertsEvent } from '#events/alerts.ts';
export type { EmergencyEvent } from '#events/emergency.ts';
export type { Action } from '#functions/identity/access.ts';

import type { AlertsEvent } from '#events/alerts.ts';
import type { EmergencyEvent } from '#events/emergency.ts';
import type { Schemas } from './shared/api.ts';

export type Level = Schemas['Level'];
export type Text = Schemas['Text'];
export type AlertView = Schemas['AlertView'];
export type DistrictView = Schemas['DistrictView'];
export type Profile = Schemas['Profile'];
export type DeviceView = Schemas['DeviceView'];
export type Point = Schemas['Point'];
export type Measure = Schemas['Measure'];
export type Rule = Schemas['Rule'];
export type CalledStep = Schemas['CalledStep'];
export type IncidentView = Schemas['IncidentView'];
export type PhoneMessage = Schemas['PhoneMessage'];

/** What the WebSocket pushes (stacks/console.ts): the events without their `source`. */
type Pushed<E> = E extends { name: infer N; metadata: infer M; data: infer D }
  ? { readonly name: N; readonly metadata: M; readonly data: D }
  : never;
export type LiveEvent = Pushed<AlertsEvent | Exclude<EmergencyEvent, { name: 'AlertsReleased' }>>;
