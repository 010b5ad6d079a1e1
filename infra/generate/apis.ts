/** Every operation of the HTTP API and every event, by the capability that owns it: what the generators and the stacks read. */
import * as alerts from '#events/alerts.ts';
import * as casework from '#events/casework.ts';
import * as cloudQuota from '#events/cloud-quota.ts';
import * as devices from '#events/devices.ts';
import * as emergency from '#events/emergency.ts';
import type { EventDefinition } from '#events/envelope.ts';
import * as identity from '#events/identity.ts';
import { alertsApi } from '#functions/alerts/api.ts';
import { caseworkApi } from '#functions/casework/api.ts';
import { cloudQuotaApi } from '#functions/cloud-quota/api.ts';
import { consoleApi } from '#functions/console/api.ts';
import { devicesApi } from '#functions/devices/api.ts';
import { emergencyApi } from '#functions/emergency/api.ts';
import { identityApi } from '#functions/identity/api.ts';
import { auditApi } from '#functions/identity/audit/api.ts';
import type { Operation } from '#runtime/operation.ts';

export const apis: Readonly<Record<string, readonly Operation[]>> = {
  alerts: alertsApi,
  casework: caseworkApi,
  'cloud-quota': cloudQuotaApi,
  console: consoleApi,
  devices: devicesApi,
  emergency: emergencyApi,
  identity: identityApi,
  'identity/audit': auditApi,
} as never;

const definitionsOf = (module: object): EventDefinition[] =>
  Object.values(module).filter((value): value is EventDefinition => typeof value === 'object' && value !== null && 'sample' in value);

export const eventDefinitions: readonly EventDefinition[] = [devices, alerts, emergency, casework, cloudQuota, identity].flatMap(
  definitionsOf,
);
