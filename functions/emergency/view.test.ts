import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { IncidentView } from './api.ts';
import {
  acknowledged,
  alert,
  calling,
  chenJing,
  exhausted,
  FLOOD,
  INCIDENT_ID,
  iso,
  LI_NA,
  liNa,
  opened,
  resolved,
  SUBJECT,
  text,
} from './emergency.fixture.ts';
import { type Incident, join } from './incident.ts';
import { toView } from './view.ts';

const STATES: readonly (readonly [string, Incident])[] = [
  ['opened', opened()],
  ['calling', calling(1)],
  ['exhausted', exhausted()],
  ['acknowledged', acknowledged()],
  ['reopened', join(acknowledged(), alert(2, { level: 'red' }), false, SUBJECT).incident],
  ['resolved', resolved()],
];

test('an incident is shown with its facts, the names of its steps and its version', () => {
  expect(toView({ ...opened(), alerts: 12 }, 7)).toEqual({
    incidentId: INCIDENT_ID,
    planId: 'flood',
    planName: FLOOD.name,
    town: 'wanan',
    level: 'orange',
    phase: 'opened',
    openedAt: iso(0),
    alerts: 12,
    version: 7,
    called: [],
    steps: [text('town'), text('district'), text('city')],
  });
});

test.each(STATES)('an incident that is %s keeps to the schema: nothing else gets out', (_, incident) => {
  expect([...Compile(IncidentView).Errors(toView(incident, 3))]).toEqual([]);
});

test.each(STATES)('neither an address nor a token is shown of one that is %s', (_, incident) => {
  const shown = JSON.stringify(toView(Object.assign({}, incident, { taskToken: 'AQCEAAAAKgAAAAMAAAAA' }), 3));
  expect(shown).not.toMatch(/\+86|hooks\.example|AQCEAAAA/);
});

test('whom it called is shown, and who answered when', () => {
  const view = toView(acknowledged(60), 3);
  expect(view.called).toEqual(acknowledged(60).called);
  expect(view).toMatchObject({ acknowledgedAt: iso(60), acknowledgedBy: [{ personId: 'li-na', name: liNa.name, at: iso(60) }] });
  expect(toView(calling(), 3)).not.toHaveProperty('acknowledgedBy');
});

test('answers of every step are shown', () => {
  const incident = calling(1);
  const called = incident.called.map((step, i) => ({
    ...step,
    people: step.people.map((one) => (one.personId === 'wang-qiang' ? one : { ...one, acknowledgedAt: iso(i) })),
  }));
  expect(toView({ ...incident, called }, 3).acknowledgedBy).toEqual([
    { personId: 'li-na', name: liNa.name, at: iso(0) },
    { personId: 'chen-jing', name: chenJing.name, at: iso(1) },
  ]);
});

test('a resolved one is shown with who, when and why', () => {
  const acknowledgedFirst = { ...resolved(90), acknowledgedAt: iso(60) } as Incident;
  expect(toView(acknowledgedFirst, 3)).toMatchObject({
    phase: 'resolved',
    acknowledgedAt: iso(60),
    resolvedAt: iso(90),
    resolvedBy: LI_NA,
    reason: '闸门已开 gate opened',
  });
  expect(toView(resolved(90), 3)).not.toHaveProperty('acknowledgedAt');
});

describe('who is called next, and when', () => {
  const nextOf = (incident: Incident) => toView(incident, 3).next;

  test('is the following step, when the time of the current one is over', () => {
    expect(nextOf(calling(0, 20))).toEqual({ at: iso(320), name: text('district'), round: 1 });
  });

  test('is the step with which the next round begins, after the last step and the pause', () => {
    expect(nextOf(calling(2, 20))).toEqual({ at: iso(20 + 900 + 1200), name: text('district'), round: 2 });
  });

  test('is told by the pause itself once the plan is exhausted', () => {
    expect(nextOf(exhausted(1000))).toEqual({ at: iso(2200), name: text('district'), round: 2 });
    expect(toView(exhausted(1000), 3).repeatAt).toBe(iso(2200));
  });

  test('is nobody before calling began and after it ended', () => {
    for (const incident of [opened(), acknowledged(), resolved()]) expect(nextOf(incident)).toBeUndefined();
  });
});
