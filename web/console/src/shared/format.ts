/** Times, numbers and units as a person reads them. Pure: the zone, the language and now are arguments. */
import type { Language } from './words.ts';

const LOCALE: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-GB' };

const cache = new Map<string, Intl.DateTimeFormat>();
const formatter = (language: Language, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  // Building one costs 100 times what using it does, and a list uses hundreds.
  const key = `${language}|${zone}|${JSON.stringify(options)}`;
  const known = cache.get(key) ?? new Intl.DateTimeFormat(LOCALE[language], { ...options, timeZone: zone, hourCycle: 'h23' });
  cache.set(key, known);
  return known;
};

type Moment = string | number;
const ms = (moment: Moment): number => (typeof moment === 'number' ? moment : Date.parse(moment));

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const DAY = { month: 'numeric', day: 'numeric' } as const;

export const clock = (moment: Moment, zone: string, language: Language): string => formatter(language, zone, CLOCK).format(ms(moment));

/** The clock today, with the date on another day. */
export const moment = (at: Moment, now: number, zone: string, language: Language): string => {
  const day = formatter(language, zone, { ...DAY, year: 'numeric' });
  const time = clock(at, zone, language);
  return day.format(ms(at)) === day.format(now) ? time : `${formatter(language, zone, DAY).format(ms(at))} ${time}`;
};

const HOUR_MINUTE = { hour: '2-digit', minute: '2-digit' } as const;

export const timeOfDay = (at: Moment, zone: string, language: Language): string => formatter(language, zone, HOUR_MINUTE).format(ms(at));

/** A day and a time for what is planned by days: without seconds, with the year where it is another. */
export const dayAndTime = (at: Moment, now: number, zone: string, language: Language): string =>
  `${day(at, now, zone, language)} ${timeOfDay(at, zone, language)}`;

/** 9月28日, with the year where it is another. */
export const day = (at: Moment, now: number, zone: string, language: Language): string => {
  const year = formatter(language, zone, { year: 'numeric' });
  const date = { month: language === 'zh' ? 'long' : 'short', day: 'numeric' } as const;
  return formatter(language, zone, year.format(ms(at)) === year.format(now) ? date : { ...date, year: 'numeric' }).format(ms(at));
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAYS = 24 * HOUR;

/** 12 秒前, 3 分钟前, 2 小时 05 分前: never a time ahead, as clocks differ by a moment. */
export const ago = (at: Moment, now: number, language: Language): string => {
  const past = Math.max(0, now - ms(at));
  const zh = language === 'zh';
  if (past < 5 * SECOND) return zh ? '刚刚' : 'just now';
  if (past < MINUTE) return zh ? `${Math.floor(past / SECOND)} 秒前` : `${Math.floor(past / SECOND)} s ago`;
  if (past < HOUR) return zh ? `${Math.floor(past / MINUTE)} 分钟前` : `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAYS) {
    const [hours, minutes] = [Math.floor(past / HOUR), Math.floor((past % HOUR) / MINUTE)];
    return zh ? `${hours} 小时 ${minutes} 分前` : `${hours} h ${minutes} min ago`;
  }
  return zh ? `${Math.floor(past / DAYS)} 天前` : `${Math.floor(past / DAYS)} d ago`;
};

/** mm:ss, h:mm:ss beyond an hour; zero once it is past. */
export const remaining = (until: Moment, now: number): string => {
  const seconds = Math.max(0, Math.ceil((ms(until) - now) / SECOND));
  const pair = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return h > 0 ? `${h}:${pair(m)}:${pair(s)}` : `${pair(m)}:${pair(s)}`;
};

/** The units of UCUM that people write differently; all others are shown as they are. */
const UNITS: Readonly<Record<string, string>> = {
  Cel: '℃',
  '%': '%',
  '1': '',
  'm3/s': 'm³/s',
  m3: 'm³',
  m2: 'm²',
  'ug/m3': 'µg/m³',
  'mg/m3': 'mg/m³',
  deg: '°',
  'dB(A)': 'dB(A)',
};
export const unitName = (unit: string): string => UNITS[unit] ?? unit;

export const number = (value: number, language: Language): string =>
  new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 2 }).format(value);

const BYTES = ['B', 'KB', 'MB', 'GB'] as const;

/** 10 MB, 1.5 KB */
export const size = (bytes: number, language: Language): string => {
  const power = bytes < 1024 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${number(Math.round((bytes / 1024 ** power) * 10) / 10, language)} ${BYTES[power]}`;
};

/** Money is kept in fen: ¥1,234.50 */
export const yuan = (fen: number, language: Language): string =>
  new Intl.NumberFormat(LOCALE[language], {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: fen % 100 === 0 ? 0 : 2,
  }).format(fen / 100);

export const percent = (share: number, language: Language): string =>
  new Intl.NumberFormat(LOCALE[language], { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share);

export const quantity = (value: number, unit: string, language: Language): string => `${number(value, language)} ${unitName(unit)}`.trim();

/**
 * How far the zone's wall clock is ahead of UTC at that moment, in ms. The chart draws in UTC what was shifted by this:
 * it has no zones of its own, and the viewer's browser may stand in another one.
 */
export const zoneOffset = (at: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(at / SECOND) * SECOND;
};
