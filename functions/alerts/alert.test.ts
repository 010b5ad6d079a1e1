import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { AlertFacts } from '#events/alerts.ts';
import { LEVELS } from '#events/envelope.ts';
import { type Alert, type Decision, decideCondition, decideIncident, QUIET } from './alert.ts';
import {
  ALERT_ID,
  alertJoined,
  alertsReleased,
  breached,
  changed,
  cleared,
  condition,
  facts,
  INCIDENT_ID,
  incidentOpened,
  iso,
  open,
  RESOLUTION,
  resolved,
} from './alerts.fixture.ts';

type Told = Parameters<typeof decideCondition>[2];
type Gathered = Parameters<typeof decideIncident>[1];

/** given(alert).when(event), then what it produces or that it leaves the alert alone. Conditions are decided at iso(9). */
const given = (alert: Alert | undefined) => ({
  when: (event: Told | Gathered) => {
    const decision =
      event.source === 'devices' ? decideCondition(alert, ALERT_ID, event as Told, iso(9)) : decideIncident(alert, event as Gathered);
    return {
      produces: (occurrences: readonly (readonly [string, object])[], next: object) => {
        const { alert: after, occurrences: said } = decision as Decision;
        expect(said.map(({ definition, data }) => [definition.name, data])).toEqual(occurrences);
        expect(after).toEqual(next);
      },
      staysQuiet: () => expect(decision).toBe(QUIET),
    };
  },
});

const at = (seq: number, level: Parameters<typeof condition>[1], raisedAt = iso(1)) => facts(condition(seq, level), raisedAt);

describe('a condition that begins', () => {
  test('raises an alert with what those who act on it need, at the time it is raised', () => {
    given(undefined)
      .when(breached(104, 'orange'))
      .produces([['AlertRaised', at(104, 'orange', iso(9))]], { phase: 'open', facts: at(104, 'orange', iso(9)), seq: 104 });
  });

  test('raises it under the same key however often it is decided', () => {
    const { occurrences } = decideCondition(undefined, ALERT_ID, breached(104, 'orange'), iso(9)) as Decision;
    expect(occurrences.map(({ key }) => key)).toEqual([[ALERT_ID, 104]]);
  });

  test('raises it with facts that keep to the schema', () => {
    const { occurrences } = decideCondition(undefined, ALERT_ID, breached(104, 'orange'), iso(9)) as Decision;
    expect([...Compile(AlertFacts).Errors(occurrences[0]?.data)]).toEqual([]);
  });

  test('told again is quiet', () => given(open(104)).when(breached(104, 'orange')).staysQuiet());
  test('told after what followed it is quiet', () => given(open(110, 'red')).when(breached(104, 'orange')).staysQuiet());
});

describe('a condition that goes on at another level', () => {
  test('updates the alert to a graver one, which keeps the time it was raised', () => {
    given({ ...open(), incidentId: INCIDENT_ID })
      .when(changed(120, 'red'))
      .produces([['AlertUpdated', at(120, 'red')]], { ...open(), facts: at(120, 'red'), seq: 120, incidentId: INCIDENT_ID });
  });

  test('does not make it a lesser one: people were called by the gravest, and a person closes it', () => {
    const facts = { ...open().facts, readingAt: at(120, 'yellow').readingAt };
    given(open())
      .when(changed(120, 'yellow'))
      .produces([], { ...open(), facts, seq: 120 });
  });

  test('makes it graver also when that is told late, and keeps what is newer', () => {
    const known = { ...open(130), clearedAt: iso(30) };
    const facts = { ...at(120, 'red'), readingAt: known.facts.readingAt };
    given(known)
      .when(changed(120, 'red'))
      .produces([['AlertUpdated', facts]], { ...known, facts });
    given({ ...resolved('orange'), seq: 130 })
      .when(changed(120, 'red'))
      .staysQuiet();
  });

  test('raises the alert when it overtook the beginning', () => {
    given(undefined)
      .when(changed(120, 'red'))
      .produces([['AlertRaised', at(120, 'red', iso(9))]], { phase: 'open', facts: at(120, 'red', iso(9)), seq: 120 });
  });

  test('at the same level says nothing, and is remembered', () => {
    const facts = { ...open().facts, readingAt: at(121, 'orange').readingAt };
    given(open())
      .when(changed(121, 'orange'))
      .produces([], { ...open(), facts, seq: 121 });
  });
});

describe('a condition that ends', () => {
  test('is said, with the level and value that were dangerous, and a person still has to close the alert', () => {
    const dangerous = open().facts.value;
    const over = { ...at(130, 'orange'), value: dangerous };
    expect(dangerous).not.toBe(at(130, 'orange').value);
    given(open())
      .when(cleared(130, 'orange'))
      .produces([['AlertCleared', over]], { ...open(), facts: over, seq: 130, clearedAt: iso(30) });
  });

  test('raises the alert all the same when it overtook the beginning, and shows it as over', () => {
    const both = at(130, 'orange', iso(9));
    given(undefined)
      .when(cleared(130, 'orange'))
      .produces(
        [
          ['AlertRaised', both],
          ['AlertCleared', both],
        ],
        { phase: 'open', facts: both, seq: 130, clearedAt: iso(30) },
      );
  });

  test('told again is quiet', () =>
    given({ ...open(130), clearedAt: iso(30) })
      .when(cleared(130, 'orange'))
      .staysQuiet());
});

