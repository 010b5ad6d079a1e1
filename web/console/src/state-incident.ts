/** How an incident's events and fetched views become one. */
import type { CalledStep, IncidentView, LiveEvent } from './model.ts';

type IncidentEvent = Exclude<LiveEvent, { name: 'AlertRaised' | 'AlertUpdated' | 'AlertCleared' | 'AlertResolved' }>;

export interface IncidentEntry {
  readonly view: IncidentView;
  /** The newest moment that an applied event or the view itself tells of, in ms. */
  readonly at: number;
  readonly touched: number;
  /** An event changed it since its view was fetched: fetch again. */
  readonly dirty: boolean;
}

/** The newest moment of which a view tells: an event of before is already in it. */
const momentOf = (view: IncidentView): number =>
  Math.max(
    ...[view.openedAt, view.acknowledgedAt, view.resolvedAt, ...view.called.map((step) => step.calledAt)]
      .concat(view.acknowledgedBy?.map((by) => by.at) ?? [])
      .filter((time) => time !== undefined)
      .map((time) => Date.parse(time)),
  );

export const mergeIncidentView = (known: IncidentEntry | undefined, view: IncidentView, touched: number): IncidentEntry => {
  if (known === undefined) return { view, at: momentOf(view), touched, dirty: false };
  if (view.version <= known.view.version) return known;
  // Resolved is final: a view read a moment before must not reopen it on the screen.
  if (known.view.phase === 'resolved' && view.phase !== 'resolved') return known;
  return { view, at: Math.max(known.at, momentOf(view)), touched: Math.max(touched, known.touched), dirty: false };
};

const provisional = (event: IncidentEvent): IncidentView => ({
  incidentId: event.data.incidentId,
  planId: event.data.planId,
  planName: event.data.planName,
  town: event.data.town,
  level: event.data.level,
  phase: 'opened',
  openedAt: event.name === 'IncidentOpened' ? event.data.openedAt : event.metadata.time,
  alerts: 1,
  called: [],
  steps: [],
  version: 0,
});

export const applyIncidentEvent = (known: IncidentEntry | undefined, event: IncidentEvent, touched: number): IncidentEntry => {
  const time = Date.parse(event.metadata.time);
  const view = additive(known?.view ?? provisional(event), event);
  // Events of one decision share their time: only an older one is late.
  const late = known !== undefined && time < known.at;
  return {
    view: withPhase(late ? view : evolved(view, event)),
    at: Math.max(known?.at ?? 0, time),
    touched,
    dirty: true,
  };
};

/** What holds whenever the event comes: a step that was called stays called, resolved stays resolved. */
const additive = (view: IncidentView, event: IncidentEvent): IncidentView => {
  switch (event.name) {
    case 'LevelCalled':
      return { ...view, called: marked(withStep(view.called, event), view.acknowledgedBy ?? []) };
    case 'IncidentOpened':
      return { ...view, openedAt: event.data.openedAt };
    case 'IncidentResolved': {
      const { personId, personName, reason, resolvedAt, alerts } = event.data;
      return { ...view, alerts, resolvedAt, reason, resolvedBy: { personId, name: personName } };
    }
    case 'AcknowledgementCounted':
      return withAcknowledgement(view, event.data, event.metadata.time);
    case 'IncidentAcknowledged': {
      const { acknowledgedAt } = event.data;
      const newest = later(view.acknowledgedAt, acknowledgedAt);
      return { ...withAcknowledgement(view, event.data, acknowledgedAt), acknowledgedAt: newest };
    }
    case 'AlertJoined':
    case 'EscalationExhausted':
      // How many it gathers is fetched with the view.
      return view;
    default:
      return event satisfies never;
  }
};

/** What only the newest event may decide: the level and what comes next. */
const evolved = (view: IncidentView, event: IncidentEvent): IncidentView => {
  const { repeatAt: _r, next: _n, ...rest } = view;
  const { level } = event.data;
  switch (event.name) {
    case 'LevelCalled': {
      const name = view.steps[event.data.step + 1];
      const next = name && { at: event.data.dueAt, name, round: event.data.round };
      return { ...rest, level, ...(next ? { next } : {}) };
    }
    case 'EscalationExhausted':
      return { ...rest, level, repeatAt: event.data.repeatAt };
    case 'AlertJoined':
    case 'IncidentOpened':
    case 'IncidentAcknowledged':
    case 'AcknowledgementCounted':
    case 'IncidentResolved':
      return { ...view, level };
    default:
      return event satisfies never;
  }
};

/** The phase follows from the moments, so that it is the same in whatever order they were told. */
const withPhase = (view: IncidentView): IncidentView => {
  const lastCall = view.called.reduce((newest, step) => Math.max(newest, Date.parse(step.calledAt)), 0);
  const calling = { ...view, phase: view.called.length > 0 ? ('calling' as const) : ('opened' as const) };
  const { repeatAt: _r, next: _n, ...calm } = view;
  if (view.resolvedAt !== undefined) return { ...calm, phase: 'resolved' };
  // A higher level calls anew after an acknowledgement: then the call is the newer of the two.
  if (view.acknowledgedAt !== undefined && Date.parse(view.acknowledgedAt) >= lastCall) return { ...calm, phase: 'acknowledged' };
  return calling;
};

const later = (a: string | undefined, b: string): string => (a !== undefined && Date.parse(a) > Date.parse(b) ? a : b);

type LevelCalled = Extract<IncidentEvent, { name: 'LevelCalled' }>;

const withStep = (called: readonly CalledStep[], { data, metadata }: LevelCalled): CalledStep[] => {
  const people = new Map<string, CalledStep['people'][number]>();
  for (const call of data.calls) {
    const person = people.get(call.personId);
    if (person) person.channels.push(call.channel);
    else people.set(call.personId, { personId: call.personId, name: call.personName, channels: [call.channel] });
  }
  const same = (step: CalledStep) => step.round === data.round && step.step === data.step;
  if (called.some(same)) return [...called];
  const step: CalledStep = {
    round: data.round,
    step: data.step,
    name: data.stepName,
    needed: data.needed,
    calledAt: metadata.time,
    dueAt: data.dueAt,
    people: [...people.values()],
  };
  return [...called, step].sort((a, b) => a.round - b.round || a.step - b.step);
};

const withAcknowledgement = (
  view: IncidentView,
  { personId, personName }: { readonly personId: string; readonly personName: IncidentView['planName'] },
  at: string,
): IncidentView => {
  const known = view.acknowledgedBy ?? [];
  if (known.some((by) => by.personId === personId)) return view;
  const acknowledgedBy = [...known, { personId, name: personName, at }].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { ...view, acknowledgedBy, called: marked(view.called, acknowledgedBy) };
};

/** An acknowledgement counts for every step in which its person had been called by then. */
const marked = (called: readonly CalledStep[], by: NonNullable<IncidentView['acknowledgedBy']>): CalledStep[] =>
  called.map((step) => ({
    ...step,
    people: step.people.map((person) => {
      const at = by.find((one) => one.personId === person.personId)?.at;
      const counts = at !== undefined && person.acknowledgedAt === undefined && Date.parse(at) >= Date.parse(step.calledAt);
      return counts ? { ...person, acknowledgedAt: at } : person;
    }),
  }));
