/** Every operation of the HTTP API and every event, by the capability that owns it: what the generators and the stacks read. */
import * as alerts from '#events/alerts.ts';
import * as casework from '#events/casework.ts';
import * as devices from '#events/devices.ts';
import * as emergency from '#events/emergency.ts';
import type { EventDefinition } from '#events/envelope.ts';
import { alertsApi } from '#functions/alerts/api.ts';
import { consoleApi } from '#functions/console/api.ts';
import { devicesApi } from '#functions/devices/api.ts';
import { emergencyApi } from '#functions/emergency/api.ts';
import { auditApi } from '#functions/identity/audit/api.ts';
import type { Operation } from '#runtime/operation.ts';

export const apis: Readonly<Record<string, readonly Operation[]>> = {
  alerts: alertsApi,
  console: consoleApi,
  devices: devicesApi,
  emergency: emergencyApi,
  'identity/audit': auditApi,
} as never;

const definitionsOf = (module: object): EventDefinition[] =>
  Object.values(module).filter((value): value is EventDefinition => typeof value === 'object' && value !== null && 'sample' in value);

export const eventDefinitions: readonly EventDefinition[] = [devices, alerts, emergency, casework].flatMap(definitionsOf);
