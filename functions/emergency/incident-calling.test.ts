/** What must hold of an incident whatever happens to it, in whatever order, and however often. */
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import type { EventDefinition } from '#events/envelope.ts';
import {
  acknowledged,
  after,
  alert,
  calling,
  exhausted,
  iso,
  LI_NA,
  MESSAGE,
  opened,
  PEOPLE,
  resolved,
  SUBJECT,
} from './emergency.fixture.ts';
import {
  acknowledge,
  callStep,
  type Decided,
  type ExecutionState,
  exhaust,
  type Incident,
  join,
  leave,
  resolve,
  revive,
  startOf,
} from './incident.ts';

describe('a calling that is to be started', () => {
  const reopened = () => join(acknowledged(), alert(2, { level: 'red' }), false, SUBJECT).incident;

  test.each([
    ['begins with the first step, at once', opened(), 5, { round: 1, step: 0, remaining: 0, pause: 0 }],
    ['goes on with the current step and the time that is left of it', calling(1, 10), 100, { round: 1, step: 1, remaining: 510, pause: 0 }],
    ['gives a step whose time is over one more second', calling(1, 10), 5000, { round: 1, step: 1, remaining: 1, pause: 0 }],
    ['waits for the next round', exhausted(0), 200, { round: 2, step: 1, remaining: 0, pause: 1000 }],
    ['begins a round that is overdue a second later', exhausted(0), 9000, { round: 2, step: 1, remaining: 0, pause: 1 }],
    ['begins anew after a graver alert', reopened(), 100, { round: 2, step: 0, remaining: 0, pause: 0 }],
  ])('%s', (_, incident, seconds, start) => {
    expect(startOf(incident, after(seconds))).toEqual(start);
  });

  test('rounds what is left of a second up, never down to nothing', () => {
    expect(startOf(calling(), after(299.5))).toMatchObject({ remaining: 1 });
    expect(startOf(calling(), after(298.5))).toMatchObject({ remaining: 2 });
  });
});

describe('the watchdog’s decision', () => {
  const looks = (incident: Incident, execution: ExecutionState, seconds: number) => revive(incident, execution, after(0), after(seconds));

  test('leaves alone what runs', () => expect(looks(calling(), 'running', 999)).toBeUndefined());
  test('leaves alone what nobody is to be called for', () => {
    expect(looks(acknowledged(), 'ended', 999)).toBeUndefined();
    expect(looks(resolved(), 'missing', 999)).toBeUndefined();
  });
  test('starts another attempt at once where an execution ended', () => {
    expect(looks(calling(), 'ended', 1)).toEqual({ ...calling(), attempt: 2 });
    expect(looks(opened(), 'ended', 1)).toEqual({ ...opened(), attempt: 2 });
  });
  test('gives one that is about to be started thirty seconds', () => {
    expect(looks(opened(), 'missing', 29.999)).toBeUndefined();
    expect(looks(opened(), 'missing', 30)).toEqual({ ...opened(), attempt: 2 });
  });
});

type Command = (incident: Incident) => object;
/** Sees the history after a command, the command, and what it was given. */
type Each = (history: History, command: Command, before: Incident) => void;

/** A history: each command's occurrences, one after the other, and the state between. */
class History {
  incident = opened({ level: 'blue' });
  now = after(0);
  readonly said: { name: string; data: Record<string, unknown>; definition: EventDefinition; before: Incident; after: Incident }[] = [];

  does(decided: object): void {
    if (!('incident' in decided)) return;
    const { incident, occurrences } = decided as Decided;
    const before = this.incident;
    this.incident = incident;
    for (const { definition, data } of occurrences) {
      this.said.push({ name: definition.name, data: data as never, definition: definition as EventDefinition, before, after: incident });
    }
  }
}

const LEVELS = fc.constantFrom('blue' as const, 'yellow' as const, 'orange' as const, 'red' as const);
const WHO = fc.constantFrom('li-na', 'wang-qiang', 'chen-jing', 'he-mei', 'nobody');

/** What may reach the decisions, each as a function that can be applied again: a redelivery carries what the first delivery carried. */
const commandOf = fc.oneof(
  { weight: 12, arbitrary: fc.record({ does: fc.constant('call' as const), late: fc.constantFrom(0, 0, 0, 1), nobody: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('exhaust' as const), late: fc.constantFrom(0, 0, 0, 1) }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('acknowledge' as const), who: WHO }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('join' as const), level: LEVELS, n: fc.integer({ min: 2, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('leave' as const), others: fc.constantFrom(false, true, true, true, true) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('resolve' as const), reason: fc.constantFrom('dry', 'closed') }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('revive' as const) }) },
);
type Wish = typeof commandOf extends fc.Arbitrary<infer T> ? T : never;

