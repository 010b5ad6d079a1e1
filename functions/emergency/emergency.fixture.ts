/** Builders for the tests of this folder: a district's people and plans, and incidents on their way. */

import type { AlertFacts, AlertsEvent } from '#events/alerts.ts';
import type { Text } from '#events/envelope.ts';
import type { Received } from '#runtime/queue.ts';
import type { EmergencyConfig } from './config.ts';
import { acknowledge, callStep, exhaust, type Incident, open, type Position, resolve } from './incident.ts';
import type { Plan } from './plan.ts';
import type { Person, Post } from './roster.ts';
import type { IncidentStore } from './store.ts';

/** 11:00 in Shanghai. */
export const NOW = Date.UTC(2026, 6, 1, 3);
export const after = (seconds: number): number => NOW + seconds * 1000;
export const iso = (seconds: number): string => new Date(after(seconds)).toISOString();
export const text = (word: string): Text => ({ zh: `中${word}`, en: word });

const person = (id: string, name: Text, ...channels: Person['channels']): Person => ({ id, name, channels });
export const liNa = person(
  'li-na',
  { zh: '李娜', en: 'Li Na' },
  { type: 'phone', address: '+8613800000001' },
  { type: 'sms', address: '+8613900000002' },
);
export const zhaoMin = person('zhao-min', { zh: '赵敏', en: 'Zhao Min' }, { type: 'phone', address: '+8613800000003' });
export const zhouTing = person('zhou-ting', { zh: '周婷', en: 'Zhou Ting' }, { type: 'phone', address: '+8613800000004' });
export const wangQiang = person('wang-qiang', { zh: '王强', en: 'Wang Qiang' }, { type: 'sms', address: '+8613800000005' });
export const chenJing = person(
  'chen-jing',
  { zh: '陈静', en: 'Chen Jing' },
  { type: 'webhook', address: 'https://hooks.example/chen-jing?key=k6' },
);
export const heMei = person('he-mei', { zh: '何梅', en: 'He Mei' }, { type: 'phone', address: '+8613800000007' });

export const post = (id: string, change: Partial<Post> & Pick<Post, 'role' | 'scope'>, ...members: string[]): Post => ({
  id,
  name: text(id),
  rotation: { start: '2026-01-05T08:00', hours: 24, members },
  ...change,
});

export const FLOOD: Plan = {
  id: 'flood',
  name: { zh: '防汛应急预案', en: 'Flood response' },
  match: { rules: ['river-level-high'], levels: ['orange', 'red'] },
  steps: [
    { name: text('town'), call: [{ role: 'duty-officer', scope: 'town' }], acknowledgements: 1, within: 300 },
    {
      name: text('district'),
      call: [
        { role: 'commander', scope: 'district' },
        { role: 'duty-officer', scope: 'district' },
      ],
      acknowledgements: 2,
      within: 600,
    },
    { name: text('city'), call: [{ role: 'liaison', scope: 'city' }], acknowledgements: 1, within: 900 },
  ],
  repeat: { after: 1200, from: 1 },
};

export const WATCH: Plan = {
  id: 'water-watch',
  name: { zh: '水务关注', en: 'Water watch' },
  match: { levels: ['blue', 'yellow'] },
  steps: [{ name: text('town watch'), call: [{ role: 'duty-officer', scope: 'town' }], acknowledgements: 1, within: 1800 }],
  repeat: { after: 2400, from: 0 },
};

export const CONFIG: EmergencyConfig = {
  timezone: 'Asia/Shanghai',
  towns: [
    { id: 'wanan', name: { zh: '万安镇', en: 'Wan’an' } },
    { id: 'jinshan', name: { zh: '金山镇', en: 'Jinshan' } },
  ],
  people: [liNa, zhaoMin, zhouTing, wangQiang, chenJing, heMei],
  posts: [
    post('wanan-desk', { role: 'duty-officer', scope: 'town', town: 'wanan' }, 'li-na'),
    post('jinshan-desk', { role: 'duty-officer', scope: 'town', town: 'jinshan' }, 'zhou-ting'),
    post('commander', { role: 'commander', scope: 'district' }, 'wang-qiang'),
    post('district-desk', { role: 'duty-officer', scope: 'district' }, 'chen-jing'),
    post('liaison', { role: 'liaison', scope: 'city' }, 'he-mei'),
  ],
  plans: [
    { domain: 'water', plan: FLOOD },
    { domain: 'water', plan: WATCH },
  ],
};

export const INCIDENT_ID = 'inc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N';
export const alertId = (n: number): string => `alt_${String(n).padStart(26, '0')}`;

export const alert = (n = 1, change: Partial<AlertFacts> = {}): AlertFacts => ({
  alertId: alertId(n),
  deviceId: `gauge-${n}`,
  deviceType: 'river-level',
  deviceName: { zh: `凯江站${n}`, en: `Kaijiang ${n}` },
  town: 'wanan',
  place: { lon: 104.51, lat: 31.32 },
  domain: 'water',
  ruleId: 'river-level-high',
  headline: { zh: '河道水位超限', en: 'River level above limit' },
  level: 'orange',
  measure: 'level',
  value: 4.21,
  threshold: 4,
  unit: 'm',
  readingAt: iso(-20),
  raisedAt: iso(-10),
  ...change,
});

const told =
  (name: 'AlertRaised' | 'AlertUpdated') =>
  (data: AlertFacts, messageId = `${name} ${data.alertId}`): Received<AlertsEvent> => ({
    messageId,
    event: {
      source: 'alerts',
      name,
      metadata: {
        id: 'evt_00000000000000000000000000',
        version: 1,
        time: iso(-5),
        actor: `device:${data.deviceId}`,
        trace: `trace ${name}`,
      },
      data,
    },
  });
export const raised = told('AlertRaised');
export const updated = told('AlertUpdated');

export const MESSAGE = text('message');
export const SUBJECT = text('subject');

/** Whoever the steps of FLOOD call. */
export const PEOPLE: readonly (readonly Person[])[] = [[liNa], [wangQiang, chenJing], [heMei]];

export const opened = (change: Partial<AlertFacts> = {}): Incident => open(INCIDENT_ID, FLOOD, alert(1, change), SUBJECT, NOW).incident;

export const position = (step: number, round = 1, attempt = 1): Position => ({ attempt, round, step });

/** The incident after its steps up to this one were called, `seconds` after it opened. */
export const calling = (step = 0, seconds = 0): Incident => {
  const before = step === 0 ? opened() : calling(step - 1, seconds);
  return done(callStep(before, position(step), PEOPLE[step] ?? [], MESSAGE, after(seconds)));
};
export const exhausted = (seconds = 0): Incident => done(exhaust(calling(2), { attempt: 1, round: 1 }, after(seconds)));
export const acknowledged = (seconds = 60): Incident => done(acknowledge(calling(), 'li-na', after(seconds)));
export const LI_NA = { personId: 'li-na', name: liNa.name };
export const resolved = (seconds = 90): Incident => done(resolve(calling(), LI_NA, '闸门已开 gate opened', after(seconds)));

const done = (outcome: object): Incident => {
  if (!('incident' in outcome)) throw new Error(`the fixture's command did nothing: ${JSON.stringify(outcome)}`);
  return outcome.incident as Incident;
};

/** All alerts that belong to an incident now. */
export const membersOf = async (store: Pick<IncidentStore, 'memberPages'>, incidentId: string): Promise<string[]> => {
  const all: string[] = [];
  for await (const page of store.memberPages(incidentId)) all.push(...page);
  return all;
};
