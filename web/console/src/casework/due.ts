/** How much time is left, as the time limits count it: in the district's working days. Pure. */
import { type Calendar, isWorkingDay } from '#functions/casework/calendar.ts';

const DAY = 86_400_000;

/** The local calendar day, as ms of its midnight read as if it were UTC. */
const dayOf = (at: number, { offsetMinutes }: Calendar): number => Math.floor((at + offsetMinutes * 60_000) / DAY) * DAY;

/** Working days after the day of `from`, up to and with the day of `to`: the day on which a period begins does not count (民法典 Art. 201). */
export const workingDaysBetween = (from: number, to: number, calendar: Calendar): number => {
  let count = 0;
  for (let day = dayOf(from, calendar) + DAY; day <= dayOf(to, calendar); day += DAY) if (isWorkingDay(day, calendar)) count += 1;
  return count;
};

export type Urgency = 'overdue' | 'today' | 'soon' | 'calm';

export interface Left {
  readonly urgency: Urgency;
  /** Until it is due; where it is overdue, since then. */
  readonly workingDays: number;
}

/** Due on the next working day is soon. */
const SOON = 1;

export const leftUntil = (dueAt: string, now: number, calendar: Calendar): Left => {
  const due = Date.parse(dueAt);
  if (now > due) return { urgency: 'overdue', workingDays: workingDaysBetween(due, now, calendar) };
  const workingDays = workingDaysBetween(now, due, calendar);
  if (dayOf(due, calendar) === dayOf(now, calendar)) return { urgency: 'today', workingDays };
  return { urgency: workingDays <= SOON ? 'soon' : 'calm', workingDays };
};