/** The position that is due next, as the execution would ask for it. */
const due = (incident: Incident, now: number) => {
  const { round, step } = startOf(incident, now);
  const known = incident.called.some((called) => called.round === round && called.step === step);
  return known && step + 1 < incident.steps.length ? { round, step: step + 1 } : { round, step };
};

/** Fixed when it is first issued, so that applying it twice is a redelivery. */
const issue = (wish: Wish, at: Incident, now: number): Command => {
  switch (wish.does) {
    case 'call': {
      const position = { ...due(at, now), attempt: at.attempt - wish.late };
      return (incident) => callStep(incident, position, wish.nobody ? [] : (PEOPLE[position.step] ?? []), MESSAGE, now);
    }
    case 'exhaust':
      return (incident) => exhaust(incident, { attempt: at.attempt - wish.late, round: at.called.at(-1)?.round ?? 1 }, now);
    case 'acknowledge':
      return (incident) => acknowledge(incident, wish.who, now);
    case 'join': {
      // Intake lets only open incidents be joined, and knows by the membership who has joined already.
      if (at.phase === 'resolved') return () => ({});
      return (incident) => join(incident, alert(wish.n, { level: wish.level }), incident !== at, SUBJECT);
    }
    case 'leave':
      return (incident) => leave(incident, wish.others, now);
    case 'resolve':
      return (incident) => resolve(incident, LI_NA, wish.reason, now);
    case 'revive': {
      // The watchdog looks at the attempt that it asked after.
      const next = revive(at, 'ended', now, now);
      return (incident) => (next && incident.attempt === at.attempt ? { incident: next, occurrences: [] } : {});
    }
  }
};

const HISTORIES = fc.array(fc.tuple(commandOf, fc.integer({ min: 1, max: 900 })), { maxLength: 50, size: 'max' });

/** Runs the wishes; `each` sees the history after each of them. */
const played = (wishes: readonly (readonly [Wish, number])[], each: Each) => {
  const history = new History();
  for (const [wish, seconds] of wishes) {
    history.now += seconds * 1000;
    const command = issue(wish, history.incident, history.now);
    const before = history.incident;
    history.does(command(before));
    each(history, command, before);
  }
  return history;
};

const holdsFor = (check: Each) => fc.assert(fc.property(HISTORIES, (wishes) => void played(wishes, check)));
const holdsAtTheEnd = (check: (history: History) => void) =>
  fc.assert(fc.property(HISTORIES, (wishes) => check(played(wishes, () => undefined))));

describe('whatever happens', () => {
  test('the histories do reach what the properties are about', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(HISTORIES, (wishes) => {
        const { said } = played(wishes, ({ incident }) => {
          reached.add(incident.phase);
          if (incident.startAt) reached.add('reopened');
        });
        for (const { name } of said) reached.add(name);
      }),
      { seed: 1 },
    );
    expect([...reached].sort()).toEqual(
      [
        ...['AcknowledgementCounted', 'AlertJoined', 'EscalationExhausted', 'IncidentAcknowledged', 'IncidentResolved', 'LevelCalled'],
        ...['acknowledged', 'calling', 'opened', 'reopened', 'resolved'],
      ].sort(),
    );
  });

  test('a resolved incident says nothing more and calls nobody', () => {
    holdsAtTheEnd(({ said }) => {
      const end = said.findIndex(({ name }) => name === 'IncidentResolved');
      if (end >= 0) expect(said.slice(end + 1).map(({ name }) => name)).toEqual([]);
    });
  });

  test('nobody is called twice for the same step of the same round by the same channel', () => {
    holdsAtTheEnd(({ said }) => {
      const calls = said.flatMap(({ data }) => (data.calls as { callId: string }[] | undefined) ?? []).map(({ callId }) => callId);
      expect(new Set(calls).size).toBe(calls.length);
    });
  });

  test('what somebody acknowledged is not called for again, unless it got graver', () => {
    holdsAtTheEnd(({ said }) => {
      let answered: Incident | undefined;
      for (const { name, before, after: next } of said) {
        if (name === 'IncidentAcknowledged') answered = next;
        else if (name === 'LevelCalled' && answered) expect(before.level).not.toBe(answered.level);
      }
    });
  });

  test('an answer is of somebody who was called, once for each step', () => {
    holdsAtTheEnd(({ said }) => {
      const answers = said.filter(({ name }) => name === 'IncidentAcknowledged' || name === 'AcknowledgementCounted');
      for (const { data, before } of answers) {
        const asked = before.called.at(-1)?.people.find(({ personId }) => personId === data.personId);
        expect(asked).toMatchObject({ name: data.personName });
        expect(asked).not.toHaveProperty('acknowledgedAt');
      }
    });
  });

  test('calling ends only when as many answered as were needed', () => {
    holdsAtTheEnd(({ said }) => {
      for (const { name, after: next } of said) {
        if (name !== 'IncidentAcknowledged') continue;
        const last = next.called.at(-1);
        expect(last?.people.filter(({ acknowledgedAt }) => acknowledgedAt).length).toBeGreaterThanOrEqual(last?.needed ?? Infinity);
      }
    });
  });

  test('any command that comes twice has the effect of once', () => {
    holdsFor(({ incident }, command) => {
      const again = command(incident);
      if (!('incident' in again)) return;
      expect(again.incident).toEqual(incident);
      expect((again as Decided).occurrences).toEqual([]);
    });
  });

  test('level, attempt, round and the number of alerts never go down', () => {
    const rank = ({ level }: Incident) => ['blue', 'yellow', 'orange', 'red'].indexOf(level);
    const round = ({ called }: Incident) => called.at(-1)?.round ?? 0;
    holdsFor(({ incident }, _, before) => {
      for (const of of [rank, round, ({ attempt }: Incident) => attempt, ({ alerts }: Incident) => alerts]) {
        expect(of(incident)).toBeGreaterThanOrEqual(of(before));
      }
    });
  });

  test('calling never stops silently: as long as somebody is to be called, there is a moment at which somebody is', () => {
    holdsFor(({ incident, now }) => {
      const next = revive(incident, 'ended', now, now);
      if (incident.phase !== 'opened' && incident.phase !== 'calling') return expect(next).toBeUndefined();
      const start = startOf(next as Incident, now);
      expect(start.pause).toBeGreaterThanOrEqual(0);
      const outcome = callStep(next as Incident, { ...start, attempt: incident.attempt + 1 }, PEOPLE[start.step] ?? [], MESSAGE, now);
      expect(outcome.outcome).not.toBe('stop');
      // Nobody answers: the next step's or round's turn comes.
      expect(start.remaining || incident.steps[start.step]?.within).toBeGreaterThan(0);
    });
  });

  test('whatever is said keeps to its schema', () => {
    const checks = new Map<string, ReturnType<typeof Compile>>();
    holdsAtTheEnd(({ said }) => {
      for (const { name, data, definition } of said) {
        const check = checks.get(name) ?? Compile(definition.data);
        checks.set(name, check);
        if (!check.Check(data)) expect([name, [...check.Errors(data)]]).toEqual([name, []]);
      }
    });
  });
});

