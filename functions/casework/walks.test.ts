/** What holds whatever form it is and whatever happens. */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as events from '#events/casework.ts';
import type { EventDefinition, EventOf, Occurrence } from '#events/envelope.ts';
import { type Case, type CaseEvent, replay } from './case.ts';
import { BUREAU, CALENDAR, CASE_ID, context, DATA, FORM, file, isRefusal, NOW } from './casework.fixture.ts';
import { type Command, type Context, decide, MAXIMUM_RETURNS } from './decide.ts';
import { type Definition, isService, OWN_OUTCOMES, stepOf } from './form.ts';
import { forms } from './forms.fixture.ts';
import { flawsOf } from './graph.ts';
import type { Timer } from './intake.ts';
import { occurrencesOf } from './occurrences.ts';
import { nameOf, timersOf } from './timers.ts';

type Kind = Exclude<Command['type'], 'open' | 'propose'>;
/** How often each is tried: what ends a walk early is rare. */
const KINDS: Readonly<Record<Kind, number>> = {
  ...{ save: 2, addFile: 1, checkFile: 2, removeFile: 2, submit: 10, withdraw: 1 },
  ...{ decide: 6, return: 6, assign: 3, answer: 6, timer: 6 },
};
const kind = fc.constantFrom(...(Object.keys(KINDS) as Kind[]).flatMap((one) => new Array<Kind>(KINDS[one]).fill(one)));
const rarely = fc.nat({ max: 9 }).map((n) => n === 0);

/** What somebody does next: `right` where it fits the case as it is, else anything. */
const op = fc.record({
  kind,
  right: rarely.map((wrong) => !wrong),
  pick: fc.nat({ max: 20 }),
  minutes: fc.nat({ max: 20_000 }),
  by: fc.constantFrom('person:jiang-he', 'person:peng-tao', 'service:ci', 'system:halls', 'system:time'),
  errors: rarely,
  skips: rarely,
  blocks: rarely,
});
type Op = typeof op extends fc.Arbitrary<infer O> ? O : never;

const NAMES = ['step-0', 'step-1', 'step-2', 'granted', 'way-0', 'way-1', 'constructor', ''];
const someName = (pick: number): string => NAMES[pick % NAMES.length] as string;

const nth = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** `fresh`: a file's id is used once. */
const commandOf = ({ kind: type, right, pick }: Op, state: Case, form: Definition, fresh: number): Command => {
  const some = right && state.files.length > 0 ? nth(state.files, pick) : file(pick % 4);
  const { phase } = state;
  const step = right && phase.at === 'step' ? phase.step : someName(pick);
  const outcome = right && phase.at === 'step' ? nth(Object.keys(stepOf(form, phase.step).on), pick) : someName(pick + 1);
  const attempt = right && (phase.at === 'step' || phase.at === 'returned') ? phase.attempt : pick % 5;
  const level = right && phase.at === 'step' ? phase.level : pick % 3;
  switch (type) {
    case 'save':
      return { type: 'save', data: { ...DATA, seats: pick } };
    case 'addFile':
      return { type: 'addFile', file: file(fresh) };
    case 'checkFile':
      return { type: 'checkFile', file: { ...some, state: pick % 3 === 0 ? 'refused' : 'clean' } };
    case 'removeFile':
      return { type: 'removeFile', fileId: some.fileId };
    case 'submit':
      return { type: 'submit' };
    case 'withdraw':
      return { type: 'withdraw', reason: 'Not needed' };
    case 'decide':
      return {
        type: 'decide',
        step,
        outcome,
        ...(pick % 4 > 0 && { reason: 'Because' }),
        ...(pick % 3 === 0 && { changes: { granted: pick + 1 } }),
      };
    case 'return':
      return { type: 'return', step, reason: 'What for?' };
    case 'assign':
      return { type: 'assign', ...(pick % 3 > 0 && { to: `person-${pick % 3}` }) };
    case 'answer':
      return { type: 'answer', answer: { caseId: CASE_ID, step, attempt, outcome, findings: [], result: { n: pick } } };
    case 'timer':
      return { type: 'timer', attempt, level, kind: pick % 3 === 0 ? 'remind' : 'due' };
    default:
      return type satisfies never;
  }
};

