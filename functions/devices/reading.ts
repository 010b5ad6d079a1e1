/**
 * A device's message: `{"seq": 1, "at": "2026-07-01T03:00:00+08:00", "values": {"flow": 100.5}}`.
 *
 * Decoding is on the hottest path there is (16,667 messages/s at a million devices), so each device type's rules of validity are
 * compiled into one closure, and values travel as an array in the order of the type's measures.
 */
import type { DeviceType, Measure } from './device-type.ts';

export interface Reading {
  /** Strictly growing per device, also across restarts; milliseconds since the epoch will do. */
  readonly seq: number;
  /** ms since the epoch */
  readonly at: number;
  /** In the order of the type's measures; NaN where the message had none. */
  readonly values: readonly number[];
}

/** Why a record went to quarantine. */
export type Reason =
  | 'malformed-json'
  | 'too-large'
  | 'missing-field'
  | 'unknown-field'
  | 'wrong-type'
  | 'out-of-range'
  | 'time-in-future'
  | 'time-too-old'
  | 'unknown-device';

export interface Fault {
  readonly reason: Reason;
  readonly detail: string;
}

export const isFault = (decoded: Reading | Fault): decoded is Fault => 'reason' in decoded;

/** IoT Core's own limit on a payload. https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
export const MAX_PAYLOAD_BYTES = 128 * 1024;

/** Clocks of devices drift; one more than five minutes ahead is wrong. */
export const MAX_AHEAD_MS = 5 * 60_000;

/** A device may keep readings for a month while it cannot send; an older one is a wrong clock. */
export const MAX_AGE_MS = 31 * 24 * 3_600_000;

const fault = (reason: Reason, detail: string): Fault => ({ reason, detail });

const NINE = 57;
const ZERO = 48;

/** The two digits at `i`; NaN when they are none. */
const two = (text: string, i: number): number => {
  const tens = text.charCodeAt(i);
  const ones = text.charCodeAt(i + 1);
  return tens < ZERO || tens > NINE || ones < ZERO || ones > NINE ? Number.NaN : (tens - ZERO) * 10 + ones - ZERO;
};

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const daysIn = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (DAYS[month - 1] ?? 0);

/** Days in the months before this one, of a year without leap day. */
const BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const daysSince1970 = (year: number, month: number, day: number): number => {
  // The leap day of this year counts from March on.
  const y = month > 2 ? year : year - 1;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 477;
  return (year - 1970) * 365 + leapDays + (BEFORE[month - 1] as number) + day - 1;
};

/** Where the digits from `i` on end. */
const fractionEnd = (text: string, i: number): number => {
  let end = i;
  while (text.charCodeAt(end) >= ZERO && text.charCodeAt(end) <= NINE) end++;
  return end;
};

/** Minutes east of UTC of `Z` or `±hh:mm`, which must be all that is left from `i` on; NaN otherwise. */
const offsetAt = (text: string, i: number): number => {
  const sign = text[i];
  if (sign === 'Z') return text.length === i + 1 ? 0 : Number.NaN;
  if ((sign !== '+' && sign !== '-') || text[i + 3] !== ':' || text.length !== i + 6) return Number.NaN;
  const hours = two(text, i + 1);
  const minutes = two(text, i + 4);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  return sign === '+' ? hours * 60 + minutes : -(hours * 60 + minutes);
};

/**
 * RFC 3339 section 5.6 with offset, in ms since the epoch; NaN for anything else. By hand, since a pattern and Date.parse together cost
 * as much as JSON.parse of the whole message, and Date.parse alone takes a date without a zone and the 31st of June.
 */
export const parseInstant = (text: string): number => {
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return Number.NaN;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  if (!(year >= 1970 && month >= 1 && day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  let end = 19;
  let fraction = 0;
  if (text[19] === '.') {
    end = fractionEnd(text, 20);
    if (end === 20 || end > 29) return Number.NaN;
    for (let i = 20, weight = 100; i < end && weight >= 1; i++, weight /= 10) fraction += (text.charCodeAt(i) - ZERO) * weight;
  }
  return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offsetAt(text, end)) * 60_000 + second * 1000 + fraction;
};

export type Decode = (text: string, arrivedAt: number) => Reading | Fault;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const unknownField = (found: object, known: readonly string[], prefix = ''): Fault => {
  const name = Object.keys(found).find((key) => !known.includes(key));
  return fault('unknown-field', `${prefix}${name}`);
};

/** Compiles what a valid message of this type is. `arrivedAt` (ms) is when the stream took it. */
export const compileDecoder = (type: DeviceType): Decode => {
  const { measures } = type;
  const ids = measures.map((measure) => measure.id);

  const whyNot = (measure: Measure, value: unknown): Fault => {
    const name = `values.${measure.id}`;
    if (value === undefined) return fault('missing-field', name);
    if (typeof value !== 'number') return fault('wrong-type', `${name}: expected number, found ${typeof value}`);
    return fault('out-of-range', `${name}: ${value} not within ${measure.minimum} to ${measure.maximum} ${measure.unit}`);
  };

  const readValues = (source: Record<string, unknown>): number[] | Fault => {
    const values: number[] = [];
    let found = 0;
    for (let i = 0; i < measures.length; i++) {
      const measure = measures[i] as Measure;
      const value = source[measure.id];
      if (typeof value === 'number' && value >= measure.minimum && value <= measure.maximum) {
        found++;
        values.push(value);
      } else if (value === undefined && measure.required === false) {
        values.push(Number.NaN);
      } else {
        return whyNot(measure, value);
      }
    }
    return found === Object.keys(source).length ? values : unknownField(source, ids, 'values.');
  };

  return (text, arrivedAt) => {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch (error) {
      return fault('malformed-json', (error as Error).message);
    }
    if (!isObject(message)) return fault('wrong-type', 'message: expected object');
    const { seq, at, values: source } = message;
    if (seq === undefined) return fault('missing-field', 'seq');
    if (!Number.isSafeInteger(seq) || (seq as number) < 0) return fault('wrong-type', 'seq: expected integer from 0 to 2^53 - 1');
    if (at === undefined) return fault('missing-field', 'at');
    const instant = typeof at === 'string' ? parseInstant(at) : Number.NaN;
    if (Number.isNaN(instant)) return fault('wrong-type', 'at: expected RFC 3339 date-time with offset');
    if (instant > arrivedAt + MAX_AHEAD_MS) return fault('time-in-future', `at: ${at}`);
    if (instant < arrivedAt - MAX_AGE_MS) return fault('time-too-old', `at: ${at}`);
    if (source === undefined) return fault('missing-field', 'values');
    if (!isObject(source)) return fault('wrong-type', 'values: expected object');
    if (Object.keys(message).length !== 3) return unknownField(message, ['seq', 'at', 'values']);
    const values = readValues(source);
    return Array.isArray(values) ? { seq: seq as number, at: instant, values } : values;
  };
};
