import { describe, expect, test } from 'vitest';
import {
  acknowledged,
  after,
  alert,
  alertId,
  calling,
  chenJing,
  exhausted,
  FLOOD,
  heMei,
  INCIDENT_ID,
  iso,
  LI_NA,
  liNa,
  MESSAGE,
  NOW,
  opened,
  position,
  resolved,
  SUBJECT,
  text,
  wangQiang,
} from './emergency.fixture.ts';
import {
  acknowledge,
  callStep,
  type Decided,
  exhaust,
  type Incident,
  join,
  joins,
  leave,
  open,
  type Refusal,
  resolve,
} from './incident.ts';

const FACTS = { incidentId: INCIDENT_ID, planId: 'flood', planName: FLOOD.name, town: 'wanan', level: 'orange' };

type Outcome = Decided | Refusal | { readonly outcome: string };

/** given(incident).when(command), then what it produces (occurrences and the whole new state), refuses or leaves alone. */
const given = (incident: Incident) => ({
  when: (command: (incident: Incident) => Outcome) => {
    const outcome = command(incident);
    return {
      /** `changes` is all of the state that may differ; undefined is an attribute that is gone. */
      produces: (occurrences: readonly (readonly [string, object])[], changes: object) => {
        const { incident: next, occurrences: said } = outcome as Decided;
        expect(said.map(({ definition, data }) => [definition.name, data])).toEqual(occurrences);
        expect(next).toEqual({ ...incident, ...changes });
      },
      refuses: (code: Refusal['refused']) => expect(outcome).toEqual({ refused: code }),
      staysQuiet: () => expect(outcome).toMatchObject({ incident, occurrences: [] }),
      stops: () => expect(outcome).toEqual({ outcome: 'stop' }),
    };
  },
});

const answers = (personId: string, seconds: number) => (incident: Incident) => acknowledge(incident, personId, after(seconds));
const isAnsweredBy = (incident: Incident, personId: string, seconds: number): Incident =>
  (acknowledge(incident, personId, after(seconds)) as Decided).incident;

test('the first alert opens an incident at its own level, with the plan as it stands', () => {
  const { incident, occurrences } = open(INCIDENT_ID, FLOOD, alert(7), SUBJECT, NOW);
  expect(incident).toEqual({
    phase: 'opened',
    ...FACTS,
    openedAt: iso(0),
    steps: FLOOD.steps,
    repeat: FLOOD.repeat,
    subject: SUBJECT,
    alerts: 1,
    attempt: 1,
    called: [],
  });
  expect(occurrences.map(({ definition, data, key }) => [definition.name, data, key])).toEqual([
    ['IncidentOpened', { ...FACTS, alertId: alertId(7), openedAt: iso(0) }, [INCIDENT_ID]],
  ]);
});

describe('a further alert', () => {
  const red = alert(2, { level: 'red' });
  const RED = { ...FACTS, level: 'red' };
  const graver = (isMember: boolean) => (incident: Incident) => join(incident, red, isMember, text('graver'));

  test('that is no graver is counted and said, and calls nobody anew', () => {
    given(acknowledged())
      .when((incident) => join(incident, alert(2), false, text('other')))
      .produces([['AlertJoined', { ...FACTS, alertId: alertId(2) }]], { alerts: 2 });
  });

  test('that is graver raises the level and what people are told, while the calling goes on as it was', () => {
    given(calling(1))
      .when(graver(false))
      .produces([['AlertJoined', { ...RED, alertId: alertId(2) }]], { level: 'red', subject: text('graver'), alerts: 2 });
  });

  test('that is graver than what was acknowledged calls again, in a new round, from the first step, by a new execution', () => {
    given(acknowledged())
      .when(graver(false))
      .produces([['AlertJoined', { ...RED, alertId: alertId(2) }]], {
        phase: 'calling',
        level: 'red',
        subject: text('graver'),
        alerts: 2,
        attempt: 2,
        startAt: { round: 2, step: 0 },
        acknowledgedAt: undefined,
      });
  });

  test('begins with the first step however far the calling had come', () => {
    const answered = isAnsweredBy(isAnsweredBy(calling(1), 'chen-jing', 330), 'wang-qiang', 350);
    expect(graver(false)(answered).incident).toMatchObject({ phase: 'calling', startAt: { round: 2, step: 0 } });
  });

  test('that was a member already raises the level, is counted once and announced once', () => {
    given(acknowledged())
      .when(graver(true))
      .produces([], {
        phase: 'calling',
        level: 'red',
        subject: text('graver'),
        attempt: 2,
        startAt: { round: 2, step: 0 },
        acknowledgedAt: undefined,
      });
  });

  test('can be said to join without the incident being read for it', () => {
    const { definition, data, key } = joins(calling(), alertId(9));
    expect([definition.name, data, key]).toEqual(['AlertJoined', { ...FACTS, alertId: alertId(9) }, [INCIDENT_ID, alertId(9)]]);
  });
});

