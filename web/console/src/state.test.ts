import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertView, IncidentView, LiveEvent } from './model.ts';
import { initial, reduce, SEEN_LIMIT, type State } from './state.ts';

const RIVER = 'alt_01JZ1Q2W3E4R5T6Y7V8X9C0B1N';
const RAIN = 'alt_01JZ2Q2W3E4R5T6Y7V8X9C0B2P';
const FLOOD = 'inc_01JZ3Q2W3E4R5T6Y7V8X9C0B3Q';
const at = (clock: string) => `2026-07-01T${clock}+08:00`;

const facts = {
  alertId: RIVER,
  deviceId: 'river-level-wanan-01',
  deviceType: 'river-level',
  deviceName: { zh: '凯江水位站', en: 'Kaijiang gauge' },
  town: 'wanan',
  place: { lon: 104.51, lat: 31.32 },
  domain: 'water',
  ruleId: 'river-level-high',
  headline: { zh: '河道水位超警', en: 'River level high' },
  level: 'orange' as const,
  measure: 'level',
  value: 5.07,
  threshold: 5,
  unit: 'm',
  readingAt: at('03:00:00'),
  raisedAt: at('03:00:01'),
};
const alert = (over: Partial<AlertView> = {}): AlertView => ({ ...facts, phase: 'open', version: 1, ...over });
const incident = (over: Partial<IncidentView> = {}): IncidentView => ({
  incidentId: FLOOD,
  planId: 'flood',
  planName: { zh: '防汛应急预案', en: 'Flood response' },
  town: 'wanan',
  level: 'orange',
  phase: 'opened',
  openedAt: at('03:00:02'),
  alerts: 1,
  called: [],
  steps: [
    { zh: '镇值班员', en: 'Town duty officer' },
    { zh: '区指挥长', en: 'District commander' },
  ],
  version: 1,
  ...over,
});

let count = 0;
type Data<N extends LiveEvent['name']> = Extract<LiveEvent, { name: N }>['data'];
const event = <N extends LiveEvent['name']>(name: N, time: string, data: Data<N>, id?: string): LiveEvent =>
  ({
    name,
    metadata: { id: id ?? `evt_${String(++count).padStart(26, '0')}`, version: 1, time: at(time), actor: 'system:test', trace: 't' },
    data,
  }) as LiveEvent;

const about = {
  incidentId: FLOOD,
  planId: 'flood',
  planName: { zh: '防汛应急预案', en: 'Flood response' },
  town: 'wanan',
  level: 'orange' as const,
};
const opened = event('IncidentOpened', '03:00:02', { ...about, alertId: RIVER, openedAt: at('03:00:02') });
const call = (step: number, time: string, dueAt: string, personId: string) =>
  event('LevelCalled', time, {
    ...about,
    step,
    stepName: { zh: `第${step}步`, en: `Step ${step}` },
    round: 1,
    needed: 1,
    dueAt: at(dueAt),
    message: { zh: '橙色', en: 'Orange' },
    calls: ['sms', 'phone'].map((channel) => ({
      callId: `${FLOOD}.1.${step}.${personId}.${channel}`,
      personId,
      personName: { zh: personId, en: personId },
      channel,
      address: '+86 138 0000 0001',
    })),
  });
const town = call(0, '03:00:02', '03:05:02', 'li-na');
const district = call(1, '03:05:02', '03:15:02', 'wang-qiang');
const exhausted = event('EscalationExhausted', '03:15:02', { ...about, round: 1, repeatAt: at('03:25:02') });
const acknowledged = event('IncidentAcknowledged', '03:16:40', {
  ...about,
  personId: 'wang-qiang',
  personName: { zh: '王强', en: 'Wang Qiang' },
  acknowledgedAt: at('03:16:40'),
});
const resolved = event('IncidentResolved', '04:10:00', {
  ...about,
  personId: 'li-na',
  personName: { zh: '李娜', en: 'Li Na' },
  reason: '闸门已开启，水位回落',
  resolvedAt: at('04:10:00'),
  alerts: 3,
});
const closed = event('AlertResolved', '04:10:01', facts);
const raised = event('AlertRaised', '03:00:01', facts);
const risen = event('AlertUpdated', '03:20:01', { ...facts, level: 'red', value: 5.61, threshold: 5.5, readingAt: at('03:20:00') });
const cleared = event('AlertCleared', '03:50:01', { ...facts, level: 'blue', value: 3.8, threshold: 4.1, readingAt: at('03:50:00') });

