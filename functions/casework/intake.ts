/** What the platform says of cases: services' answers, proposals of capabilities, timers. Each may come twice, late and in any order. */
import type { CaseProposal, StepAnswer } from '#events/casework.ts';
import type { Event } from '#events/envelope.ts';
import { idFor } from '#runtime/ids.ts';
import { logger } from '#runtime/logger.ts';
import type { Received } from '#runtime/queue.ts';
import { retryConflicts } from '#runtime/table.ts';
import { type Actor, change, type Engine, tell } from './cases.ts';
import type { Definition } from './form.ts';
import { unknownForm } from './refusals.ts';
import { type CaseStore, proposalClaim } from './store.ts';

/** A timer's message, as timers.ts has EventBridge Scheduler send it. */
export interface Timer {
  readonly caseId: string;
  readonly attempt: number;
  readonly level: number;
  readonly kind: 'remind' | 'due';
  /** When it is due: never later than when it is told. */
  readonly at: string;
}
export const TIMER_FIRED = 'CaseTimerFired';

export interface Intake extends Engine {
  readonly store: Engine['store'] & Pick<CaseStore, 'claimed'>;
  readonly forms: readonly Definition[];
}

/** Each capability names its events for itself; what they are is in the name's end. */
const kindOf = ({ name }: Event): 'answer' | 'proposal' | 'timer' | undefined => {
  if (name.endsWith('StepAnswered')) return 'answer';
  if (name.endsWith('CaseProposed')) return 'proposal';
  return name === TIMER_FIRED ? 'timer' : undefined;
};

const propose = (intake: Intake, proposal: CaseProposal, actor: Actor, now: number): Promise<unknown> =>
  retryConflicts(async () => {
    const claim = proposalClaim(proposal.proposalId);
    if (await intake.store.claimed(claim)) return;
    const form = intake.forms.find(({ id }) => id === proposal.formId);
    if (!form) throw unknownForm();
    await intake.store.keepForm(form);
    const caseId = idFor('case', now, 'proposal', proposal.proposalId);
    await change(intake, form, undefined, { type: 'propose', caseId, proposal }, actor, now, claim);
  });

const handle = async (intake: Intake, event: Event, now: number): Promise<void> => {
  const { source, data, metadata } = event;
  const actor: Actor = { by: `system:${source}`, trace: metadata.trace };
  switch (kindOf(event)) {
    case 'answer': {
      const answer = data as StepAnswer;
      await tell(intake, answer.caseId, { type: 'answer', answer }, actor, now);
      return;
    }
    case 'proposal':
      await propose(intake, data as CaseProposal, actor, now);
      return;
    case 'timer': {
      const { caseId, at, ...timer } = data as Timer;
      // The scheduler's clock and ours may differ a little: what was due when it rang is due.
      await tell(intake, caseId, { type: 'timer', ...timer }, actor, Math.max(now, Date.parse(at)));
      return;
    }
    default:
      logger.warn('event of no concern', { source, name: event.name });
  }
};

/** Answers the ids of the messages that must come again. */
export const intake = async (engine: Intake, batch: readonly Received[], now: () => number): Promise<string[]> => {
  const failed: string[] = [];
  for (const { messageId, event } of batch) {
    try {
      await handle(engine, event, now());
    } catch (error) {
      logger.warn('case not told', { id: event.metadata.id, name: event.name, error: error as Error });
      failed.push(messageId);
    }
  }
  return failed;
};
