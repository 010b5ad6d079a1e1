/** What becomes of a command: the events that follow from it, or why it is refused. Pure; conditions and the form's errors come in evaluated. */
import type { CaseProposal, Finding, StepAnswer } from '#events/casework.ts';
import type { Duty } from '#functions/identity/access.ts';
import type { FieldError } from '#runtime/flaws.ts';
import { type Calendar, endOf } from './calendar.ts';
import { type Case, type CaseEvent, type CaseFile, type Data, evolve, idOf } from './case.ts';
import {
  type Definition,
  type Holders,
  isService,
  LAPSED,
  officialFields,
  type PeopleStep,
  type ServiceStep,
  type Step,
  stepOf,
  WITHDRAWN,
} from './form.ts';
import { separatedBy } from './separation.ts';

/** How often an applicant may be asked to amend one request: a case must come to an end. */
export const MAXIMUM_RETURNS = 3;

export type Command =
  | { readonly type: 'open'; readonly caseId: string; readonly department: string; readonly data: Data }
  /** By the platform: it is sent as it is. */
  | { readonly type: 'propose'; readonly caseId: string; readonly proposal: CaseProposal }
  | { readonly type: 'save'; readonly data: Data }
  | { readonly type: 'addFile'; readonly file: CaseFile }
  | { readonly type: 'checkFile'; readonly file: CaseFile }
  | { readonly type: 'removeFile'; readonly fileId: string }
  | { readonly type: 'submit' }
  | { readonly type: 'withdraw'; readonly reason: string }
  | { readonly type: 'decide'; readonly step: string; readonly outcome: string; readonly reason?: string; readonly changes?: Data }
  | { readonly type: 'return'; readonly step: string; readonly reason: string }
  | { readonly type: 'assign'; readonly to?: string }
  | { readonly type: 'answer'; readonly answer: StepAnswer }
  | { readonly type: 'timer'; readonly attempt: number; readonly level: number; readonly kind: 'remind' | 'due' };

export interface Context {
  readonly form: Definition;
  readonly bureau: string;
  readonly calendar: Calendar;
  /** Who acts: `person:…`, `service:…`, `system:…` */
  readonly by: string;
  readonly name?: string;
  /** Whose duty it is, where it is held by delegation. */
  readonly for?: string;
  /** ms since the epoch */
  readonly now: number;
  /** JSON Pointers of what the form's schema does not accept in the data as they would be. */
  readonly errors: readonly FieldError[];
  /** Ids of the form's checks that found something, and of the steps to skip, in the case as it would be. */
  readonly conditions: { readonly checks: readonly string[]; readonly skips: readonly string[] };
}

export type RefusalCode =
  | 'case-ended'
  | 'case-not-draft'
  | 'case-not-at-step'
  | 'step-is-not-decided-by-people'
  | 'separation-of-duties'
  | 'unknown-outcome'
  | 'not-the-service-asked'
  | 'reason-required'
  | 'field-not-amendable'
  | 'no-asking-back'
  | 'asked-back-too-often'
  | 'not-withdrawable'
  | 'form-incomplete'
  | 'check-blocks'
  | 'file-not-ready'
  | 'too-many-files'
  | 'unknown-file'
  | 'nothing-to-withdraw';

export interface Refusal {
  readonly refused: RefusalCode;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Decided {
  /** Empty where there is nothing to do. */
  readonly events: readonly CaseEvent[];
  readonly state: Case;
}

const refuse = (refused: RefusalCode, details?: Record<string, unknown>): Refusal => ({ refused, ...(details && { details }) });

type Fact = CaseEvent extends infer E ? (E extends CaseEvent ? Omit<E, 'now' | 'by' | 'name' | 'for'> : never) : never;

/** Gathers events and what the case is after each of them. */
class Story {
  readonly events: CaseEvent[] = [];
  readonly #context: Context;
  #state: Case | undefined;

  constructor(state: Case | undefined, context: Context) {
    this.#state = state;
    this.#context = context;
  }

