import Type, { type Static } from 'typebox';
import { AlertFacts } from '#events/alerts.ts';
import { Id, Timestamp } from '#events/envelope.ts';
import { operation } from '#runtime/operation.ts';

export const AlertView = Type.Object(
  {
    ...AlertFacts.properties,
    phase: Type.Union([Type.Literal('open'), Type.Literal('resolved')]),
    /** When the condition behind it ended by itself; a person still resolves the alert. */
    clearedAt: Type.Optional(Timestamp),
    /** The incident under which people are called for it. */
    incidentId: Type.Optional(Id('inc')),
    resolvedAt: Type.Optional(Timestamp),
    resolvedBy: Type.Optional(Type.String({ description: 'Person id' })),
    reason: Type.Optional(Type.String()),
    version: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);
export type AlertView = Static<typeof AlertView>;

export const listAlerts = operation({
  id: 'listAlerts',
  method: 'GET',
  path: '/v1/alerts',
  summary: { zh: '预警列表（新的在前）', en: 'Alerts, newest first' },
  action: 'alerts:read',
  query: Type.Object({
    phase: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('resolved')], { default: 'open' })),
    town: Type.Optional(Type.String({ description: 'Only this town; all that the caller may see without it' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
    cursor: Type.Optional(Type.String({ description: '`next` of the page before' })),
  }),
  response: Type.Object({ items: Type.Array(AlertView), next: Type.Optional(Type.String()) }),
});

export const getAlert = operation({
  id: 'getAlert',
  method: 'GET',
  path: '/v1/alerts/{alertId}',
  summary: { zh: '一条预警', en: 'One alert' },
  action: 'alerts:read',
  params: Type.Object({ alertId: Id('alt') }),
  response: AlertView,
  failures: ['unknown-alert'],
});
