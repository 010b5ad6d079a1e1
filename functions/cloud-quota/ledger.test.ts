import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Amounts, amountOf, isNothing, kindsOf, plus } from './amounts.ts';
import { limitsOf, UNLIMITED } from './catalogue.ts';
import { AT, CLOUD, opened } from './cloud-quota.fixture.ts';
import {
  addUp,
  type Books,
  capacityOf,
  changeCapacity,
  departmentsIn,
  differences,
  type Entry,
  following,
  freeOf,
  isShort,
  NO_SUMS,
  type Posted,
  release,
  reserve,
  reservedOf,
  resize,
  type Shortage,
  transfer,
} from './ledger.ts';

const GROUND = { at: AT, by: 'person:jiang-he', allocationId: 'alc_1', caseId: 'case_1' };
const limits = (department: string, zone = 'inner') => limitsOf(CLOUD, department, zone);
const reserving = (books: Books, amounts: Amounts, department = 'schools') =>
  reserve(books, { department, amounts, limits: limits(department) }, GROUND);
const posted = (outcome: Posted | readonly Shortage[]): Posted => {
  if (isShort(outcome)) throw new Error(JSON.stringify(outcome));
  return outcome;
};
const ZONE = CLOUD.zones[0] as (typeof CLOUD.zones)[number];

describe('books', () => {
  test('open with the capacity that the district’s YAML says, in one entry', () => {
    const { books, entries } = following(undefined, ZONE, AT);
    expect(capacityOf(books)).toEqual({ vcpu: 100, memoryGiB: 400, objectGiB: 5000 });
    expect(freeOf(books)).toEqual(capacityOf(books));
    expect(entries).toEqual([
      {
        zone: 'inner',
        seq: 1,
        movement: 'capacity',
        at: AT,
        by: 'system:configuration',
        legs: [
          { account: 'supply', amounts: { vcpu: -100, memoryGiB: -400, objectGiB: -5000 } },
          { account: 'free', amounts: { vcpu: 100, memoryGiB: 400, objectGiB: 5000 } },
        ],
      },
    ]);
  });

  test('follow the YAML when it changes, and leave alone what an operator set while it doesn’t', () => {
    const set = posted(changeCapacity(opened(), { vcpu: 120 }, GROUND)).books;
    expect(following(set, ZONE, AT)).toEqual({ books: set, entries: [] });
    const { books, entries } = following(set, { ...ZONE, capacity: { vcpu: 90, memoryGiB: 400 } }, AT);
    expect(capacityOf(books)).toEqual({ vcpu: 90, memoryGiB: 400 });
    expect(entries).toHaveLength(1);
    expect(books.capacityVersion).toBe(set.capacityVersion + 1);
  });

  test('shrink with the YAML only as far as nothing is reserved', () => {
    const { books } = posted(reserving(opened(), { vcpu: 40 }));
    const shrunk = following(books, { ...ZONE, capacity: { vcpu: 30 } }, AT).books;
    expect(capacityOf(shrunk)).toEqual({ vcpu: 40 });
    expect(freeOf(shrunk)).toEqual({});
    expect(following(shrunk, { ...ZONE, capacity: { vcpu: 30 } }, AT).entries).toEqual([]);
  });
});

