/** Working days (工作日) by the State Council's yearly notice: holidays in the week, and weekends that are worked for them. */

export interface Calendar {
  /** Offset of local time from UTC in minutes: China has one and no summer time. */
  readonly offsetMinutes: number;
  /** Local time at which a working day closes, `HH:MM`. */
  readonly closing: string;
  /** Local dates `YYYY-MM-DD`. */
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

const DAY = 86_400_000;

const dateOf = (local: number): string => new Date(local).toISOString().slice(0, 10);

/** `local`: ms of the local wall clock, read as if it were UTC. */
export const isWorkingDay = (local: number, { holidays, workdays }: Calendar): boolean => {
  const date = dateOf(local);
  if (workdays.includes(date)) return true;
  const weekday = new Date(local).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.includes(date);
};

/**
 * The closing time of the n-th working day after `from` (ms since the epoch): the day on which a period begins is not counted
 * (民法典 Art. 201), and it ends with the last day's business hours (Art. 203).
 */
export const afterWorkingDays = (from: number, days: number, calendar: Calendar): number => {
  const offset = calendar.offsetMinutes * 60_000;
  let day = Math.floor((from + offset) / DAY) * DAY;
  for (let left = days; left > 0; ) {
    day += DAY;
    if (isWorkingDay(day, calendar)) left -= 1;
  }
  const [hours = 0, minutes = 0] = calendar.closing.split(':').map(Number);
  return day + (hours * 60 + minutes) * 60_000 - offset;
};

/** When a span that begins at `from` is over. */
export const endOf = (from: number, span: { readonly workingDays: number } | { readonly minutes: number }, calendar: Calendar): number =>
  'minutes' in span ? from + Math.round(span.minutes * 60_000) : afterWorkingDays(from, span.workingDays, calendar);