const after = (state: State, ...events: LiveEvent[]) => events.reduce((s, e) => reduce(s, { type: 'events', events: [e] }), state);
const snapshot = (state: State, alerts: AlertView[], incidents: IncidentView[] = [], since = state.sequence, truncated = false) =>
  reduce(state, { type: 'snapshot', alerts, incidents, since, truncated });
const river = (state: State) => state.alerts[RIVER]?.view;
const flood = (state: State) => state.incidents[FLOOD]?.view;

describe('events', () => {
  test('an alert appears, rises and clears', () => {
    expect(river(after(initial, raised))).toMatchObject({ level: 'orange', value: 5.07, phase: 'open', version: 0 });
    expect(river(after(initial, raised, risen))).toMatchObject({ level: 'red', value: 5.61 });
    expect(river(after(initial, raised, risen, cleared))).toMatchObject({ value: 3.8, clearedAt: at('03:50:01'), phase: 'open' });
  });

  test('the same event twice changes nothing, not even the object', () => {
    const once = after(initial, raised, town);
    expect(after(once, raised, town)).toBe(once);
  });

  test('an unknown name is passed over', () => {
    const strange = { ...raised, name: 'AlertSung', metadata: { ...raised.metadata, id: 'evt_strange' } };
    expect(after(initial, strange as unknown as LiveEvent)).toBe(initial);
  });

  test('an older reading never overwrites a newer one', () => {
    expect(river(after(initial, risen, raised))).toMatchObject({ level: 'red', value: 5.61 });
  });

  test('a link told before its alert is kept for it', () => {
    expect(river(after(initial, opened, raised))?.incidentId).toBe(FLOOD);
  });

  test('people are called once per step, with all their channels', () => {
    expect(flood(after(initial, opened, town))).toMatchObject({
      phase: 'calling',
      called: [{ step: 0, needed: 1, dueAt: at('03:05:02'), people: [{ personId: 'li-na', channels: ['sms', 'phone'] }] }],
    });
  });

  test('whom the plan calls next is told when its steps are known', () => {
    const known = reduce(initial, { type: 'incident', incident: incident() });
    expect(flood(after(known, town))?.next).toEqual({ at: at('03:05:02'), name: { zh: '区指挥长', en: 'District commander' }, round: 1 });
    expect(flood(after(known, town, district))?.next).toBeUndefined();
  });

  test('an exhausted plan waits for its next round; an acknowledgement ends that', () => {
    const waiting = after(initial, opened, town, district, exhausted);
    expect(flood(waiting)).toMatchObject({ phase: 'calling', repeatAt: at('03:25:02') });
    const calm = flood(after(waiting, acknowledged));
    expect(calm).toMatchObject({ phase: 'acknowledged', acknowledgedBy: [{ personId: 'wang-qiang' }] });
    expect(calm?.repeatAt).toBeUndefined();
    expect(calm?.called[1]?.people[0]?.acknowledgedAt).toBe(at('03:16:40'));
  });

  test('a higher level calls anew after an acknowledgement', () => {
    const again = call(0, '03:20:02', '03:25:02', 'li-na');
    const anew = { ...again, data: { ...again.data, level: 'red', round: 2 } } as LiveEvent;
    expect(flood(after(initial, opened, town, acknowledged, anew))).toMatchObject({ phase: 'calling', level: 'red' });
  });

  test('a resolved incident tells who, why and how many alerts it gathered, and stays resolved', () => {
    expect(flood(after(initial, resolved, district))).toMatchObject({
      phase: 'resolved',
      reason: '闸门已开启，水位回落',
      resolvedBy: { personId: 'li-na' },
      alerts: 3,
    });
  });

  test('an alert is resolved by its own event, not by its incident’s: one that came too late for it still waits', () => {
    const over = after(initial, opened, raised, resolved);
    expect(river(over)).toMatchObject({ phase: 'open', incidentId: FLOOD });
    expect(river(after(over, closed))).toMatchObject({ phase: 'resolved', resolvedAt: at('04:10:01'), incidentId: FLOOD });
    expect(river(after(initial, closed, raised, opened))).toMatchObject({ phase: 'resolved' });
  });

  test('in whatever order they come, the end is the same', () => {
    const story = [raised, opened, town, district, exhausted, acknowledged, risen, cleared, resolved, closed];
    const end = after(initial, ...story);
    fc.assert(
      fc.property(fc.shuffledSubarray(story, { minLength: story.length }), (shuffled) => {
        const state = after(initial, ...shuffled);
        expect(river(state)).toEqual(river(end));
        expect(flood(state)).toEqual(flood(end));
      }),
    );
  });

  test('remembered ids are bounded', () => {
    const many = Array.from(
      { length: SEEN_LIMIT + 7 },
      (_, i) => ({ ...raised, metadata: { ...raised.metadata, id: `evt_${i}` } }) as LiveEvent,
    );
    const state = reduce(initial, { type: 'events', events: many });
    expect(state.seen.size).toBe(SEEN_LIMIT);
    expect(state.seen.has('evt_6')).toBe(false);
    expect(state.seen.has(`evt_${SEEN_LIMIT + 6}`)).toBe(true);
  });
});