const skipsOf = (form: Definition): string[] => form.steps.flatMap((step) => (!isService(step) && step.skip ? [step.id] : []));

const contextOf = ({ by, errors, skips, blocks }: Op, form: Definition, now: number): Context =>
  context({
    form,
    bureau: BUREAU,
    calendar: CALENDAR,
    now,
    by,
    errors: errors ? [{ pointer: '/seats', message: { zh: '有误', en: 'is wrong' } }] : [],
    conditions: { checks: blocks ? ['many-seats'] : ['no-phone'], skips: skips ? skipsOf(form) : [] },
  });

interface Walk {
  readonly form: Definition;
  readonly history: CaseEvent[];
  /** After its opening, and after each command. */
  readonly states: Case[];
  readonly told: Occurrence[];
}

const opened = (form: Definition): Walk => {
  const answer = decide(
    undefined,
    { type: 'open', caseId: CASE_ID, department: 'education', data: DATA },
    context({ form, now: NOW, by: 'person:jiang-he' }),
  );
  if (isRefusal(answer)) throw new Error(answer.refused);
  return { form, history: [...answer.events], states: [answer.state], told: [] };
};

const last = ({ states }: Walk): Case => states.at(-1) as Case;

const does = (walk: Walk, command: Command, circumstances: Context): void => {
  const before = last(walk);
  const answer = decide(before, command, circumstances);
  if (isRefusal(answer)) {
    walk.states.push(before);
    return;
  }
  walk.history.push(...answer.events);
  walk.states.push(answer.state);
  walk.told.push(...occurrencesOf(before, answer.events, walk.form));
};

const walked = (form: Definition, ops: readonly Op[]): Walk => {
  const walk = opened(form);
  let now = NOW;
  for (const one of ops) {
    now += one.minutes * 60_000;
    does(walk, commandOf(one, last(walk), form, walk.history.length), contextOf(one, form, now));
  }
  return walk;
};

const walks = fc.tuple(forms, fc.array(op, { maxLength: 80, size: 'max' })).map(([form, ops]) => walked(form, ops));
const always = (holds: (walk: Walk) => void): void => fc.assert(fc.property(walks, holds), { numRuns: 400 });
const pairs = ({ states }: Walk): (readonly [Case, Case])[] => states.slice(1).map((after, i) => [states[i] as Case, after]);

test('the forms are right ones, with steps of both kinds', () => {
  fc.assert(
    fc.property(forms, (form) => {
      expect(flawsOf(form)).toEqual([]);
    }),
  );
  const some = fc.sample(forms, 200);
  expect(some.filter(({ steps }) => steps.some(isService) && !steps.every(isService)).length).toBeGreaterThan(20);
  expect(some.filter(({ steps }) => steps.some((step) => isService(step) && step.binding)).length).toBeGreaterThan(20);
  expect(some.filter(({ steps }) => steps.some((step) => !isService(step) && step.askBack)).length).toBeGreaterThan(20);
  expect(some.filter(({ steps }) => steps.some((step) => !isService(step) && step.separateFrom)).length).toBeGreaterThan(3);
});

