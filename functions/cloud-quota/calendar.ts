/** Days as the district counts them, and terms in months. */

export const DAY = 24 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The date in the time zone, as 2026-07-01. Sweden writes dates as ISO 8601 does. */
export const dayOf = (instant: number, timeZone: string): string => {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(new Date(instant));
};

/** Days counted from the epoch: what lies between two dates is their difference. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY);
export const dayNamed = (number: number): string => new Date(number * DAY).toISOString().slice(0, 10);
export const daysBefore = (day: string, days: number): string => dayNamed(dayNumber(day) - days);

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayNamed(dayNumber(text)) === text;

export const monthOf = (day: string): string => day.slice(0, 7);

/** The months from the first day's to the last's, both included. */
export const monthsBetween = (first: string, last: string): string[] => {
  const months: string[] = [];
  for (let at = Date.parse(`${monthOf(first)}-01T00:00:00Z`); ; ) {
    const month = new Date(at).toISOString().slice(0, 7);
    if (month > monthOf(last)) return months;
    months.push(month);
    const date = new Date(at);
    at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  }
};

export const daysInMonth = (month: string): number => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
};

/** The same day so many months later, or the last of that month: a term that began on 31 January ends on 28 February. */
export const monthsLater = (from: string, months: number): string => {
  const date = new Date(from);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = daysInMonth(first.toISOString().slice(0, 7));
  return new Date(first.getTime() + (Math.min(date.getUTCDate(), last) - 1) * DAY + (date.getTime() % DAY)).toISOString();
};

/** Whole days until then, rounded up: 0 from the instant on. */
export const daysUntil = (then: string, now: number): number => Math.max(0, Math.ceil((Date.parse(then) - now) / DAY));

/** The instant at which the day begins there. */
export const startOf = (day: string, timeZone: string): number => {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const there = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date(midnight));
  return midnight - (Date.parse(`${there.replace(' ', 'T')}Z`) - midnight);
};