describe('a reservation', () => {
  test('moves from what is free to the department’s, in one entry that balances', () => {
    const { books, entries } = posted(reserving(opened(), { vcpu: 10, memoryGiB: 20 }));
    expect(freeOf(books)).toEqual({ vcpu: 90, memoryGiB: 380, objectGiB: 5000 });
    expect(reservedOf(books, 'schools')).toEqual({ vcpu: 10, memoryGiB: 20 });
    expect(departmentsIn(books)).toEqual(['schools']);
    expect(entries).toEqual([
      {
        ...GROUND,
        zone: 'inner',
        seq: 2,
        movement: 'reserve',
        legs: [
          { account: 'free', amounts: { vcpu: -10, memoryGiB: -20 } },
          { account: 'reserved/schools', amounts: { vcpu: 10, memoryGiB: 20 } },
        ],
      },
    ]);
  });

  test('of exactly what is left is granted, of one more is not', () => {
    const { books } = posted(reserving(opened(), { vcpu: 60 }, 'health'));
    expect(isShort(reserving(books, { vcpu: 41 }))).toBe(true);
    expect(freeOf(posted(reserving(books, { vcpu: 40 })).books)).not.toHaveProperty('vcpu');
  });

  test.each<[string, string, Amounts, Shortage[]]>([
    ['over the department’s limit', 'schools', { vcpu: 61 }, [{ kind: 'vcpu', because: 'limit', wanted: 61, left: 60 }]],
    ['within its own, larger limit', 'health', { vcpu: 81 }, [{ kind: 'vcpu', because: 'limit', wanted: 81, left: 80 }]],
    ['of a disabled kind', 'water', { objectGiB: 1 }, [{ kind: 'objectGiB', because: 'disabled', wanted: 1, left: 0 }]],
    [
      'of an unlimited kind over the pool',
      'schools',
      { objectGiB: 5001 },
      [{ kind: 'objectGiB', because: 'pool', wanted: 5001, left: 5000 }],
    ],
    ['of a kind that nobody has', 'schools', { gpu: 1 }, [{ kind: 'gpu', because: 'disabled', wanted: 1, left: 0 }]],
  ])('%s is refused', (_, department, amounts, short) => {
    expect(reserving(opened(), amounts, department)).toEqual(short);
  });

  test('is refused as a whole, with every kind that is short', () => {
    expect(reserving(opened(), { vcpu: 70, memoryGiB: 250, objectGiB: 10 })).toMatchObject([{ kind: 'vcpu' }, { kind: 'memoryGiB' }]);
  });

  test('of a kind named like what every object has is of an unknown kind', () => {
    expect(reserving(opened(), { constructor: 1 } as never)).toMatchObject([{ because: 'disabled' }]);
  });
});

describe('what was reserved', () => {
  const { books } = posted(reserving(opened(), { vcpu: 10, memoryGiB: 20 }));
  const resizing = (to: Amounts, used: Amounts = {}) =>
    resize(books, { department: 'schools', amounts: { vcpu: 10, memoryGiB: 20 }, limits: limits('schools'), to, used }, GROUND);

  test('is free again when it is released', () => {
    const freed = release(books, { department: 'schools', amounts: { vcpu: 10, memoryGiB: 20 } }, GROUND);
    expect(freeOf(freed.books)).toEqual(freeOf(opened()));
    expect(departmentsIn(freed.books)).toEqual([]);
  });

  test('cannot be released twice, whatever was decided', () => {
    const amounts = { vcpu: 10 };
    const once = release(books, { department: 'schools', amounts }, GROUND).books;
    expect(() => release(once, { department: 'schools', amounts }, GROUND)).toThrow('reserved/schools vcpu would be -10');
  });

  test('grows and shrinks at once, kind by kind', () => {
    const resized = posted(resizing({ vcpu: 30, memoryGiB: 5 })).books;
    expect(reservedOf(resized, 'schools')).toEqual({ vcpu: 30, memoryGiB: 5 });
    expect(freeOf(resized)).toMatchObject({ vcpu: 70, memoryGiB: 395 });
  });

  test('does not shrink below what is in use, fractions counted up', () => {
    expect(resizing({ vcpu: 3, memoryGiB: 20 }, { vcpu: 3.2 })).toEqual([{ kind: 'vcpu', because: 'in-use', wanted: 3, left: 4 }]);
    expect(isShort(resizing({ vcpu: 4, memoryGiB: 20 }, { vcpu: 3.2 }))).toBe(false);
  });

  test('that is less than what is in use already may stay or grow', () => {
    expect(isShort(resizing({ vcpu: 11, memoryGiB: 20 }, { vcpu: 50 }))).toBe(false);
  });

  test('does not grow over limit or pool', () => {
    expect(resizing({ vcpu: 61, memoryGiB: 20 })).toEqual([{ kind: 'vcpu', because: 'limit', wanted: 51, left: 50 }]);
  });

  test('resized to what it is makes no entry', () => {
    expect(resizing({ vcpu: 10, memoryGiB: 20 })).toEqual({ books, entries: [] });
  });

  test('goes to another department within that one’s limit, without the pool', () => {
    const full = posted(changeCapacity(books, { vcpu: 10 }, GROUND)).books;
    const amounts = { vcpu: 10, memoryGiB: 20 };
    const moved = posted(transfer(full, { from: 'schools', to: 'health', amounts, limits: limits('health') }, GROUND)).books;
    expect(reservedOf(moved, 'schools')).toEqual({});
    expect(reservedOf(moved, 'health')).toEqual(amounts);
    expect(freeOf(moved)).toEqual(freeOf(full));
    const tight = { ...limits('health'), vcpu: 9 };
    expect(transfer(full, { from: 'schools', to: 'health', amounts, limits: tight }, GROUND)).toMatchObject([
      { because: 'limit', left: 9 },
    ]);
  });

  test('holds the pool’s capacity up', () => {
    expect(changeCapacity(books, { vcpu: 9, memoryGiB: 0 }, GROUND)).toEqual([
      { kind: 'vcpu', because: 'reserved', wanted: 9, left: 10 },
      { kind: 'memoryGiB', because: 'reserved', wanted: 0, left: 20 },
    ]);
    expect(freeOf(posted(changeCapacity(books, { vcpu: 10 }, GROUND)).books)).not.toHaveProperty('vcpu');
  });
});

