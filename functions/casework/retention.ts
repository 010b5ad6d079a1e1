/** How long cases are kept: no longer than necessary (《个人信息保护法》 Art. 19). The table's time to live ends them. */
import { CaseLapsed } from '#events/casework.ts';
import { type Occurrence, occurred } from '#events/envelope.ts';
import type { Case } from './case.ts';

export interface Retention {
  /** From a draft's last save. */
  readonly draftDays: number;
  /** From a case's end. */
  readonly caseYears: number;
}

const DAY_SECONDS = 86_400;
const inSeconds = (ms: number): number => Math.ceil(ms / 1000);
const afterDays = (ms: number, days: number): number => inSeconds(ms) + days * DAY_SECONDS;

/** To the day: what ends on 29 February is kept until 1 March. */
const afterYears = (ms: number, years: number): number => {
  const day = new Date(ms);
  return inSeconds(day.setUTCFullYear(day.getUTCFullYear() + years));
};

/** Epoch seconds from which on the case is gone; undefined while it is under way. What was never sent is a draft to its end. */
export const lapseOf = ({ phase, submittedAt }: Case, savedAt: number, { draftDays, caseYears }: Retention): number | undefined => {
  switch (phase.at) {
    case 'draft':
      return afterDays(savedAt, draftDays);
    case 'step':
    case 'returned':
      return undefined;
    case 'ended':
      return submittedAt === undefined ? afterDays(phase.endedAt, draftDays) : afterYears(phase.endedAt, caseYears);
    default:
      return phase satisfies never;
  }
};

/** The table deletes late, within days: until then what has lapsed is there, and must not be. */
export const hasLapsed = (expires: number | undefined, now: number): boolean => expires !== undefined && expires * 1000 <= now;

/** The part of a case's item, as its key has it. */
export const CASE = 'case';

/** What the table's stream tells of an item that is gone: with the case's own item its history and files must go too (eraser.ts). */
export const farewell = ({ id, part }: Readonly<Record<string, string>>): Occurrence[] =>
  id !== undefined && part === CASE ? [occurred(CaseLapsed, [id], { caseId: id })] : [];
