import { expect, test } from 'vitest';
import { grouped } from './groups.ts';
import type { AlertView, IncidentView } from './model.ts';
import { initial } from './state.ts';

type Phase = IncidentView['phase'];

const alert = (id: string, level: AlertView['level'], minute: number, over: Partial<AlertView> = {}) =>
  ({ alertId: id, level, raisedAt: `2026-07-01T03:${String(minute).padStart(2, '0')}:00+08:00`, phase: 'open', ...over }) as AlertView;

const incidents = (phases: Readonly<Record<string, Phase>>) => ({
  ...initial,
  incidents: Object.fromEntries(
    Object.entries(phases).map(([id, phase]) => [id, { view: { incidentId: id, phase } as IncidentView, at: 0, touched: 0, dirty: false }]),
  ),
});

const order = (alerts: AlertView[], phases: Readonly<Record<string, Phase>> = {}) =>
  grouped(alerts, incidents(phases)).map(({ alerts: members }) => members.map(({ alertId }) => alertId));

test('what is being called for stands above what is newer but waits for nobody', () => {
  const alerts = [
    alert('loose', 'yellow', 50),
    alert('answered', 'red', 40, { incidentId: 'i-answered' }),
    alert('called', 'orange', 10, { incidentId: 'i-called' }),
    alert('over', 'red', 59, { incidentId: 'i-over', phase: 'resolved' }),
  ];
  expect(order(alerts, { 'i-answered': 'acknowledged', 'i-called': 'calling', 'i-over': 'resolved' })).toEqual([
    ['called'],
    ['answered'],
    ['loose'],
    ['over'],
  ]);
});

test('of those that wait the graver first, then the newer', () => {
  const alerts = [
    alert('a', 'orange', 1, { incidentId: 'i-a' }),
    alert('b', 'orange', 2, { incidentId: 'i-b' }),
    alert('c', 'red', 0, { incidentId: 'i-c' }),
  ];
  expect(order(alerts, { 'i-a': 'calling', 'i-b': 'calling', 'i-c': 'opened' })).toEqual([['c'], ['b'], ['a']]);
});

test('a red alert whose incident is not known yet waits for somebody too, until its condition ends', () => {
  const called = alert('called', 'orange', 10, { incidentId: 'i' });
  expect(order([called, alert('fresh', 'red', 20)], { i: 'calling' })).toEqual([['fresh'], ['called']]);
  expect(order([called, alert('gone', 'red', 20, { clearedAt: '2026-07-01T03:30:00+08:00' })], { i: 'calling' })).toEqual([
    ['called'],
    ['gone'],
  ]);
});

test('alerts of one incident stand together, the gravest first', () => {
  const alerts = [alert('low', 'yellow', 9, { incidentId: 'i' }), alert('high', 'red', 1, { incidentId: 'i' })];
  expect(order(alerts, { i: 'calling' })).toEqual([['high', 'low']]);
});