/** One thing that somebody tries; whether it may be is the ledger’s to say. */
type Attempt =
  | { readonly type: 'reserve'; readonly department: string; readonly amounts: Amounts }
  | { readonly type: 'release'; readonly pick: number }
  | { readonly type: 'resize'; readonly pick: number; readonly to: Amounts; readonly used: Amounts }
  | { readonly type: 'transfer'; readonly pick: number; readonly to: string }
  | { readonly type: 'capacity'; readonly capacity: Amounts };

const amounts = fc.record({ vcpu: fc.nat(50), memoryGiB: fc.nat(200), objectGiB: fc.nat(3000) });
const someone = fc.constantFrom('schools', 'health', 'water');
const attempt: fc.Arbitrary<Attempt> = fc.oneof(
  fc.record({ type: fc.constant('reserve' as const), department: someone, amounts }),
  fc.record({ type: fc.constant('release' as const), pick: fc.nat(20) }),
  fc.record({ type: fc.constant('resize' as const), pick: fc.nat(20), to: amounts, used: amounts }),
  fc.record({ type: fc.constant('transfer' as const), pick: fc.nat(20), to: someone }),
  fc.record({ type: fc.constant('capacity' as const), capacity: fc.record({ vcpu: fc.nat(150), memoryGiB: fc.nat(500) }) }),
);

interface Held {
  readonly id: string;
  readonly department: string;
  readonly amounts: Amounts;
}

interface World {
  readonly books: Books;
  readonly journal: readonly Entry[];
  readonly held: readonly Held[];
}

const begin = (): World => {
  const { books, entries } = following(undefined, ZONE, AT);
  return { books, journal: entries, held: [] };
};