describe('executions that keep ending at the wrong moment', () => {
  /** Plays executions (stacks/emergency.asl.ts) and the watchdog with nobody answering: each `false` ends the execution there. */
  const unanswered = (survives: readonly boolean[]) => {
    const called: { round: number; step: number; at: number; deaths: number }[] = [];
    let incident = opened();
    let now = after(0);
    let deaths = 0;
    let { round, step, remaining, pause } = startOf(incident, now);
    for (const alive of survives) {
      if (!alive) {
        deaths++;
        // The watchdog's minute, and the thirty seconds' grace.
        now += 90_000;
        incident = revive(incident, 'ended', now, now) as Incident;
        ({ round, step, remaining, pause } = startOf(incident, now));
        continue;
      }
      now += pause * 1000;
      pause = 0;
      const outcome = callStep(incident, { attempt: incident.attempt, round, step }, PEOPLE[step] ?? [], MESSAGE, now);
      if (outcome.outcome === 'stop') throw new Error(`told to stop at ${round}.${step}`);
      incident = outcome.incident;
      if (outcome.occurrences.length > 0) called.push({ round, step, at: now, deaths });
      now += (remaining || (incident.steps[step]?.within as number)) * 1000;
      remaining = 0;
      if (step + 1 < incident.steps.length) step++;
      else {
        const ended = exhaust(incident, { attempt: incident.attempt, round }, now);
        if (ended.outcome === 'stop') throw new Error(`told to stop at the end of ${round}`);
        incident = ended.incident;
        ({ after: pause, from: step } = incident.repeat);
        round++;
      }
    }
    return called;
  };

  test('leave out no step and call none twice, and nobody waits longer than the plan says and the watchdog needs', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 10, maxLength: 60 }), (survives) => {
        const called = unanswered(survives);
        const expected = Array.from({ length: called.length }, (_, i) => (i < 3 ? [1, i] : [2 + ((i - 3) >> 1), 1 + ((i - 3) % 2)]));
        expect(called.map(({ round, step }) => [round, step])).toEqual(expected);
        for (const [i, { at, step, deaths }] of called.entries()) {
          const last = called[i - 1];
          if (!last) continue;
          const planned = [300, 600, 900][last.step] as number;
          const pause = step === 1 && last.step === 2 ? 1200 : 0;
          expect((at - last.at) / 1000).toBeLessThanOrEqual(planned + pause + (deaths - last.deaths) * 91);
        }
      }),
    );
  });

  test('call the whole plan in its time when none of them does', () => {
    expect(unanswered([true, true, true, true, true, true]).map(({ at }) => new Date(at).toISOString())).toEqual(
      [0, 300, 900, 1800 + 1200, 3600, 4500 + 1200].map(iso),
    );
  });
});
