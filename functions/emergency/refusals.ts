import { Failure } from '#runtime/failure.ts';
import type { Refusal } from './incident.ts';

/** Why an acknowledgement or a resolution doesn't hold, in words for the person who pressed the button. */
export const refusals: Readonly<Record<Refusal['refused'], () => Failure>> = {
  'not-called': () =>
    new Failure('refused', 'not-called', { zh: '本次事件没有呼叫您，无需确认', en: 'You were not called for this incident' }),
  'step-closed': () =>
    new Failure('refused', 'step-closed', {
      zh: '您这一级的确认时间已过，已呼叫上一级；如已处置请直接办结',
      en: 'The time of your step is over and the next was called; if it is dealt with, resolve it',
    }),
  'incident-resolved': () => new Failure('refused', 'incident-resolved', { zh: '事件已办结', en: 'The incident is resolved already' }),
};

export const unknownIncident = (): Failure => new Failure('notFound', 'unknown-incident', { zh: '没有这个事件', en: 'No such incident' });
