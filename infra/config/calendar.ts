/** The district's calendar of working days: the State Council's notices as the package chinese-days publishes them, and the district's own additions. */
import { createRequire } from 'node:module';
import type { Calendar } from '#functions/casework/calendar.ts';
import type { District } from './schema.ts';

interface Published {
  readonly holidays: Readonly<Record<string, string>>;
  /** Weekends that are worked. */
  readonly workdays: Readonly<Record<string, string>>;
}

const published = createRequire(import.meta.url)('chinese-days/dist/chinese-days.json') as Published;

const offsetMinutes = (timezone: string, year: number): number => {
  const text = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' }).format(Date.UTC(year, 0));
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

/** The last year whose notice is known: beyond it only weekends are. */
export const knownThrough = (): number => Math.max(...Object.keys(published.holidays).map((date) => Number(date.slice(0, 4))));

/** From `from` (a year) on: what lies behind decides nothing any more. */
export const calendarOf = ({ timezone, calendar }: Pick<District, 'timezone' | 'calendar'>, from: number): Calendar => {
  const { holidays = [], workdays = [] } = calendar ?? {};
  const since = (dates: readonly string[]) => dates.filter((date) => Number(date.slice(0, 4)) >= from).sort();
  return {
    offsetMinutes: offsetMinutes(timezone, from),
    closing: calendar?.closing ?? '18:00',
    holidays: since([...Object.keys(published.holidays), ...holidays]),
    // Where both say something of a day, the district's own word counts.
    workdays: since([...Object.keys(published.workdays).filter((date) => !holidays.includes(date)), ...workdays]),
  };
};
