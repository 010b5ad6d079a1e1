/** What the rest of the platform is told of a case's events. */
import { CaseEnded, CaseFileRemoved, CaseSubmitted, StepDecided, StepReminded, StepRequested, StepStarted } from '#events/casework.ts';
import { type Occurrence, occurred } from '#events/envelope.ts';
import { maskBySchema } from '#functions/identity/masking.ts';
import { type Case, type CaseEvent, type Data, evolve } from './case.ts';
import { type Form, isService, stepOf } from './form.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

const facts = ({ caseId, form: { id, version }, department }: Case) => ({ caseId, form: { id, version }, department });

const pick = (data: Case['data'], names: readonly string[]) =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(data, name)).map((name) => [name, data[name]]));

/** A step that begins, or is asked for again: people wait in a queue, a service gets a request; both have a time limit. */
const begun = (after: Case, form: Form): Occurrence[] => {
  const { phase } = after;
  if (phase.at !== 'step') return [];
  const step = stepOf(form, phase.step);
  const key = [after.caseId, phase.attempt, phase.level];
  const waitsFor = phase.waitsFor ? `${phase.waitsFor.department}/${phase.waitsFor.duty}` : isService(step) ? step.service : '';
  const started = occurred(StepStarted, key, {
    ...facts(after),
    step: phase.step,
    attempt: phase.attempt,
    level: phase.level,
    waitsFor,
    dueAt: iso(phase.dueAt),
    ...(phase.remindAt !== undefined && { remindAt: iso(phase.remindAt) }),
  });
  if (!isService(step)) return [started];
  const { service } = step;
  // The bus is read by many: what tells of people stays with the case.
  const input = maskBySchema(form.schema, pick(after.data, step.input)).value as Data;
  const { attempt } = phase;
  return [started, occurred(StepRequested, key, { ...facts(after), applicant: after.applicant, step: step.id, attempt, service, input })];
};

const said = (before: Case | undefined, event: CaseEvent, after: Case, form: Form): Occurrence[] => {
  switch (event.type) {
    case 'submitted': {
      const submittedAt = iso(event.now);
      return [occurred(CaseSubmitted, [after.caseId, after.attempts], { ...facts(after), applicant: after.applicant, submittedAt })];
    }
    case 'stepStarted':
      return begun(after, form);
    case 'climbed': {
      const { phase } = after;
      if (phase.at !== 'step' || !phase.waitsFor) return begun(after, form);
      const { step, attempt, level } = phase;
      const waitsFor = `${phase.waitsFor.department}/${phase.waitsFor.duty}`;
      const overdue = occurred(StepReminded, [after.caseId, attempt, level], { ...facts(after), step, attempt, waitsFor, overdue: true });
      return [...begun(after, form), overdue];
    }
    case 'reminded': {
      if (after.phase.at !== 'step' || !after.phase.waitsFor) return [];
      const { step, attempt } = after.phase;
      const waitsFor = `${after.phase.waitsFor.department}/${after.phase.waitsFor.duty}`;
      return [occurred(StepReminded, [after.caseId, attempt, 'soon'], { ...facts(after), step, attempt, waitsFor, overdue: false })];
    }
    case 'decided': {
      const attempt = before?.phase.at === 'step' && before.phase.step === event.step ? before.phase.attempt : after.attempts + 1;
      const { step, outcome, by, reason } = event;
      const data = {
        ...facts(after),
        ...{ step, attempt, outcome, by },
        ...(event.for !== undefined && { for: event.for }),
        ...(reason !== undefined && { reason }),
      };
      return [occurred(StepDecided, [after.caseId, step, attempt], data)];
    }
    case 'returned': {
      if (after.phase.at !== 'returned') return [];
      const { attempt, dueAt, from } = after.phase;
      const waitsFor = `${after.department}/applicant`;
      return [
        occurred(StepStarted, [after.caseId, attempt, 'returned'], {
          ...facts(after),
          step: from,
          attempt,
          level: 0,
          waitsFor,
          dueAt: iso(dueAt),
        }),
      ];
    }
    case 'ended': {
      const { outcome, reason, now } = event;
      return [
        occurred(CaseEnded, [after.caseId], { ...facts(after), outcome, endedAt: iso(now), ...(reason !== undefined && { reason }) }),
      ];
    }
    case 'fileRemoved':
      return [occurred(CaseFileRemoved, [after.caseId, event.fileId], { ...facts(after), fileId: event.fileId })];
    // A draft, its files and who works on it concern nobody else.
    case 'opened':
    case 'saved':
    case 'fileAwaited':
    case 'fileChecked':
    case 'assigned':
      return [];
    default:
      return event satisfies never;
  }
};

export const occurrencesOf = (before: Case | undefined, events: readonly CaseEvent[], form: Form): Occurrence[] => {
  let state = before;
  return events.flatMap((event) => {
    const after = evolve(state, event);
    const told = said(state, event, after, form);
    state = after;
    return told;
  });
};