describe('an alert that leaves for a graver plan', () => {
  const left = (others: boolean) => (incident: Incident) => leave(incident, others, after(30));

  test('ends the incident that it leaves empty, in the system’s name, and resolves no alert', () => {
    const resolution = { resolvedAt: iso(30), reason: '预警升级，转由更高级别预案处置 Taken over by a graver plan' };
    const name = { zh: '系统', en: 'System' };
    given(exhausted())
      .when(left(false))
      .produces([['IncidentResolved', { ...FACTS, ...resolution, personId: 'system', personName: name, alerts: 1 }]], {
        ...resolution,
        phase: 'resolved',
        resolvedBy: { personId: 'system', name },
        repeatAt: undefined,
      });
  });

  test('leaves the others’ incident as it is', () => given(calling()).when(left(true)).staysQuiet());
  test('changes nothing about one that is resolved', () => given(resolved()).when(left(false)).staysQuiet());
});

describe('a step', () => {
  const second = (incident: Incident) => callStep(incident, position(1), [wangQiang, chenJing], MESSAGE, after(310));
  const first = (incident: Incident) => callStep(incident, position(0), [liNa], MESSAGE, after(10));

  test('calls its people by each of their channels and waits for as many as the plan wants', () => {
    const entry = { round: 1, step: 1, name: text('district'), needed: 2, calledAt: iso(310), dueAt: iso(910) };
    given(calling())
      .when(second)
      .produces(
        [
          [
            'LevelCalled',
            {
              ...FACTS,
              step: 1,
              stepName: text('district'),
              round: 1,
              needed: 2,
              dueAt: iso(910),
              message: MESSAGE,
              calls: [
                {
                  callId: `${INCIDENT_ID}.1.1.wang-qiang.sms`,
                  personId: 'wang-qiang',
                  personName: wangQiang.name,
                  channel: 'sms',
                  address: '+8613800000005',
                },
                {
                  callId: `${INCIDENT_ID}.1.1.chen-jing.webhook`,
                  personId: 'chen-jing',
                  personName: chenJing.name,
                  channel: 'webhook',
                  address: 'https://hooks.example/chen-jing?key=k6',
                },
              ],
            },
          ],
        ],
        {
          called: [
            ...calling().called,
            {
              ...entry,
              people: [
                { personId: 'wang-qiang', name: wangQiang.name, channels: ['sms'] },
                { personId: 'chen-jing', name: chenJing.name, channels: ['webhook'] },
              ],
            },
          ],
        },
      );
    expect(second(calling())).toMatchObject({ outcome: 'called', occurrences: [{ key: [INCIDENT_ID, 1, 1] }] });
  });

  test('calls somebody with two channels by both at once', () => {
    const { occurrences } = first(opened()) as Decided;
    expect(occurrences[0]?.data).toMatchObject({ calls: [{ channel: 'phone' }, { channel: 'sms' }] });
  });

  test('turns an opened incident into a calling one', () => {
    expect(first(opened())).toMatchObject({ outcome: 'called', incident: { phase: 'calling' } });
  });

  test('waits for no more answers than it calls people', () => {
    expect(callStep(calling(), position(1), [chenJing], MESSAGE, NOW)).toMatchObject({ occurrences: [{ data: { needed: 1 } }] });
  });

  test('with nobody on duty is recorded as such, and needs an answer all the same', () => {
    expect(callStep(calling(), position(1), [], MESSAGE, NOW)).toMatchObject({
      outcome: 'nobody',
      incident: { called: [{ step: 0 }, { step: 1, people: [], needed: 1 }] },
      occurrences: [{ data: { calls: [] } }],
    });
  });

  test('begins the next round: the pause is over', () => {
    const { incident } = callStep(exhausted(), position(1, 2), [chenJing], MESSAGE, after(1200)) as Decided;
    expect(incident.repeatAt).toBeUndefined();
    expect(incident.called.map(({ round, step }) => [round, step])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
  });

  test('is where a reopened calling began: it goes on from there', () => {
    const reopened = join(acknowledged(), alert(2, { level: 'red' }), false, SUBJECT).incident;
    const { incident } = callStep(reopened, position(0, 2, 2), [liNa], MESSAGE, after(99)) as Decided;
    expect(incident.startAt).toBeUndefined();
  });

  test('asked for again by a redelivered token calls nobody anew and still stands', () => {
    given(calling()).when(first).staysQuiet();
    expect(first(calling())).toHaveProperty('outcome', 'called');
    const nobody = (callStep(opened(), position(0), [], MESSAGE, NOW) as Decided).incident;
    given(nobody).when(first).staysQuiet();
    expect(first(nobody)).toHaveProperty('outcome', 'nobody');
  });

  test('asked for by an older execution, or one not begun, is told to stop', () => {
    const revived = { ...calling(), attempt: 2 };
    given(revived)
      .when((incident) => callStep(incident, position(1, 1, 1), [heMei], MESSAGE, NOW))
      .stops();
    given(revived)
      .when((incident) => callStep(incident, position(1, 1, 3), [heMei], MESSAGE, NOW))
      .stops();
  });

  test('is not called once the incident is acknowledged or resolved, nor beyond the plan', () => {
    given(acknowledged()).when(second).stops();
    given(resolved()).when(second).stops();
    given(calling(2))
      .when((incident) => callStep(incident, position(3), [heMei], MESSAGE, NOW))
      .stops();
  });

  test('called for days on end keeps the item small: the newest sixty remain', () => {
    let incident = opened();
    for (let round = 1; round <= 62; round++) {
      incident = (callStep(incident, position(0, round), [liNa], MESSAGE, after(round)) as Decided).incident;
    }
    expect(incident.called.map(({ round }) => round)).toEqual(Array.from({ length: 60 }, (_, i) => i + 3));
  });
});

describe('a round that ends unanswered', () => {
  const ends = (incident: Incident) => exhaust(incident, { attempt: 1, round: 1 }, after(1800));

  test('is said aloud, with the time at which calling begins again', () => {
    given(calling(2))
      .when(ends)
      .produces([['EscalationExhausted', { ...FACTS, round: 1, repeatAt: iso(3000) }]], { repeatAt: iso(3000) });
  });

  test('is said once', () => {
    given(exhausted()).when(ends).staysQuiet();
    expect(ends(exhausted())).toHaveProperty('outcome', 'repeat');
  });

  test('is nobody’s business any more after an answer, a resolution, or for an older execution', () => {
    given(acknowledged()).when(ends).stops();
    given(resolved()).when(ends).stops();
    given({ ...calling(2), attempt: 2 })
      .when(ends)
      .stops();
  });
});

describe('an acknowledgement', () => {
  const counted = (have: number, needed: number, who: typeof liNa) => ({ ...FACTS, personId: who.id, personName: who.name, have, needed });

  test('of the one who is needed ends the calling, in that person’s name', () => {
    const before = calling();
    given(before)
      .when(answers('li-na', 60))
      .produces([['IncidentAcknowledged', { ...FACTS, personId: 'li-na', personName: liNa.name, acknowledgedAt: iso(60) }]], {
        phase: 'acknowledged',
        acknowledgedAt: iso(60),
        called: [{ ...before.called[0], people: [{ ...before.called[0]?.people[0], acknowledgedAt: iso(60) }] }],
      });
    expect(answers('li-na', 60)(before)).toMatchObject({ occurrences: [{ key: [INCIDENT_ID, 1, 0, 'li-na'] }] });
  });

  test('of the first of two is counted in that person’s name, and the calling goes on', () => {
    const before = calling(1);
    const [step0, step1] = before.called;
    given(before)
      .when(answers('chen-jing', 330))
      .produces([['AcknowledgementCounted', counted(1, 2, chenJing)]], {
        called: [step0, { ...step1, people: [step1?.people[0], { ...step1?.people[1], acknowledgedAt: iso(330) }] }],
      });
  });

  test('of the second of two ends it, at the second’s time', () => {
    const { incident, occurrences } = answers('wang-qiang', 350)(isAnsweredBy(calling(1), 'chen-jing', 330)) as Decided;
    expect(incident).toMatchObject({ phase: 'acknowledged', acknowledgedAt: iso(350) });
    expect(incident.called[1]?.people.map(({ acknowledgedAt }) => acknowledgedAt)).toEqual([iso(350), iso(330)]);
    expect(occurrences).toMatchObject([{ definition: { name: 'IncidentAcknowledged' }, data: { personId: 'wang-qiang' } }]);
  });

  test('of the same person again is the same: one person is not two', () => {
    given(isAnsweredBy(calling(1), 'chen-jing', 330))
      .when(answers('chen-jing', 340))
      .staysQuiet();
    given(acknowledged()).when(answers('li-na', 70)).staysQuiet();
  });

  test('of another one called comes after enough: counted, while who ended the calling stays', () => {
    const one = (callStep(opened(), position(0), [liNa, heMei], MESSAGE, NOW) as Decided).incident;
    const { incident, occurrences } = answers('he-mei', 80)(isAnsweredBy(one, 'li-na', 60)) as Decided;
    expect(incident).toMatchObject({ phase: 'acknowledged', acknowledgedAt: iso(60) });
    expect(occurrences.map(({ definition, data }) => [definition.name, data])).toEqual([['AcknowledgementCounted', counted(2, 1, heMei)]]);
  });

  test('counts after the time that was set, as long as nobody else was called', () => {
    expect(answers('li-na', 9000)(calling())).toMatchObject({ incident: { phase: 'acknowledged' } });
  });

  test('counts between two rounds, and there is no next round', () => {
    const { incident } = answers('he-mei', 2000)(exhausted()) as Decided;
    expect(incident.phase).toBe('acknowledged');
    expect(incident.repeatAt).toBeUndefined();
  });

  test('is refused when the next step was called meanwhile', () => given(calling(1)).when(answers('li-na', 320)).refuses('step-closed'));
  test('is refused to somebody who was not called', () => given(calling(1)).when(answers('he-mei', 320)).refuses('not-called'));
  test('is refused before anybody was called', () => given(opened()).when(answers('li-na', 1)).refuses('not-called'));
  test('is refused when the incident is resolved', () => given(resolved()).when(answers('li-na', 100)).refuses('incident-resolved'));
});

describe('a resolution', () => {
  const CHEN_JING = { personId: 'chen-jing', name: chenJing.name };
  const solves = (by: typeof LI_NA, reason: string) => (incident: Incident) => resolve(incident, by, reason, after(500));
  const words = '闸门已开 gate opened';
  const data = { ...FACTS, ...{ personId: 'chen-jing', personName: chenJing.name }, reason: words, resolvedAt: iso(500) };
  const state = { phase: 'resolved', resolvedAt: iso(500), resolvedBy: CHEN_JING, reason: words };

  test.each([
    ['opened', opened()],
    ['calling', calling(1)],
    ['acknowledged', acknowledged()],
    ['exhausted', exhausted()],
  ])('closes an incident that is %s, by anybody, with the reason', (_, before) => {
    given(before)
      .when(solves(CHEN_JING, words))
      .produces([['IncidentResolved', { ...data, alerts: 1 }]], { ...state, repeatAt: undefined });
  });

  test('of a hundred thousand alerts says their number and nothing of each: it is as large as that of one', () => {
    const { occurrences } = solves(LI_NA, words)({ ...calling(), alerts: 100_000 }) as Decided;
    expect(occurrences[0]?.data).toMatchObject({ alerts: 100_000 });
    expect(JSON.stringify(occurrences[0]?.data).length).toBeLessThan(1000);
  });

  test('said again by the same person is the same', () => given(resolved()).when(solves(LI_NA, words)).staysQuiet());
  test('by another person comes too late', () => given(resolved()).when(solves(CHEN_JING, words)).refuses('incident-resolved'));
  test('for another reason comes too late', () => given(resolved()).when(solves(LI_NA, 'something else')).refuses('incident-resolved'));
});