  get state(): Case {
    if (!this.#state) throw new Error('nothing was opened');
    return this.#state;
  }

  add(fact: Fact, by = this.#context.by): void {
    const { now, name, for: whose } = this.#context;
    const own = by === this.#context.by;
    const event = {
      ...fact,
      now,
      by,
      ...(own && name !== undefined && { name }),
      ...(own && whose !== undefined && { for: whose }),
    } as CaseEvent;
    this.events.push(event);
    this.#state = evolve(this.#state, event);
  }

  get decided(): Decided {
    return { events: this.events, state: this.state };
  }
}

export const dutyOf = (holders: Holders, department: string, bureau: string): Duty => ({
  duty: holders.duty,
  department: holders.at === 'bureau' ? bureau : department,
});

const BY_RULE = 'system:rules';
const BY_TIME = 'system:time';

/** Goes to a step, through those that a rule decides, until somebody is waited for or the case ends. */
const goTo = (story: Story, next: string, context: Context, reason?: string): void => {
  const { form, calendar, now, bureau, conditions } = context;
  if (!form.steps.some(({ id }) => id === next)) {
    story.add({ type: 'ended', outcome: next, ...(reason !== undefined && { reason }) });
    return;
  }
  const step = stepOf(form, next);
  const dueAt = endOf(now, step.within, calendar);
  if (isService(step)) {
    story.add({ type: 'stepStarted', step: step.id, dueAt, ...(step.binding && { binding: true }) });
    return;
  }
  if (step.skip && conditions.skips.includes(step.id)) {
    const { outcome } = step.skip;
    story.add({ type: 'decided', step: step.id, outcome, reason: step.skip.reason.zh }, BY_RULE);
    goTo(story, step.on[outcome] as string, context);
    return;
  }
  const remindAt = step.remind && endOf(now, step.remind, calendar);
  const waitsFor = dutyOf(step.people, story.state.department, bureau);
  story.add({ type: 'stepStarted', step: step.id, dueAt, waitsFor, ...(remindAt !== undefined && { remindAt }) });
};

const findingsOf = ({ form, conditions }: Context): Finding[] =>
  (form.checks ?? [])
    .filter(({ id }) => conditions.checks.includes(id))
    .map(({ id, severity, text, pointer }) => ({ id, severity, text, ...(pointer !== undefined && { pointer }) }));

/** Why its applicant may not change it now. */
const closed = ({ phase }: Case): Refusal | undefined => {
  if (phase.at === 'ended') return refuse('case-ended');
  return phase.at === 'step' ? refuse('case-not-draft') : undefined;
};

const save = (state: Case, data: Data, context: Context): Decided => {
  const story = new Story(state, context);
  story.add({ type: 'saved', data });
  return story.decided;
};

const submit = (state: Case, context: Context): Decided | Refusal => {
  if (context.errors.length > 0) return refuse('form-incomplete', { errors: context.errors });
  const findings = findingsOf(context);
  const blocking = findings.filter(({ severity }) => severity === 'blocking');
  if (blocking.length > 0) return refuse('check-blocks', { findings: blocking });
  const unready = state.files.filter((file) => file.state !== 'clean').map(({ fileId }) => fileId);
  if (unready.length > 0) return refuse('file-not-ready', { files: unready });
  const story = new Story(state, context);
  story.add({ type: 'submitted', findings });
  goTo(story, context.form.start, context);
  return story.decided;
};

/** Why the present step is not for this person, who decided an earlier one. */
const separated = (state: Case, person: string, { form }: Context): Refusal | undefined => {
  const step = separatedBy(state, form, person);
  return step && refuse('separation-of-duties', { step: step.id, name: step.name });
};

/** The step that waits for people, if it is the one that the command names and not for others than who acts. */
const peopleStep = (state: Case, step: string, context: Context): PeopleStep | Refusal => {
  if (state.phase.at === 'ended') return refuse('case-ended');
  if (state.phase.at !== 'step' || state.phase.step !== step) return refuse('case-not-at-step');
  const found = stepOf(context.form, step);
  if (isService(found)) return refuse('step-is-not-decided-by-people');
  return separated(state, idOf(context.by), context) ?? found;
};

const decideStep = (state: Case, command: Extract<Command, { type: 'decide' }>, context: Context): Decided | Refusal => {
  const { step, outcome, reason, changes = {} } = command;
  const found = peopleStep(state, step, context);
  if ('refused' in found) return found;
  const next = Object.hasOwn(found.on, outcome) ? found.on[outcome] : undefined;
  if (next === undefined) return refuse('unknown-outcome', { known: Object.keys(found.on) });
  if (found.reasons?.includes(outcome) && !reason) return refuse('reason-required');
  const foreign = Object.keys(changes).filter((name) => !found.amends?.includes(name));
  if (foreign.length > 0) return refuse('field-not-amendable', { fields: foreign });
  if (context.errors.length > 0) return refuse('form-incomplete', { errors: context.errors });
  const story = new Story(state, context);
  const changed = Object.keys(changes).length > 0;
  story.add({ type: 'decided', step, outcome, ...(reason && { reason }), ...(changed && { changes }) });
  goTo(story, next, context, reason);
  return story.decided;
};

const askBack = (state: Case, { step, reason }: Extract<Command, { type: 'return' }>, context: Context): Decided | Refusal => {
  const found = peopleStep(state, step, context);
  if ('refused' in found) return found;
  if (!found.askBack) return refuse('no-asking-back');
  if (state.returns >= MAXIMUM_RETURNS) return refuse('asked-back-too-often', { maximum: MAXIMUM_RETURNS });
  const story = new Story(state, context);
  const forgets = officialFields(context.form).filter((name) => Object.hasOwn(state.data, name));
  const dueAt = endOf(context.now, found.askBack.within, context.calendar);
  story.add({ type: 'returned', step, reason, dueAt, ...(forgets.length > 0 && { forgets }) });
  return story.decided;
};

const withdraw = (state: Case, reason: string, context: Context): Decided | Refusal => {
  if (state.phase.at === 'ended') return refuse('case-ended');
  if (state.bound) return refuse('not-withdrawable');
  if (state.applicant.startsWith('system:')) return refuse('nothing-to-withdraw');
  const story = new Story(state, context);
  story.add({ type: 'ended', outcome: WITHDRAWN, reason });
  return story.decided;
};

const quiet = (state: Case): Decided => ({ events: [], state });

/** `cloud-quota.assess` is the capability `cloud-quota`'s to answer. */
const isAskedOf = ({ service }: ServiceStep, by: string): boolean => by === `system:${service.slice(0, service.indexOf('.'))}`;

/** An answer that comes twice, late or for a step that was left is no news. */
const takeAnswer = (state: Case, { step, attempt, outcome, findings, result }: StepAnswer, context: Context): Decided | Refusal => {
  const { phase } = state;
  if (phase.at !== 'step' || phase.step !== step || phase.attempt !== attempt) return quiet(state);
  const found = stepOf(context.form, step);
  if (!isService(found)) return quiet(state);
  if (!isAskedOf(found, context.by)) return refuse('not-the-service-asked');
  const next = Object.hasOwn(found.on, outcome) ? found.on[outcome] : undefined;
  if (next === undefined) return refuse('unknown-outcome', { known: Object.keys(found.on) });
  const story = new Story(state, context);
  story.add({ type: 'decided', step, outcome, findings, result });
  goTo(story, next, context, findings.find(({ severity }) => severity === 'blocking')?.text.zh);
  return story.decided;
};

/** What is overdue climbs, and is told again and again; it never ends by itself while people, or an answer that binds, are waited for. */
const climb = (story: Story, step: Step, context: Context): void => {
  const { calendar, now, bureau } = context;
  if (isService(step)) story.add({ type: 'climbed', dueAt: endOf(now, step.within, calendar) }, BY_TIME);
  else {
    const waitsFor = dutyOf(step.overdue.to, story.state.department, bureau);
    story.add({ type: 'climbed', waitsFor, dueAt: endOf(now, step.overdue.again, calendar) }, BY_TIME);
  }
};

const onTimer = (state: Case, { attempt, level, kind }: Extract<Command, { type: 'timer' }>, context: Context): Decided => {
  const { phase } = state;
  const story = new Story(state, context);
  if (phase.at === 'returned' && phase.attempt === attempt && kind === 'due' && context.now >= phase.dueAt) {
    story.add({ type: 'ended', outcome: LAPSED, reason: phase.reason }, BY_TIME);
    return story.decided;
  }
  if (phase.at !== 'step' || phase.attempt !== attempt || phase.level !== level) return quiet(state);
  const step = stepOf(context.form, phase.step);
  if (kind === 'remind') {
    if (phase.remindAt === undefined || context.now < phase.remindAt) return quiet(state);
    story.add({ type: 'reminded' }, BY_TIME);
    return story.decided;
  }
  if (context.now < phase.dueAt) return quiet(state);
  if (isService(step) && step.silent !== undefined) {
    story.add({ type: 'decided', step: step.id, outcome: step.silent }, BY_TIME);
    goTo(story, step.on[step.silent] as string, context);
  } else climb(story, step, context);
  return story.decided;
};

const fileOf = ({ files }: Case, fileId: string): CaseFile | undefined => files.find((file) => file.fileId === fileId);

const addFile = (state: Case, file: CaseFile, context: Context): Decided | Refusal => {
  const maximum = context.form.files?.maximum ?? 0;
  if (state.files.length >= maximum) return refuse('too-many-files', { maximum });
  const story = new Story(state, context);
  story.add({ type: 'fileAwaited', file });
  return story.decided;
};

const removeFile = (state: Case, fileId: string, context: Context): Decided | Refusal => {
  if (!fileOf(state, fileId)) return refuse('unknown-file');
  const story = new Story(state, context);
  story.add({ type: 'fileRemoved', fileId });
  return story.decided;
};

/** Of a file that was removed meanwhile, told twice, or of a case that ended, it is no news. */
const checkFile = (state: Case, file: CaseFile, context: Context): Decided => {
  if (state.phase.at === 'ended' || fileOf(state, file.fileId)?.state !== 'awaited') return quiet(state);
  const story = new Story(state, context);
  story.add({ type: 'fileChecked', file });
  return story.decided;
};

const open = (command: Extract<Command, { type: 'open' | 'propose' }>, context: Context): Decided | Refusal => {
  const { form } = context;
  const story = new Story(undefined, context);
  const { department, data } = command.type === 'open' ? command : command.proposal;
  story.add({
    type: 'opened',
    caseId: command.caseId,
    form: { id: form.id, version: form.version, digest: form.digest },
    department,
    data,
  });
  if (command.type === 'open') return story.decided;
  if (context.errors.length > 0) return refuse('form-incomplete', { errors: context.errors });
  // Why the platform proposes it is what people read first.
  const why: Finding = { id: 'proposed', severity: 'info', text: command.proposal.reason };
  story.add({ type: 'submitted', findings: [why, ...findingsOf(context)] });
  goTo(story, form.start, context);
  return story.decided;
};

const assign = (state: Case, to: string | undefined, context: Context): Decided | Refusal => {
  const { phase } = state;
  if (phase.at === 'ended') return refuse('case-ended');
  if (phase.at !== 'step' || !phase.waitsFor) return refuse('case-not-at-step');
  if (phase.assignee === to) return quiet(state);
  const apart = to === undefined ? undefined : separated(state, to, context);
  if (apart) return apart;
  const story = new Story(state, context);
  story.add({ type: 'assigned', ...(to !== undefined && { to }) });
  return story.decided;
};

export const decide = (state: Case | undefined, command: Command, context: Context): Decided | Refusal => {
  if (command.type === 'open' || command.type === 'propose') return state ? quiet(state) : open(command, context);
  if (!state) throw new Error(`${command.type} on no case`);
  switch (command.type) {
    case 'save':
      return closed(state) ?? save(state, command.data, context);
    case 'checkFile':
      return checkFile(state, command.file, context);
    case 'addFile':
      return closed(state) ?? addFile(state, command.file, context);
    case 'removeFile':
      return closed(state) ?? removeFile(state, command.fileId, context);
    case 'submit':
      return closed(state) ?? submit(state, context);
    case 'withdraw':
      return withdraw(state, command.reason, context);
    case 'decide':
      return decideStep(state, command, context);
    case 'return':
      return askBack(state, command, context);
    case 'assign':
      return assign(state, command.to, context);
    case 'answer':
      return takeAnswer(state, command.answer, context);
    case 'timer':
      return onTimer(state, command, context);
    default:
      return command satisfies never;
  }
};
