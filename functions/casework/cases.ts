/** Reads a case, asks whether the caller may, decides, writes: the one way in which cases change. */
import { type Action, behalf, mayOn, type Principal, type Resource } from '#functions/identity/access.ts';
import { denied } from '#runtime/http.ts';
import type { Cause } from '#runtime/outbox.ts';
import { requireVersion } from '#runtime/preconditions.ts';
import { retryConflicts } from '#runtime/table.ts';
import type { Calendar } from './calendar.ts';
import type { Case, CaseFile, Data } from './case.ts';
import { conditionsOf } from './conditions.ts';
import { type Command, type Context, decide } from './decide.ts';
import { type Definition, type Form, officialFields } from './form.ts';
import { impossibleNames, isTooLarge } from './limits.ts';
import { formTooLarge, maskedValue, toFailure, unknownCase, unknownField } from './refusals.ts';
import { errorsOf, maskedFields, unknownFields } from './schema.ts';
import type { CaseStore, Claim, StoredCase } from './store.ts';

export interface Engine {
  readonly store: Pick<CaseStore, 'get' | 'put' | 'form' | 'keepForm'>;
  readonly bureau: string;
  readonly calendar: Calendar;
}

/** Who acts, and by which request or event. */
export interface Actor {
  readonly by: string;
  readonly name?: string;
  readonly for?: string;
  readonly trace: string;
}

export const resourceOf = ({ caseId, department, people, phase }: Case): Resource => ({
  type: 'Case',
  id: caseId,
  department,
  people,
  ...(phase.at === 'step' && phase.waitsFor && { step: phase.waitsFor }),
});

export const actorOf = (principal: Principal, action: Action, resource: Resource, trace: string): Actor => {
  const whose = behalf(principal, action, resource);
  return { by: `${principal.kind}:${principal.id}`, name: principal.name, trace, ...(whose !== undefined && { for: whose }) };
};

/** The case's data and results as they would be after the command: what conditions and the schema are asked about. */
const wouldBe = (state: Case | undefined, command: Command): Pick<Case, 'data' | 'results' | 'department'> => {
  const department = state?.department ?? '';
  const data = state?.data ?? {};
  const results = state?.results ?? {};
  switch (command.type) {
    case 'open':
      return { data: command.data, results: {}, department: command.department };
    case 'propose':
      return { data: command.proposal.data, results: {}, department: command.proposal.department };
    case 'submit':
      // What services said of an earlier version of the request counts no more.
      return { data, results: {}, department };
    case 'decide':
      return { data: { ...data, ...command.changes }, results, department };
    case 'answer':
      return { data, results: { ...results, [command.answer.step]: command.answer.result }, department };
    default:
      return { data, results, department };
  }
};

const CHECKED: readonly Command['type'][] = ['submit', 'propose', 'decide'];

/** Refuses what the table could not hold. */
const checkHoldable = (data: Data): void => {
  if (isTooLarge(data)) throw formTooLarge();
  const names = impossibleNames(data);
  if (names.length > 0) throw unknownField(names);
};

const contextOf = async (
  { bureau, calendar }: Engine,
  form: Definition,
  state: Case | undefined,
  command: Command,
  actor: Actor,
  now: number,
): Promise<Context> => {
  const facts = wouldBe(state, command);
  checkHoldable(facts.data);
  return {
    form,
    bureau,
    calendar,
    now,
    by: actor.by,
    ...(actor.name !== undefined && { name: actor.name }),
    ...(actor.for !== undefined && { for: actor.for }),
    errors: CHECKED.includes(command.type) ? errorsOf(form, facts.data) : [],
    conditions: await conditionsOf(form, facts),
  };
};

/** Decides on what was read and writes it; what changes nothing is not written. */
export const change = async (
  engine: Engine,
  form: Definition,
  before: StoredCase | undefined,
  command: Command,
  actor: Actor,
  now: number,
  claim?: Claim,
): Promise<StoredCase> => {
  const decided = decide(before?.state, command, await contextOf(engine, form, before?.state, command, actor, now));
  if ('refused' in decided) throw toFailure(decided);
  if (decided.events.length === 0) return before as StoredCase;
  const cause: Cause = { actor: actor.by, trace: actor.trace, now };
  return engine.store.put(before, decided, form, cause, claim);
};

/** The case, if the caller may see it at all. */
export const visible = async (engine: Engine, principal: Principal, caseId: string): Promise<StoredCase> => {
  const stored = await engine.store.get(caseId);
  if (!stored || !mayOn(principal, 'cases:read', resourceOf(stored.state))) throw unknownCase();
  return stored;
};

export interface Changed {
  readonly stored: StoredCase;
  readonly form: Definition;
}

/** A person's or a machine client's command on a case as it was read: no try again, for another version may want another decision. */
export const command = async (
  engine: Engine,
  call: { readonly principal: Principal; readonly ifMatch: number; readonly now: number; readonly requestId: string },
  caseId: string,
  action: Action,
  make: (form: Form, state: Case) => Command | Promise<Command>,
): Promise<Changed> => {
  const { principal, ifMatch, now, requestId } = call;
  const before = await visible(engine, principal, caseId);
  const resource = resourceOf(before.state);
  if (!mayOn(principal, action, resource)) throw denied(principal, action, resource);
  requireVersion(before.version, ifMatch);
  const form = await engine.store.form(before.state.form);
  const stored = await change(engine, form, before, await make(form, before.state), actorOf(principal, action, resource, requestId), now);
  return { stored, form };
};

/** What the platform itself says of a case (an answer, a timer, a checked file): on whatever version there is. */
export const tell = (engine: Engine, caseId: string, command: Command, actor: Actor, now: number): Promise<StoredCase | undefined> =>
  retryConflicts(async () => {
    const before = await engine.store.get(caseId);
    if (!before) return undefined;
    return change(engine, await engine.store.form(before.state.form), before, command, actor, now);
  });

/** A file that passed its checks; what has not is not handed on. */
export const cleanFile = ({ files }: Case, id: string): CaseFile => {
  const file = files.find(({ fileId }) => fileId === id);
  if (!file) throw toFailure({ refused: 'unknown-file' });
  if (file.state !== 'clean') throw toFailure({ refused: 'file-not-ready' });
  return file;
};

/** Refuses what the form does not ask of its applicant: unknown fields, and those that a decision sets. */
export const checkFields = (form: Form, data: Data): void => {
  checkHoldable(data);
  const official = officialFields(form);
  const wrong = [...unknownFields(form, data), ...Object.keys(data).filter((name) => official.includes(name))];
  if (wrong.length > 0) throw unknownField(wrong);
  const masked = maskedFields(form, data);
  if (masked.length > 0) throw maskedValue(masked);
};

export const saving =
  (data: Data) =>
  (form: Form): Command => {
    checkFields(form, data);
    return { type: 'save', data };
  };