const step = (world: World, one: Attempt, number: number): World => {
  const { books, held } = world;
  const took = (outcome: Posted | readonly Shortage[], next: readonly Held[]): World =>
    isShort(outcome) ? world : { books: outcome.books, journal: [...world.journal, ...outcome.entries], held: next };
  if (one.type === 'capacity') return took(changeCapacity(books, one.capacity, { at: AT, by: 'x' }), held);
  if (one.type === 'reserve') {
    if (isNothing(one.amounts)) return world;
    const id = `a${number}`;
    const { department } = one;
    const outcome = reserve(books, { department, amounts: one.amounts, limits: limits(department) }, { at: AT, by: 'x', allocationId: id });
    return took(outcome, [...held, { id, department, amounts: one.amounts }]);
  }
  const picked = held[one.pick % Math.max(1, held.length)];
  if (!picked) return world;
  const others = held.filter((other) => other !== picked);
  const ground = { at: AT, by: 'x', allocationId: picked.id };
  if (one.type === 'release') return took(release(books, picked, ground), others);
  if (one.type === 'transfer') {
    if (one.to === picked.department) return world;
    const moving = { from: picked.department, to: one.to, amounts: picked.amounts, limits: limits(one.to) };
    return took(transfer(books, moving, ground), [...others, { ...picked, department: one.to }]);
  }
  const outcome = resize(books, { ...picked, limits: limits(picked.department), to: one.to, used: one.used }, ground);
  return took(outcome, [...others, { ...picked, amounts: one.to }]);
};

const after = (attempts: readonly Attempt[]): World => attempts.reduce(step, begin());
const history = fc.array(attempt, { maxLength: 60 });

describe('over any history', () => {
  test('nothing is below zero, over the pool, over a limit; free and reserved are the capacity', () => {
    fc.assert(
      fc.property(history, (attempts) => {
        const { books } = after(attempts);
        const total = Object.values(books.accounts).reduce<Amounts>(plus, {});
        expect(isNothing(total)).toBe(true);
        for (const [account, balance] of Object.entries(books.accounts)) {
          if (account !== 'supply') for (const value of Object.values(balance)) expect(value).toBeGreaterThanOrEqual(0);
        }
        for (const department of departmentsIn(books)) {
          const reserved = reservedOf(books, department);
          for (const kind of kindsOf(reserved)) {
            const limit = amountOf(limits(department), kind);
            if (limit !== UNLIMITED) expect(amountOf(reserved, kind)).toBeLessThanOrEqual(limit);
          }
        }
      }),
    );
  });

  test('the journal adds up to the books and to what each allocation holds', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 7 }), (attempts, page) => {
        const { books, journal, held } = after(attempts);
        let sums = NO_SUMS;
        for (let i = 0; i < journal.length; i += page) sums = addUp(sums, journal.slice(i, i + page));
        const allocated = Object.fromEntries(held.map((one) => [one.id, one.amounts]));
        expect(differences(books, allocated, sums)).toEqual([]);
      }),
    );
  });

  test('an entry that is lost, doubled or changed is found', () => {
    const spoil = fc.constantFrom('lost', 'doubled', 'changed');
    fc.assert(
      fc.property(history, fc.nat(), spoil, (attempts, pick, how) => {
        const { books, journal, held } = after(attempts);
        const at = pick % journal.length;
        const entry = journal[at] as Entry;
        const legs = entry.legs.map((leg, i) => (i === 0 ? { ...leg, amounts: plus(leg.amounts, { vcpu: 1 }) } : leg));
        const spoilt = { lost: [], doubled: [entry, entry], changed: [{ ...entry, legs }] }[how] as Entry[];
        const sums = addUp(NO_SUMS, [...journal.slice(0, at), ...spoilt, ...journal.slice(at + 1)]);
        const allocated = Object.fromEntries(held.map((one) => [one.id, one.amounts]));
        expect(differences(books, allocated, sums)).not.toEqual([]);
      }),
    );
  });
});

test('a difference says where, and what each side says', () => {
  const { books, entries } = posted(reserving(opened(), { vcpu: 10 }));
  const sums = addUp(NO_SUMS, [...following(undefined, ZONE, AT).entries, ...entries]);
  expect(differences(books, { alc_1: { vcpu: 8 } }, sums)).toEqual([{ account: 'alc_1', kind: 'vcpu', books: 8, journal: 10 }]);
});

test('entries that do not balance are never written', () => {
  const broken = { ...opened(), accounts: { free: { vcpu: 5 } } };
  expect(() => release(broken, { department: 'schools', amounts: { vcpu: 1 } }, GROUND)).toThrow('would be -1');
});
