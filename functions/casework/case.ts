/** A case and its history: what can happen to a request, and what it then is. The history is the record; the case follows from it. */
import type { Finding } from '#events/casework.ts';
import type { Duty } from '#functions/identity/access.ts';

export type FileState = 'awaited' | 'clean' | 'refused';

export interface CaseFile {
  readonly fileId: string;
  readonly name: string;
  /** Media type, as declared until it is checked. */
  readonly type: string;
  readonly bytes: number;
  readonly state: FileState;
  /** Why it was refused. */
  readonly reason?: string;
  readonly sha256?: string;
  /** The bucket's version that was checked: whoever still holds the upload's address may have put another over it. */
  readonly version?: string;
}

export type Data = Readonly<Record<string, unknown>>;

export type Phase =
  | { readonly at: 'draft' }
  /** Waits for a capability, or for people. */
  | {
      readonly at: 'step';
      readonly step: string;
      readonly attempt: number;
      readonly since: number;
      /** 0; each time that it was overdue one more. */
      readonly level: number;
      readonly dueAt: number;
      readonly remindAt?: number;
      readonly waitsFor?: Duty;
      readonly assignee?: string;
    }
  /** Waits for the applicant to amend it. */
  | {
      readonly at: 'returned';
      readonly from: string;
      readonly attempt: number;
      readonly since: number;
      readonly dueAt: number;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly at: 'ended'; readonly outcome: string; readonly endedAt: number; readonly reason?: string };

export interface Case {
  readonly caseId: string;
  readonly form: { readonly id: string; readonly version: number; readonly digest: string };
  readonly department: string;
  /** Who opened it: `person:…`, `service:…`, `system:…` */
  readonly applicant: string;
  /** Ids of the people and machines that drafted, changed or sent it: none of them decides on it. */
  readonly people: readonly string[];
  readonly data: Data;
  readonly files: readonly CaseFile[];
  readonly findings: readonly Finding[];
  /** What services answered, by step. */
  readonly results: Readonly<Record<string, Data>>;
  /** Who decided each step when it was last walked: people only, by their ids. */
  readonly deciders: Readonly<Record<string, string>>;
  /** ms since the epoch */
  readonly openedAt: number;
  readonly submittedAt?: number;
  /** How often it began to wait: for a step, or for its applicant. */
  readonly attempts: number;
  /** How often the applicant was asked to amend it. */
  readonly returns: number;
  /** Something was changed for it that a withdrawal would not undo. */
  readonly bound: boolean;
  readonly phase: Phase;
}

/** What happened, who did it and when, as the history keeps it. */
export type CaseEvent = {
  readonly now: number;
  readonly by: string;
  /** Of whoever acted, as it was then. */
  readonly name?: string;
  /** Whose duty it was, where it was held by delegation. */
  readonly for?: string;
} & (
  | {
      readonly type: 'opened';
      readonly caseId: string;
      readonly form: Case['form'];
      readonly department: string;
      readonly data: Data;
    }
  | { readonly type: 'saved'; readonly data: Data }
  | { readonly type: 'fileAwaited'; readonly file: CaseFile }
  | { readonly type: 'fileChecked'; readonly file: CaseFile }
  | { readonly type: 'fileRemoved'; readonly fileId: string }
  | { readonly type: 'submitted'; readonly findings: readonly Finding[] }
  | {
      readonly type: 'stepStarted';
      readonly step: string;
      readonly dueAt: number;
      readonly remindAt?: number;
      readonly waitsFor?: Duty;
      readonly binding?: boolean;
    }
  | { readonly type: 'assigned'; readonly to?: string }
  | { readonly type: 'reminded' }
  /** Overdue: those above are waited for, or the service is asked again. */
  | { readonly type: 'climbed'; readonly waitsFor?: Duty; readonly dueAt: number }
  | {
      readonly type: 'decided';
      readonly step: string;
      readonly outcome: string;
      readonly reason?: string;
      readonly changes?: Data;
      readonly findings?: readonly Finding[];
      readonly result?: Data;
    }
  | {
      readonly type: 'returned';
      readonly step: string;
      readonly reason: string;
      readonly dueAt: number;
      /** Fields that decisions had set: they will be decided anew. */
      readonly forgets?: readonly string[];
    }
  | { readonly type: 'ended'; readonly outcome: string; readonly reason?: string }
);

export const idOf = (actor: string): string => actor.slice(actor.indexOf(':') + 1);

/** Whoever shapes a request has a part in it; the platform itself has none. */
const withHand = ({ people }: Case, by: string): readonly string[] => {
  const id = idOf(by);
  return by.startsWith('system:') || people.includes(id) ? people : [...people, id];
};