describe('over any sequence of commands, right and wrong', () => {
  test('the walks are long and end in all ways', () => {
    const some = fc.sample(walks, 1500).map(last);
    const ends = new Set(some.map(({ phase }) => (phase.at === 'ended' ? phase.outcome : phase.at)));
    expect(ends).toEqual(new Set(['draft', 'step', 'returned', 'granted', 'refused', 'put-off', 'withdrawn', 'lapsed']));
    expect(Math.max(...some.map(({ returns }) => returns))).toBe(MAXIMUM_RETURNS);
    expect(some.some(({ bound }) => bound)).toBe(true);
  });

  test('the history makes the case that it is', () => {
    always(({ history, states }) => {
      expect(replay(history)).toEqual(states.at(-1));
    });
  });

  test('no case ends without an outcome that its form names, or every form has', () => {
    always((walk) => {
      const { phase } = last(walk);
      if (phase.at === 'ended') expect([...Object.keys(walk.form.outcomes), ...Object.keys(OWN_OUTCOMES)]).toContain(phase.outcome);
    });
  });

  test('what has ended never changes again, and ends once', () => {
    always((walk) => {
      for (const [before, after] of pairs(walk)) if (before.phase.at === 'ended') expect(after).toBe(before);
      expect(walk.history.filter(({ type }) => type === 'ended').length).toBe(last(walk).phase.at === 'ended' ? 1 : 0);
    });
  });

  test('attempts, people, returns and what binds only grow; who opened it and what by stays', () => {
    always((walk) => {
      for (const [before, after] of pairs(walk)) {
        expect(after.attempts).toBeGreaterThanOrEqual(before.attempts);
        expect(after.returns).toBeGreaterThanOrEqual(before.returns);
        expect(after.people.slice(0, before.people.length)).toEqual(before.people);
        expect(after.bound || !before.bound).toBe(true);
        expect([after.caseId, after.form, after.department, after.applicant, after.openedAt]).toEqual([
          ...[before.caseId, before.form, before.department, before.applicant, before.openedAt],
        ]);
      }
    });
  });

  test('each time that it waits is an attempt of its own', () => {
    always(({ history }) => {
      const attempts = history.flatMap((_, i) => {
        const { phase } = replay(history.slice(0, i + 1));
        return ['stepStarted', 'returned'].includes(history[i]?.type ?? '') && (phase.at === 'step' || phase.at === 'returned')
          ? [phase.attempt]
          : [];
      });
      expect(attempts).toEqual(attempts.map((_, i) => i + 1));
    });
  });

  test('it is asked to be amended only so often', () => {
    always((walk) => {
      expect(last(walk).returns).toBeLessThanOrEqual(MAXIMUM_RETURNS);
    });
  });

  test('from a binding step on it is neither withdrawn, nor returned, nor lapses: it ends as its form says', () => {
    always(({ form, history, states }) => {
      const binding = history.findIndex((event) => event.type === 'stepStarted' && event.binding);
      if (binding < 0) return;
      const after = history.slice(binding);
      expect(after.filter(({ type }) => type === 'returned' || type === 'submitted')).toEqual([]);
      const { phase } = states.at(-1) as Case;
      if (phase.at === 'ended') expect(Object.keys(form.outcomes)).toContain(phase.outcome);
    });
  });

  test('nobody but a decision sets what decisions set', () => {
    always(({ history }) => {
      const until = history.findLastIndex((event) => event.type === 'returned');
      const granted = replay(history).data.granted;
      const set = history.slice(until + 1).flatMap((event) => (event.type === 'decided' && event.changes ? [event.changes.granted] : []));
      expect(granted).toBe(set.at(-1));
    });
  });

  test('all that is told is as its schema says, and nothing is told twice under one id', () => {
    const ajv = new Ajv({ formats: { 'date-time': true } });
    const definitions = (Object.values(events) as object[]).filter((one) => 'sample' in one) as EventDefinition[];
    const accepts = new Map(definitions.map(({ name, data }) => [name, ajv.compile(data)]));
    always(({ told }) => {
      for (const { definition, data } of told) expect(accepts.get(definition.name)?.(data), definition.name).toBe(true);
      const keys = told.map(({ definition, key }) => [definition.name, ...key].join('|'));
      expect(new Set(keys).size).toBe(keys.length);
    });
  });
});

/** Schedules as EventBridge keeps them: a name that is taken is not given again. */
class Schedules {
  readonly #set = new Map<string, Timer>();

