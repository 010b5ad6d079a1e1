import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOf, onDuty, shiftsOf, wallClock } from './duty.ts';
import { post } from './emergency.fixture.ts';
import type { Post } from './roster.ts';

const HOUR = 3_600_000;

type Override = NonNullable<Post['overrides']>[number];

const roster = (rotation: Partial<Post['rotation']>, ...overrides: Override[]): Post => ({
  ...post('desk', { role: 'duty-officer', scope: 'town' }),
  rotation: { start: '2026-03-02T08:00', hours: 12, members: ['an', 'bai', 'cai'], ...rotation },
  overrides,
});

/** Who holds the post at a local time. */
const at = (of: Post, local: string): string | undefined => shiftsOf(of).holder(Date.parse(`${local}Z`));

describe('a time of a roster', () => {
  test('is read as the wall clock shows it', () => expect(instantOf('2026-07-01T08:30')).toBe(Date.UTC(2026, 6, 1, 8, 30)));
  test('may be a leap day', () => expect(instantOf('2028-02-29T00:00')).toBe(Date.UTC(2028, 1, 29)));
  test.each(['2026-02-29T08:00', '2026-02-30T08:00', '2026-13-01T08:00', '2026-07-01T24:00', '2026-07-01T08:60', '2026-07-01', 'soon'])(
    'is not %s, which is on no calendar',
    (local) => expect(instantOf(local)).toBeUndefined(),
  );
});

describe('the wall clock', () => {
  test.each([
    ['Asia/Shanghai', '2026-07-01T16:30:05Z', '2026-07-02T00:30:05Z'],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29T01:59:59Z'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00Z'],
    ['Europe/Berlin', '2026-10-25T00:59:59Z', '2026-10-25T02:59:59Z'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
  ])('in %s at %s shows %s', (zone, instant, shown) => {
    expect(new Date(wallClock(Date.parse(instant), zone)).toISOString()).toBe(shown.replace('Z', '.000Z'));
  });
});

describe('a rotation', () => {
  test('goes round its members, shift by shift, for ever', () => {
    const days = ['02T08:00', '02T20:00', '03T08:00', '03T20:00', '04T08:00'];
    expect(days.map((day) => at(roster({}), `2026-03-${day}`))).toEqual(['an', 'bai', 'cai', 'an', 'bai']);
    // 4383 days are 8766 shifts, which are 2922 times round.
    expect(at(roster({}), '2038-03-02T08:00')).toBe('an');
  });

  test('hands over at its hour, not a minute earlier', () => {
    expect(at(roster({}), '2026-03-02T19:59:59.999')).toBe('an');
    expect(at(roster({}), '2026-03-02T20:00')).toBe('bai');
  });

  test('holds nobody before it starts', () => expect(at(roster({}), '2026-03-02T07:59')).toBeUndefined());

  test('ends at `until`, which is not its own any more', () => {
    const of = roster({ until: '2026-03-03T10:00' });
    expect(at(of, '2026-03-03T09:59')).toBe('cai');
    expect(at(of, '2026-03-03T10:00')).toBeUndefined();
  });
});

describe('an override', () => {
  const of = roster(
    {},
    { from: '2026-03-02T10:00', to: '2026-03-02T14:00', person: 'ding' },
    { from: '2026-03-02T12:00', to: '2026-03-02T13:00', person: 'fang' },
  );

  test('holds from `from` on and no longer at `to`', () => {
    expect(at(of, '2026-03-02T09:59')).toBe('an');
    expect(at(of, '2026-03-02T10:00')).toBe('ding');
    expect(at(of, '2026-03-02T13:59')).toBe('ding');
    expect(at(of, '2026-03-02T14:00')).toBe('an');
  });

  test('gives way to a later one of the list, and only for its time', () => {
    expect(at(of, '2026-03-02T12:30')).toBe('fang');
    expect(at(of, '2026-03-02T13:00')).toBe('ding');
  });

  test('fills a time before the rotation starts or after it ended', () => {
    const ended = roster({ until: '2026-03-02T09:00' }, { from: '2026-03-02T11:00', to: '2026-03-02T12:00', person: 'ding' });
    expect(at(ended, '2026-03-02T10:00')).toBeUndefined();
    expect(at(ended, '2026-03-02T11:30')).toBe('ding');
    expect(at(roster({}, { from: '2026-03-01T11:00', to: '2026-03-01T12:00', person: 'ding' }), '2026-03-01T11:30')).toBe('ding');
  });

  test('doesn’t shift anybody’s turn', () => expect(at(of, '2026-03-02T20:00')).toBe('bai'));
});

