/** Every operation of the HTTP API and every event, by the capability that owns it: what the generators and the stacks read. */
import * as alerts from '#events/alerts.ts';
import * as casework from '#events/casework.ts';
import * as cloudQuota from '#events/cloud-quota.ts';
import * as devices from '#events/devices.ts';
import * as emergency from '#events/emergency.ts';
import type { EventDefinition } from '#events/envelope.ts';
import * as identity from '#events/identity.ts';
import * as alertsApi from '#functions/alerts/api.ts';
import * as caseworkApi from '#functions/casework/api.ts';
import * as cloudQuotaApi from '#functions/cloud-quota/api.ts';
import * as consoleApi from '#functions/console/api.ts';
import * as devicesApi from '#functions/devices/api.ts';
import * as emergencyApi from '#functions/emergency/api.ts';
import * as identityApi from '#functions/identity/api.ts';
import * as auditApi from '#functions/identity/audit/api.ts';
import type { Operation } from '#runtime/operation.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'path' in value && 'method' in value && 'response' in value;

/** By path, then by method: what lists stands before what shows one of them. */
const operationsOf = (module: object): Operation[] =>
  Object.values(module)
    .filter(isOperation)
    .sort((a, b) => (a.path === b.path ? METHODS.indexOf(a.method) - METHODS.indexOf(b.method) : a.path < b.path ? -1 : 1));

export const apis: Readonly<Record<string, readonly Operation[]>> = Object.fromEntries(
  Object.entries({
    alerts: alertsApi,
    casework: caseworkApi,
    'cloud-quota': cloudQuotaApi,
    console: consoleApi,
    devices: devicesApi,
    emergency: emergencyApi,
    identity: identityApi,
    'identity/audit': auditApi,
  }).map(([capability, module]) => [capability, operationsOf(module)]),
);

const definitionsOf = (module: object): EventDefinition[] =>
  Object.values(module).filter((value): value is EventDefinition => typeof value === 'object' && value !== null && 'sample' in value);

export const eventDefinitions: readonly EventDefinition[] = [devices, alerts, emergency, casework, cloudQuota, identity].flatMap(
  definitionsOf,
);