describe('of an alert that a person has closed', () => {
  test('only a higher level raises it anew, as an alert that belongs to nothing yet', () => {
    given(resolved('orange'))
      .when(changed(120, 'red'))
      .produces([['AlertRaised', at(120, 'red', iso(9))]], { phase: 'open', facts: at(120, 'red', iso(9)), seq: 120 });
  });

  test('the same level, a lower one and the end say nothing', () => {
    given(resolved('orange')).when(changed(120, 'orange')).staysQuiet();
    given(resolved('orange')).when(changed(120, 'blue')).staysQuiet();
    given(resolved('orange')).when(cleared(120, 'red')).staysQuiet();
  });

  test('a higher level that was known before says nothing', () => given(resolved('orange')).when(breached(99, 'red')).staysQuiet());
});

describe('an incident', () => {
  test.each([incidentOpened(), alertJoined()])('that gathers the alert is remembered with it ($name)', (event) => {
    given(open())
      .when(event)
      .produces([], { ...open(), incidentId: INCIDENT_ID });
  });

  test('that gathers it again says nothing new', () => {
    given({ ...open(), incidentId: INCIDENT_ID })
      .when(alertJoined())
      .staysQuiet();
  });

  test('of a graver plan takes the alert over', () => {
    given({ ...open(), incidentId: INCIDENT_ID })
      .when(alertJoined(ALERT_ID, 'inc_graver'))
      .produces([], { ...open(), incidentId: 'inc_graver' });
  });

  test('that is resolved and releases the alert closes it, in the person’s name, with the reason', () => {
    given({ ...open(), incidentId: INCIDENT_ID, clearedAt: iso(30) })
      .when(alertsReleased())
      .produces([['AlertResolved', open().facts]], {
        ...open(),
        phase: 'resolved',
        incidentId: INCIDENT_ID,
        clearedAt: iso(30),
        ...RESOLUTION,
      });
  });

  test('that releases the alert before anybody told that it gathered it closes it all the same', () => {
    given(open())
      .when(alertsReleased())
      .produces([['AlertResolved', open().facts]], { ...resolved() });
  });

  test('that releases the alert in the moment it was raised closes it: only what came later is another life', () => {
    given(open(100, 'orange', iso(600)))
      .when(alertsReleased())
      .produces([['AlertResolved', open(100, 'orange', iso(600)).facts]], {
        ...resolved(),
        facts: open(100, 'orange', iso(600)).facts,
      });
  });

  test('that gathers the alert, told after it released it, says nothing new', () => {
    const { alert } = decideIncident(open(), alertsReleased()) as Decision;
    for (const event of [incidentOpened(), alertJoined(), alertsReleased()]) given(alert).when(event).staysQuiet();
  });

  test('tells nothing new of an alert that is closed, nor of one that nobody knows', () => {
    for (const event of [incidentOpened(), alertJoined(), alertsReleased()]) {
      given(resolved()).when(event).staysQuiet();
      given(undefined).when(event).staysQuiet();
    }
  });
});

describe('in whatever order and however often conditions are told', () => {
  const EPISODE = [breached(100, 'yellow'), changed(110, 'orange'), changed(120, 'red'), changed(130, 'orange'), cleared(140, 'orange')];
  const told = fc.array(fc.nat(EPISODE.length - 1), { minLength: 1, maxLength: 12 });

  const decides = (indexes: readonly number[]) => {
    let alert: Alert | undefined;
    const said: string[] = [];
    for (const i of indexes) {
      const decision = decideCondition(alert, ALERT_ID, EPISODE[i] as Told, iso(9));
      if (decision === QUIET) continue;
      alert = decision.alert;
      said.push(...decision.occurrences.map(({ definition }) => definition.name));
    }
    return { alert, said };
  };

  const rank = (event: Told) => LEVELS.indexOf(event.data.level);

  test('the gravest that was told is what the alert shows, and it is raised once', () => {
    fc.assert(
      fc.property(told, (indexes) => {
        const { alert, said } = decides(indexes);
        const events = indexes.map((index) => EPISODE[index] as Told);
        // An end tells of a level only to those who had heard nothing.
        const levels = events.filter(({ name }, i) => i === 0 || name !== 'ThresholdCleared');
        const gravest = LEVELS[Math.max(...levels.map(rank))];
        expect(alert).toMatchObject({ seq: Math.max(...events.map(({ data }) => data.seq)), facts: { level: gravest } });
        expect(said.filter((name) => name === 'AlertRaised')).toEqual(['AlertRaised']);
        expect(said[0]).toBe('AlertRaised');
        expect(said.filter((name) => name === 'AlertCleared').length).toBe(events.some(({ name }) => name === 'ThresholdCleared') ? 1 : 0);
      }),
    );
  });

  test('telling it all once more changes nothing', () => {
    fc.assert(fc.property(told, (indexes) => void expect(decides([...indexes, ...indexes])).toEqual(decides(indexes))));
  });
});

test('a resolution told again doesn’t close the alert that was raised anew after it', () => {
  // Resolved at 600 s, raised anew as red at 700 s; then the resolution is delivered a second time.
  const anew = open(800, 'red', iso(700));
  expect(decideIncident(anew, alertsReleased(undefined, undefined, 600))).toBe(QUIET);
});
