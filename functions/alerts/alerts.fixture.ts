/** Builders for the tests of this folder: what devices and incidents tell of one river gauge's alert. */
import type { AlertFacts } from '#events/alerts.ts';
import type { Condition, DevicesEvent } from '#events/devices.ts';
import type { EmergencyEvent } from '#events/emergency.ts';
import type { Level } from '#events/envelope.ts';
import { idFor } from '#runtime/ids.ts';
import type { Alert } from './alert.ts';

export const NOW = Date.UTC(2026, 6, 1, 3);
export const after = (seconds: number): number => NOW + seconds * 1000;
export const iso = (seconds: number): string => new Date(after(seconds)).toISOString();

/** Readings come every second: that of sequence number 100 at NOW. */
export const condition = (seq: number, level: Level, change: Partial<Condition> = {}): Condition => ({
  deviceId: 'gauge-1',
  deviceType: 'river-level',
  deviceName: { zh: '凯江站', en: 'Kaijiang' },
  town: 'wanan',
  place: { lon: 104.51, lat: 31.32 },
  domain: 'water',
  ruleId: 'river-level-high',
  ruleName: { zh: '河道水位超限', en: 'River level above limit' },
  episode: 3,
  level,
  measure: 'level',
  value: seq / 25,
  threshold: 3.5,
  unit: 'm',
  startedAt: iso(-30),
  readingAt: iso(seq - 100),
  seq,
  ...change,
});

/** Of the condition above, however often and by whichever event it is told. */
export const ALERT_ID = idFor('alt', after(-30), 'gauge-1', 'river-level-high', 3);

export const facts = ({ ruleName, episode: _, startedAt: __, seq: ___, ...shared }: Condition, raisedAt: string): AlertFacts => ({
  ...shared,
  alertId: ALERT_ID,
  headline: ruleName,
  raisedAt,
});

const metadata = (actor: string, trace: string) => ({ id: 'evt_00000000000000000000000000', version: 1, time: iso(-1), actor, trace });

const tells =
  (name: DevicesEvent['name']) =>
  (...of: Parameters<typeof condition>): DevicesEvent => ({
    source: 'devices',
    name,
    metadata: metadata('device:gauge-1', `trace ${of[0]}`),
    data: condition(...of),
  });
export const breached = tells('ThresholdBreached');
export const changed = tells('ThresholdLevelChanged');
export const cleared = tells('ThresholdCleared');

export const INCIDENT_ID = 'inc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N';
const INCIDENT = { planId: 'flood', planName: { zh: '防汛', en: 'Flood' }, town: 'wanan', level: 'orange' as const };

const gathers =
  (name: 'IncidentOpened' | 'AlertJoined') =>
  (alertId = ALERT_ID, incidentId = INCIDENT_ID) =>
    ({
      source: 'emergency',
      name,
      metadata: metadata('system:emergency', incidentId),
      data: { ...INCIDENT, incidentId, alertId, ...(name === 'IncidentOpened' && { openedAt: iso(2) }) },
    }) as Extract<EmergencyEvent, { name: 'IncidentOpened' | 'AlertJoined' }>;
export const incidentOpened = gathers('IncidentOpened');
export const alertJoined = gathers('AlertJoined');

export const alertsReleased = (alertIds = [ALERT_ID], incidentId = INCIDENT_ID, seconds = 600) =>
  ({
    source: 'emergency',
    name: 'AlertsReleased',
    metadata: metadata('person:li-na', 'request-7'),
    data: {
      ...INCIDENT,
      incidentId,
      personId: 'li-na',
      personName: { zh: '李娜', en: 'Li Na' },
      reason: '闸门已开 gate opened',
      resolvedAt: iso(seconds),
      alertIds,
    },
  }) as Extract<EmergencyEvent, { name: 'AlertsReleased' }>;

export const open = (seq = 100, level: Level = 'orange', raisedAt = iso(1)): Alert => ({
  phase: 'open',
  facts: facts(condition(seq, level), raisedAt),
  seq,
});
export const RESOLUTION = { resolvedAt: iso(600), resolvedBy: 'li-na', reason: '闸门已开 gate opened' };
export const resolved = (level: Level = 'orange'): Alert => ({
  ...open(100, level),
  phase: 'resolved',
  incidentId: INCIDENT_ID,
  ...RESOLUTION,
});
