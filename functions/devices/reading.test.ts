import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { message, RIVER, reading, T0 } from './devices.fixture.ts';
import { compileDecoder, isFault, MAX_AGE_MS, MAX_AHEAD_MS, parseInstant } from './reading.ts';

const decode = compileDecoder(RIVER);

/** A good message with some of its text replaced. */
const good = { seq: 7, at: '2026-07-01T11:00:00+08:00', values: { level: 2.25, rain: 0.5 } };
const but = (change: object): string => JSON.stringify({ ...good, ...change });
const values = (text: string): string => `{"seq":7,"at":"2026-07-01T11:00:00+08:00","values":${text}}`;
const at = (ms: number): string => but({ at: new Date(ms).toISOString() });

describe('a good message', () => {
  test('becomes a reading, its values in the order of the type’s measures', () => {
    expect(decode(but({}), T0)).toEqual({ seq: 7, at: T0, values: [2.25, 0.5] });
    expect(decode(values('{"rain":0.5,"level":2.25}'), T0)).toEqual({ seq: 7, at: T0, values: [2.25, 0.5] });
  });

  test('may leave out what its type does not require', () => {
    expect(decode(values('{"level":2.25}'), T0)).toEqual({ seq: 7, at: T0, values: [2.25, Number.NaN] });
  });

  test('may hold the smallest and the greatest value of a measure, and be number 0 or 2^53 - 1', () => {
    for (const level of [-1, 12]) expect(decode(values(`{"level":${level}}`), T0)).toMatchObject({ values: [level, Number.NaN] });
    for (const seq of [0, 2 ** 53 - 1]) expect(decode(but({ seq }), T0)).toMatchObject({ seq });
  });

  test('may be five minutes ahead and 31 days old, not a millisecond more', () => {
    expect(decode(at(T0 + MAX_AHEAD_MS), T0)).toMatchObject({ at: T0 + 300_000 });
    expect(decode(at(T0 + MAX_AHEAD_MS + 1), T0)).toMatchObject({ reason: 'time-in-future' });
    expect(decode(at(T0 - MAX_AGE_MS), T0)).toMatchObject({ at: T0 - 31 * 86_400_000 });
    expect(decode(at(T0 - MAX_AGE_MS - 1), T0)).toMatchObject({ reason: 'time-too-old' });
  });

  test('is read back as it was sent, whatever it says', () => {
    const sent = fc.record({
      seq: fc.maxSafeNat(),
      level: fc.double({ min: -1, max: 12, noNaN: true }).map((x) => x + 0),
      rain: fc.option(
        fc.double({ min: 0, max: 300, noNaN: true }).map((x) => x + 0),
        { nil: Number.NaN },
      ),
      ago: fc.integer({ min: -MAX_AHEAD_MS, max: MAX_AGE_MS }),
    });
    fc.assert(
      fc.property(sent, ({ seq, level, rain, ago }) => {
        const one = { ...reading(seq, level, rain), at: T0 - ago };
        expect(decode(message(one), T0)).toEqual(one);
      }),
    );
  });
});

