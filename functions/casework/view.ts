/** A case as people see it. */
import type { Text } from '#events/envelope.ts';
import type { CaseSummary, CaseView, HistoryEntry, StepView } from './api.ts';
import type { Case, CaseEvent } from './case.ts';
import { type Definition, type Form, isService, outcomeText, type PeopleStep, stepOf } from './form.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

const subjectOf = ({ data }: Case, { subject }: Form): string | undefined => {
  const value = subject?.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], data);
  return typeof value === 'string' ? value.slice(0, 120) : undefined;
};

/** Where it is, with whom, until when, and why. */
const phaseOf = ({ phase }: Case, form: Form): Partial<CaseSummary> & Pick<CaseSummary, 'phase'> => {
  switch (phase.at) {
    case 'draft':
      return { phase: 'draft' };
    case 'step': {
      const step = stepOf(form, phase.step);
      return {
        phase: 'step',
        step: { id: step.id, name: step.name, service: isService(step) },
        since: iso(phase.since),
        dueAt: iso(phase.dueAt),
        overdue: phase.level > 0,
        ...(phase.waitsFor && { waitsFor: { department: phase.waitsFor.department, duty: phase.waitsFor.duty } }),
        ...(phase.assignee !== undefined && { assignee: phase.assignee }),
      };
    }
    case 'returned':
      return {
        phase: 'returned',
        step: { id: phase.from, name: stepOf(form, phase.from).name, service: false },
        since: iso(phase.since),
        dueAt: iso(phase.dueAt),
        reason: phase.reason,
      };
    case 'ended':
      return {
        phase: 'ended',
        outcome: { id: phase.outcome, name: outcomeText(form, phase.outcome) ?? { zh: phase.outcome, en: phase.outcome } },
        endedAt: iso(phase.endedAt),
        ...(phase.reason !== undefined && { reason: phase.reason }),
      };
    default:
      return phase satisfies never;
  }
};

export const toSummary = (state: Case, version: number, form: Form): CaseSummary => {
  const subject = subjectOf(state, form);
  return {
    caseId: state.caseId,
    form: { id: form.id, version: form.version, name: form.name },
    department: state.department,
    applicant: state.applicant,
    openedAt: iso(state.openedAt),
    ...(subject !== undefined && { subject }),
    ...(state.submittedAt !== undefined && { submittedAt: iso(state.submittedAt) }),
    ...phaseOf(state, form),
    version,
  };
};

/** The steps in the order of their definition, for the picture of where it is. */
const stepsOf = (state: Case, form: Form, history: readonly CaseEvent[]): StepView[] => {
  const { phase } = state;
  const current = phase.at === 'step' ? phase.step : phase.at === 'returned' ? phase.from : undefined;
  // Of the last run through the steps only: what was decided before an amendment is decided anew.
  const run = history.slice(history.findLastIndex(({ type }) => type === 'submitted') + 1);
  return form.steps.map(({ id, name }): StepView => {
    const decided = run.find((event) => event.type === 'decided' && event.step === id);
    if (id === current) return { id, name, state: 'current' };
    if (decided?.type !== 'decided') return { id, name, state: 'open' };
    const byRule = decided.by === 'system:rules';
    return { id, name, state: byRule ? 'byRule' : 'done', outcome: decided.outcome, at: iso(decided.now) };
  });
};

const optionsOf = (state: Case, form: Form): Pick<CaseView, 'options' | 'askBack' | 'amends'> => {
  const step = state.phase.at === 'step' ? stepOf(form, state.phase.step) : undefined;
  if (!step || isService(step)) return { options: [], askBack: false, amends: [] };
  const options = Object.keys(step.on).map((id) => ({
    id,
    name: step.outcomes[id] as Text,
    needsReason: step.reasons?.includes(id) ?? false,
  }));
  return { options, askBack: step.askBack !== undefined, amends: [...(step.amends ?? [])] };
};

export interface Shown {
  readonly state: Case;
  readonly version: number;
  readonly form: Definition;
  readonly history: readonly CaseEvent[];
  /** What the caller may do with it. */
  readonly may: readonly string[];
  /** The earlier step for whose sake the present one is not the caller's to decide. */
  readonly separatedBy?: PeopleStep | undefined;
  /** The data as the caller may see them, and the pointers of what was masked. */
  readonly data: Case['data'];
  readonly masked: readonly string[];
}

export const toView = ({ state, version, form, history, may, separatedBy, data, masked }: Shown): CaseView => ({
  ...toSummary(state, version, form),
  form: { id: form.id, version: form.version, digest: form.digest, name: form.name },
  data,
  masked: [...masked],
  files: state.files.map(({ version: _, ...file }) => file),
  findings: [...state.findings],
  results: { ...state.results },
  steps: stepsOf(state, form, history),
  returns: state.returns,
  may: [...may],
  ...(separatedBy && { separatedBy: { id: separatedBy.id, name: separatedBy.name } }),
  ...optionsOf(state, form),
});

/** The words of an outcome: the button that a person pressed, or how the case ended. */
const outcomeNameOf = (event: CaseEvent, form: Form): Text | undefined => {
  if (event.type === 'ended') return outcomeText(form, event.outcome);
  const step = event.type === 'decided' ? form.steps.find(({ id }) => id === event.step) : undefined;
  return step && event.type === 'decided' && !isService(step) ? step.outcomes[event.outcome] : undefined;
};

/** What happened, without the form's data: who, when, what, why. */
export const toHistory = (history: readonly CaseEvent[], form: Form): HistoryEntry[] =>
  history.map((event, index): HistoryEntry => {
    const { type, now, by, name } = event;
    const step = 'step' in event ? event.step : undefined;
    const known = form.steps.find(({ id }) => id === step);
    const outcomeName = outcomeNameOf(event, form);
    return {
      seq: index + 1,
      at: iso(now),
      type,
      by,
      ...(name !== undefined && { name }),
      ...(event.for !== undefined && { for: event.for }),
      ...(known && { step: { id: known.id, name: known.name } }),
      ...('outcome' in event && { outcome: event.outcome }),
      ...(outcomeName && { outcomeName }),
      ...('reason' in event && event.reason !== undefined && { reason: event.reason }),
      ...('changes' in event && event.changes && { changed: Object.keys(event.changes) }),
      ...('waitsFor' in event && event.waitsFor && { waitsFor: { department: event.waitsFor.department, duty: event.waitsFor.duty } }),
      ...('dueAt' in event && { dueAt: iso(event.dueAt) }),
      ...('to' in event && event.to !== undefined && { to: event.to }),
      ...('file' in event && { file: event.file.name }),
    };
  });