describe('fetched views', () => {
  test('a newer version stands, an older one is passed over', () => {
    const second = reduce(initial, { type: 'alert', alert: alert({ version: 2, value: 5.2, readingAt: at('03:02:00') }) });
    expect(reduce(second, { type: 'alert', alert: alert({ version: 1 }) }).alerts[RIVER]?.view.value).toBe(5.2);
    const third = reduce(second, { type: 'alert', alert: alert({ version: 3, value: 5.3, readingAt: at('03:03:00') }) });
    expect(river(third)).toMatchObject({ value: 5.3, version: 3 });
  });

  test('a view read before an event does not undo it', () => {
    const state = reduce(after(initial, raised, risen), { type: 'alert', alert: alert({ version: 1 }) });
    expect(river(state)).toMatchObject({ level: 'red', value: 5.61, version: 1 });
  });

  test('an alert never comes back from resolved', () => {
    const state = reduce(after(initial, raised, closed), { type: 'alert', alert: alert({ version: 4 }) });
    expect(river(state)).toMatchObject({ phase: 'resolved', resolvedAt: at('04:10:01'), version: 4 });
  });

  test('an incident is dirty after an event until a newer view comes', () => {
    const fetched = reduce(initial, { type: 'incident', incident: incident({ version: 2 }) });
    const touched = after(fetched, town);
    expect(touched.incidents[FLOOD]?.dirty).toBe(true);
    const stale = reduce(touched, { type: 'incident', incident: incident({ version: 2 }) });
    expect(stale.incidents[FLOOD]).toMatchObject({ dirty: true, view: { phase: 'calling' } });
    const truth = reduce(stale, { type: 'incident', incident: incident({ version: 3, phase: 'calling' }) });
    expect(truth.incidents[FLOOD]?.dirty).toBe(false);
  });

  test('an event older than the view adds no phase', () => {
    const view = incident({ version: 5, phase: 'acknowledged', acknowledgedAt: at('03:16:40'), acknowledgedBy: [] });
    expect(flood(after(reduce(initial, { type: 'incident', incident: view }), district))?.phase).toBe('acknowledged');
  });
});

describe('snapshots', () => {
  test('what is no longer open disappears', () => {
    const first = snapshot(initial, [alert(), alert({ alertId: RAIN })]);
    expect(Object.keys(snapshot(first, [alert({ alertId: RAIN, version: 2 })]).alerts)).toEqual([RAIN]);
  });

  test('an alert raised while the snapshot was on its way stays', () => {
    const first = snapshot(initial, []);
    const during = after(first, raised);
    expect(river(snapshot(during, [], [], first.sequence))).toBeDefined();
    expect(river(snapshot(during, [], [], during.sequence))).toBeUndefined();
  });

  test('a list that was cut off removes nothing', () => {
    const first = snapshot(initial, [alert()]);
    expect(river(snapshot(first, [], [], first.sequence, true))).toBeDefined();
  });

  test('nothing is news before the first snapshot; afterwards what is red or orange', () => {
    const first = snapshot(initial, [alert()]);
    expect(first.arrivals.alertIds).toEqual([]);
    const rain = after(first, event('AlertRaised', '03:30:00', { ...facts, alertId: RAIN, level: 'yellow' }));
    expect(rain.arrivals.batch).toBe(0);
    expect(after(rain, risen).arrivals).toEqual({ batch: 1, alertIds: [RIVER] });
    expect(
      snapshot(rain, [alert(), alert({ alertId: RAIN, version: 2, level: 'red', readingAt: at('03:31:00') })]).arrivals.alertIds,
    ).toEqual([RAIN]);
  });
});