describe('a message that cannot be used is refused with its reason:', () => {
  const AT = 'at: expected RFC 3339 date-time with offset';
  const SEQ = 'seq: expected integer from 0 to 2^53 - 1';
  test.each([
    ['nothing', '', 'malformed-json', undefined],
    ['half a message', '{"seq":7,"at":"2026-0', 'malformed-json', undefined],
    ['NaN, which JSON does not have', values('{"level":NaN}'), 'malformed-json', undefined],
    ['a list', '[1,2]', 'wrong-type', 'message: expected object'],
    ['null', 'null', 'wrong-type', 'message: expected object'],
    ['a number', '5', 'wrong-type', 'message: expected object'],
    ['no seq', but({ seq: undefined }), 'missing-field', 'seq'],
    ['a seq that is text', but({ seq: '7' }), 'wrong-type', SEQ],
    ['a seq below 0', but({ seq: -1 }), 'wrong-type', SEQ],
    ['half a seq', but({ seq: 7.5 }), 'wrong-type', SEQ],
    ['a seq that is no longer exact', but({ seq: 2 ** 53 }), 'wrong-type', SEQ],
    ['seq null', but({ seq: null }), 'wrong-type', SEQ],
    ['no time', but({ at: undefined }), 'missing-field', 'at'],
    ['a time in milliseconds', but({ at: T0 }), 'wrong-type', AT],
    ['a 31st of June', but({ at: '2026-06-31T11:00:00+08:00' }), 'wrong-type', AT],
    ['a time without offset', but({ at: '2026-07-01T11:00:00' }), 'wrong-type', AT],
    ['a date alone', but({ at: '2026-07-01' }), 'wrong-type', AT],
    ['tomorrow', but({ at: '2026-07-02T11:00:00+08:00' }), 'time-in-future', 'at: 2026-07-02T11:00:00+08:00'],
    ['2003', but({ at: '2003-07-01T11:00:00+08:00' }), 'time-too-old', 'at: 2003-07-01T11:00:00+08:00'],
    ['1970, a clock that was never set', but({ at: '1970-01-01T00:00:00Z' }), 'time-too-old', 'at: 1970-01-01T00:00:00Z'],
    ['no values', but({ values: undefined }), 'missing-field', 'values'],
    ['values null', but({ values: null }), 'wrong-type', 'values: expected object'],
    ['a list of values', but({ values: [2.25] }), 'wrong-type', 'values: expected object'],
    ['a required value missing', values('{"rain":0.5}'), 'missing-field', 'values.level'],
    ['a value that is text', values('{"level":"2.25"}'), 'wrong-type', 'values.level: expected number, found string'],
    ['an optional value null', values('{"level":2.25,"rain":null}'), 'wrong-type', 'values.rain: expected number, found object'],
    ['a value too small', values('{"level":-1.01}'), 'out-of-range', 'values.level: -1.01 not within -1 to 12 m'],
    ['a value too great', values('{"level":12.01}'), 'out-of-range', 'values.level: 12.01 not within -1 to 12 m'],
    ['1e999', values('{"level":1e999}'), 'out-of-range', 'values.level: Infinity not within -1 to 12 m'],
    ['-1e999', values('{"level":-1e999}'), 'out-of-range', 'values.level: -Infinity not within -1 to 12 m'],
    ['a field nobody knows', but({ battery: 80 }), 'unknown-field', 'battery'],
    ['a value nobody knows', values('{"level":2.25,"flow":3}'), 'unknown-field', 'values.flow'],
    [
      '__proto__ as a field',
      '{"seq":7,"at":"2026-07-01T11:00:00+08:00","values":{"level":1},"__proto__":{}}',
      'unknown-field',
      '__proto__',
    ],
    ['__proto__ as a value', values('{"level":1,"__proto__":5}'), 'unknown-field', 'values.__proto__'],
  ])('%s', (_, text, reason, detail) => {
    const decoded = decode(text, T0);
    expect(decoded).toMatchObject({ reason, ...(detail !== undefined && { detail }) });
    expect(isFault(decoded)).toBe(true);
  });

  test('never by an exception, and never does it pass for a reading by accident', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ seq: fc.jsonValue(), at: fc.jsonValue(), values: fc.jsonValue() }).map((value) => JSON.stringify(value)),
      fc.dictionary(fc.constantFrom('level', 'rain', 'flow'), fc.jsonValue()).map((found) => values(JSON.stringify(found))),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const decoded = decode(text, T0);
        if (isFault(decoded)) return;
        const [level, rain] = decoded.values as [number, number];
        expect(JSON.parse(text).values).toEqual(Number.isNaN(rain) ? { level } : { level, rain });
        expect(level >= -1 && level <= 12 && !(rain < 0 || rain > 300)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseInstant', () => {
  const digits = (n: number, width = 2) => String(n).padStart(width, '0');
  const date = fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
  const fraction = fc.oneof(
    fc.constant(''),
    fc.stringMatching(/^\.\d{1,9}$/).filter((text) => text.length <= 10),
  );
  const offset = fc.oneof(
    fc.constant('Z'),
    fc.tuple(fc.constantFrom('+', '-'), fc.nat(23), fc.nat(59)).map(([sign, h, m]) => `${sign}${digits(h)}:${digits(m)}`),
  );
  const instant = fc.tuple(date, fraction, offset).map(([day, part, zone]) => `${day.toISOString().slice(0, 19)}${part}${zone}`);

  test('says of every instant of RFC 3339 from 1970 on what Date.parse says', () => {
    fc.assert(
      fc.property(instant, (text) => {
        expect(parseInstant(text)).toBe(Date.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('knows every day of four centuries and how long each month is', () => {
    for (let year = 1970; year <= 2370; year++) {
      for (let month = 1; month <= 12; month++) {
        const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
        const day = (n: number) => parseInstant(`${digits(year, 4)}-${digits(month)}-${digits(n)}T00:00:00Z`);
        expect([day(0), day(1), day(last), day(last + 1)]).toEqual([
          Number.NaN,
          Date.UTC(year, month - 1, 1),
          Date.UTC(year, month - 1, last),
          Number.NaN,
        ]);
      }
    }
  });

  test.each([
    '2026-07-01T24:00:00Z',
    '2026-07-01T03:60:00Z',
    '2026-07-01T03:00:60Z',
    '2026-13-01T03:00:00Z',
    '2026-00-01T03:00:00Z',
    '1969-12-31T23:59:59Z',
    '2026-07-01T03:00:00',
    '2026-07-01T03:00Z',
    '2026-07-01 03:00:00Z',
    '2026-07-01T03:00:00.Z',
    '2026-07-01T03:00:00,5Z',
    '2026-07-01T03:00:00.1234567890Z',
    '2026-07-01T03:00:00ZZ',
    '2026-07-01T03:00:00Z ',
    ' 2026-07-01T03:00:00Z',
    '2026-07-01T03:00:00+0800',
    '2026-07-01T03:00:00+08',
    '2026-07-01T03:00:00+08:0',
    '2026-07-01T03:00:00+24:00',
    '2026-07-01T03:00:00+08:60',
    '2026-07-01T03:00:00 08:00',
    '2026-07-01T03:00:00+08:00Z',
    '2026-7-1T03:00:00Z',
    '+002026-07-01T03:00:00Z',
    '2026-07-01T0 :00:00Z',
    '２０２６-07-01T03:00:00Z',
    'Wed, 01 Jul 2026 03:00:00 GMT',
    '',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNaN();
  });

  test('refuses what one wrong character makes of a good instant, unless that is one too', () => {
    // RFC 3339 section 5.6 as a pattern, beside a parser of its own; Date.parse then knows the month's length by its answer.
    const form = /^\d{4}-(0[1-9]|1[0-2])-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
    const exists = (text: string) => {
      const midnight = `${text.slice(0, 10)}T00:00:00.000Z`;
      const ms = Date.parse(midnight);
      return Number(text.slice(0, 4)) >= 1970 && !Number.isNaN(ms) && new Date(ms).toISOString() === midnight;
    };
    const wrong = fc.tuple(instant, fc.nat(29), fc.constantFrom(...'0123456789-:.+TZtz/ e٣')).map(([text, i, sign]) => {
      const where = i % text.length;
      return text.slice(0, where) + sign + text.slice(where + 1);
    });
    fc.assert(
      fc.property(wrong, (text) => {
        expect(parseInstant(text)).toBe(form.test(text) && exists(text) ? Date.parse(text) : Number.NaN);
      }),
      { numRuns: 3000 },
    );
  });
});