/** A step that a rule passed this time has nobody any more. */
const decidersAfter = ({ deciders }: Case, step: string, by: string): Case['deciders'] => {
  const { [step]: _, ...others } = deciders;
  return by.startsWith('system:') ? others : { ...others, [step]: idOf(by) };
};

const opened = ({ caseId, form, department, data, by, now }: Extract<CaseEvent, { type: 'opened' }>): Case => ({
  caseId,
  form,
  department,
  applicant: by,
  people: by.startsWith('system:') ? [] : [idOf(by)],
  data,
  files: [],
  findings: [],
  results: {},
  deciders: {},
  openedAt: now,
  attempts: 0,
  returns: 0,
  bound: false,
  phase: { at: 'draft' },
});

const replaced = (files: readonly CaseFile[], file: CaseFile): CaseFile[] => [
  ...files.filter(({ fileId }) => fileId !== file.fileId),
  file,
];

const inStep = ({ phase, caseId }: Case, type: string): Extract<Phase, { at: 'step' }> => {
  if (phase.at !== 'step') throw new Error(`${caseId}: ${type} while ${phase.at}`);
  return phase;
};

/** The case after the event. Throws on a history that cannot be: it is our own record, and nothing may be guessed from it. */
export const evolve = (before: Case | undefined, event: CaseEvent): Case => {
  if (event.type === 'opened' && !before) return opened(event);
  if (!before) throw new Error(`${event.type} before anything was opened`);
  if (event.type === 'opened' || before.phase.at === 'ended') throw new Error(`${before.caseId}: ${event.type} while ${before.phase.at}`);
  switch (event.type) {
    case 'saved':
      return { ...before, data: event.data, people: withHand(before, event.by) };
    case 'fileAwaited':
      return { ...before, files: replaced(before.files, event.file), people: withHand(before, event.by) };
    case 'fileChecked':
      return { ...before, files: replaced(before.files, event.file) };
    case 'fileRemoved':
      return { ...before, files: before.files.filter(({ fileId }) => fileId !== event.fileId), people: withHand(before, event.by) };
    case 'submitted':
      return {
        ...before,
        people: withHand(before, event.by),
        findings: event.findings,
        results: {},
        submittedAt: before.submittedAt ?? event.now,
      };
    case 'stepStarted': {
      const { step, dueAt, remindAt, waitsFor, binding, now } = event;
      const attempt = before.attempts + 1;
      const phase: Phase = {
        at: 'step',
        step,
        attempt,
        since: now,
        level: 0,
        dueAt,
        ...(remindAt !== undefined && { remindAt }),
        ...(waitsFor && { waitsFor }),
      };
      return { ...before, attempts: attempt, bound: before.bound || binding === true, phase };
    }
    case 'assigned': {
      const { assignee: _, ...phase } = inStep(before, event.type);
      return { ...before, phase: { ...phase, ...(event.to !== undefined && { assignee: event.to }) } };
    }
    case 'reminded': {
      const { remindAt: _, ...phase } = inStep(before, event.type);
      return { ...before, phase };
    }
    case 'climbed': {
      const { assignee: _, remindAt: __, ...phase } = inStep(before, event.type);
      const { waitsFor, dueAt } = event;
      return { ...before, phase: { ...phase, ...(waitsFor && { waitsFor }), dueAt, level: phase.level + 1 } };
    }
    case 'decided':
      return {
        ...before,
        data: { ...before.data, ...event.changes },
        findings: [...before.findings, ...(event.findings ?? [])],
        results: event.result ? { ...before.results, [event.step]: event.result } : before.results,
        deciders: decidersAfter(before, event.step, event.by),
      };
    case 'returned': {
      inStep(before, event.type);
      const { step, reason, dueAt, by, now, forgets = [] } = event;
      const attempt = before.attempts + 1;
      const data = Object.fromEntries(Object.entries(before.data).filter(([name]) => !forgets.includes(name)));
      const phase: Phase = { at: 'returned', from: step, attempt, since: now, dueAt, by, reason };
      return { ...before, data, attempts: attempt, returns: before.returns + 1, phase };
    }
    case 'ended': {
      const { outcome, reason, now } = event;
      return { ...before, phase: { at: 'ended', outcome, endedAt: now, ...(reason !== undefined && { reason }) } };
    }
    default:
      return event satisfies never;
  }
};

export const replay = (history: readonly CaseEvent[]): Case => {
  const state = history.reduce<Case | undefined>(evolve, undefined);
  if (!state) throw new Error('a case without history');
  return state;
};