describe('on duty', () => {
  test('in Shanghai is who the local clock says', () => {
    expect(onDuty(roster({}), Date.parse('2026-03-02T11:59:00Z'), 'Asia/Shanghai')).toBe('an');
    expect(onDuty(roster({}), Date.parse('2026-03-02T12:00:00Z'), 'Asia/Shanghai')).toBe('bai');
  });

  test.each([
    ['in winter', '2026-03-28T06:59:00Z', '2026-03-28T07:00:00Z'],
    ['after the clocks went forward', '2026-03-29T05:59:00Z', '2026-03-29T06:00:00Z'],
    ['after they went back', '2026-10-25T06:59:00Z', '2026-10-25T07:00:00Z'],
  ])('in Berlin hands over at eight by the clock, %s', (_, before, handover) => {
    const daily = roster({ hours: 24 });
    const who = (instant: string) => onDuty(daily, Date.parse(instant), 'Europe/Berlin');
    const members = daily.rotation.members;
    expect(who(handover)).toBe(members[(members.indexOf(who(before) as string) + 1) % 3]);
  });
});

describe('the changes', () => {
  test('are those of the window, its end excluded', () => {
    const of = roster({ until: '2026-03-04T10:00' }, { from: '2026-03-02T10:00', to: '2026-03-02T14:00', person: 'ding' });
    const { changes } = shiftsOf(of);
    const shown = (from: string, to: string) =>
      [...new Set(changes(Date.parse(`${from}Z`), Date.parse(`${to}Z`)))]
        .sort((a, b) => a - b)
        .map((time) => new Date(time).toISOString().slice(8, 16));
    expect(shown('2026-03-02T08:00', '2026-03-02T20:00')).toEqual(['02T08:00', '02T10:00', '02T14:00']);
    expect(shown('2026-03-03T09:00', '2026-03-09T00:00')).toEqual(['03T20:00', '04T08:00', '04T10:00']);
  });

  test('hold every moment at which the holder changes', () => {
    const START = Date.UTC(2026, 2, 2);
    const local = (hours: number) => new Date(START + hours * HOUR).toISOString().slice(0, 16);
    const hours = (min: number, max: number) => fc.integer({ min, max });
    const overrides = fc.array(fc.record({ from: hours(-10, 90), length: hours(1, 40), person: fc.constantFrom('ding', 'fang', 'an') }), {
      maxLength: 4,
    });
    const posts = fc.record({
      start: hours(-30, 60),
      length: hours(1, 30),
      until: fc.option(hours(61, 100)),
      overrides,
      from: hours(-40, 80),
    });
    fc.assert(
      fc.property(posts, ({ start, length, until, overrides: list, from }) => {
        const { holder, changes } = shiftsOf(
          roster(
            { start: local(start), hours: length, ...(until !== null && { until: local(until) }) },
            ...list.map((one) => ({ from: local(one.from), to: local(one.from + one.length), person: one.person })),
          ),
        );
        const begin = START + from * HOUR;
        const end = begin + 72 * HOUR;
        const known = new Set(changes(begin, end));
        for (let time = begin; time < end; time += HOUR) {
          if (holder(time) !== holder(time - 1)) expect(known).toContain(time);
        }
        for (const time of known) expect(begin <= time && time < end).toBe(true);
      }),
    );
  });

  test('and the spells say when anybody holds the post at all', () => {
    const of = roster({ until: '2026-03-03T08:00' }, { from: '2026-03-05T08:00', to: '2026-03-05T09:00', person: 'ding' });
    expect(shiftsOf(of).spells).toMatchObject([
      { from: Date.UTC(2026, 2, 2, 8), to: Date.UTC(2026, 2, 3, 8) },
      { from: Date.UTC(2026, 2, 5, 8), to: Date.UTC(2026, 2, 5, 9) },
    ]);
    expect(shiftsOf(roster({})).spells).toEqual([{ from: Date.UTC(2026, 2, 2, 8), to: Number.POSITIVE_INFINITY }]);
  });
});