  add(told: readonly Occurrence[]): void {
    for (const { definition, data } of told) {
      if (definition.name !== 'StepStarted') continue;
      for (const timer of timersOf({ data } as EventOf<typeof events.StepStarted>))
        if (!this.#set.has(nameOf(timer))) this.#set.set(nameOf(timer), timer);
    }
  }

  next(): Timer | undefined {
    const [first] = [...this.#set.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    if (first) this.#set.delete(nameOf(first));
    return first;
  }
}

/** What whoever is waited for does: answers, or says nothing until time does. */
const choice = fc.record({ pick: fc.nat({ max: 20 }), answers: fc.boolean(), asksBack: fc.boolean(), amends: fc.boolean() });
type Choice = typeof choice extends fc.Arbitrary<infer C> ? C : never;

const answerOf = ({ phase }: Case, form: Definition, { pick, asksBack, amends }: Choice): Command[] => {
  if (phase.at === 'returned') return amends ? [{ type: 'submit' }] : [];
  if (phase.at !== 'step') return [];
  const step = stepOf(form, phase.step);
  const outcome = nth(Object.keys(step.on), pick);
  if (isService(step))
    return [{ type: 'answer', answer: { caseId: CASE_ID, step: step.id, attempt: phase.attempt, outcome, findings: [], result: {} } }];
  const decided: Command = { type: 'decide', step: step.id, outcome, reason: 'Because' };
  return asksBack ? [{ type: 'return', step: step.id, reason: 'What for?' }, decided] : [decided];
};

/** Sent, and then: each time that it waits, an answer comes or the next timer rings. `silences` are how many may say nothing in a row. */
const lived = (form: Definition, choices: readonly Choice[], silences: number): { walk: Walk; turns: number } => {
  const walk = opened(form);
  const schedules = new Schedules();
  // Enough colleagues: each step is decided by another.
  const circumstances = (now: number, { type }: Command) => {
    const by = type === 'answer' ? 'system:halls' : `person:colleague-${turns}`;
    return context({ form, now, by, conditions: { checks: [], skips: [] } });
  };
  let now = NOW;
  let silent = 0;
  let turns = 0;
  const turn = (commands: readonly Command[]) => {
    for (const command of commands) {
      const before = walk.told.length;
      does(walk, command, circumstances(now, command));
      schedules.add(walk.told.slice(before));
    }
  };
  turn([{ type: 'submit' }]);
  for (; last(walk).phase.at !== 'ended' && turns < 1000; turns++) {
    const one = nth(choices, turns);
    const answer = one.answers || silent >= silences ? answerOf(last(walk), form, one) : [];
    silent = answer.length > 0 ? 0 : silent + 1;
    if (answer.length > 0) {
      now += 60_000;
      turn(answer);
      continue;
    }
    const timer = schedules.next();
    if (!timer) throw new Error(`nothing will ever happen: ${JSON.stringify(last(walk).phase)}`);
    now = Math.max(now, Date.parse(timer.at));
    turn([{ type: 'timer', attempt: timer.attempt, level: timer.level, kind: timer.kind }]);
  }
  return { walk, turns };
};

describe('a request whose people and services answer in the end, and whose timers ring', () => {
  const choices = fc.array(choice, { minLength: 1, maxLength: 40, size: 'max' });

  test('comes to an end, after so many turns at most', () => {
    fc.assert(
      fc.property(forms, choices, fc.nat({ max: 4 }), (form, made, silences) => {
        const { walk, turns } = lived(form, made, silences);
        expect(last(walk).phase.at).toBe('ended');
        // Each run through the steps, and each amendment, with the silences before each answer and the timers of what was left.
        const waits = (MAXIMUM_RETURNS + 1) * (form.steps.length + 1);
        expect(turns).toBeLessThanOrEqual(waits * (silences + 1) + 2 * waits * (silences + 2));
      }),
      { numRuns: 400 },
    );
  });

  test('and where nobody ever amends it, it lapses', () => {
    const mute = fc.array(
      choice.map((one) => ({ ...one, amends: false, asksBack: true, answers: true })),
      { minLength: 1, maxLength: 10 },
    );
    fc.assert(
      fc.property(forms, mute, (form, made) => {
        const { walk } = lived(form, made, 2);
        const { phase, returns } = last(walk);
        expect(phase.at === 'ended' && phase.outcome === 'lapsed').toBe(returns > 0);
      }),
      { numRuns: 200 },
    );
  });

  test('while people say nothing it waits for them, and climbs', () => {
    const silent = [{ pick: 0, answers: false, asksBack: false, amends: false }];
    fc.assert(
      fc.property(forms, (form) => {
        const { walk } = lived(form, silent, Number.POSITIVE_INFINITY);
        const { phase } = last(walk);
        // To its end come only services that may be silent, all the way.
        if (phase.at === 'ended')
          expect(walk.history.every((event) => event.type !== 'stepStarted' || event.waitsFor === undefined)).toBe(true);
        else expect(phase).toMatchObject({ at: 'step', level: expect.any(Number) });
        if (phase.at === 'step') expect(phase.level).toBeGreaterThan(10);
      }),
      { numRuns: 50 },
    );
  });
});

test('the form of the other tests is one of these', () => expect(flawsOf(FORM)).toEqual([]));
