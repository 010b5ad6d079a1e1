/**
 * The books of a zone's pool, kept in double entry: every movement is a journal entry whose legs sum to zero for each kind, so that what
 * is free and what is reserved is always the capacity. Nothing goes below zero, over the pool or over a department's limit.
 */
import { type Amounts, amountOf, combine, isNothing, kindsOf, minus, negated, plus } from './amounts.ts';
import { UNLIMITED, type Zone } from './catalogue.ts';

/** Where capacity comes from: its balance is the capacity, negative. */
export const SUPPLY = 'supply';
export const FREE = 'free';
const RESERVED = 'reserved/';
export const reservedFor = (department: string): string => `${RESERVED}${department}`;

export interface Leg {
  readonly account: string;
  /** Signed. */
  readonly amounts: Amounts;
}

export type Movement = 'capacity' | 'reserve' | 'release' | 'resize' | 'transfer';

/** Who moved it, when and for what. */
export interface Ground {
  readonly at: string;
  readonly by: string;
  readonly allocationId?: string;
  readonly caseId?: string;
}

export interface Entry extends Ground {
  readonly zone: string;
  /** 1, 2, 3 …: an entry that is missing is noticed. */
  readonly seq: number;
  readonly movement: Movement;
  readonly legs: readonly Leg[];
}

export interface Books {
  readonly zone: string;
  /** Of the last entry. */
  readonly seq: number;
  readonly accounts: Readonly<Record<string, Amounts>>;
  /** The capacity that the district's YAML said when it was last followed. */
  readonly configured: Amounts;
  /** Counts changes of capacity: what an operator decided on. */
  readonly capacityVersion: number;
}

export interface Posted {
  readonly books: Books;
  readonly entries: readonly Entry[];
}

/** Why a movement cannot be: so much of the kind was wanted, so much there is. */
export interface Shortage {
  readonly kind: string;
  /** The pool's rest; the department's limit; a kind that is disabled for it; what is in use; what is reserved. */
  readonly because: 'pool' | 'limit' | 'disabled' | 'in-use' | 'reserved';
  readonly wanted: number;
  readonly left: number;
}

export const isShort = (outcome: Posted | readonly Shortage[]): outcome is readonly Shortage[] => Array.isArray(outcome);

const balance = ({ accounts }: Books, account: string): Amounts => (Object.hasOwn(accounts, account) ? (accounts[account] as Amounts) : {});

export const capacityOf = (books: Books): Amounts => negated(balance(books, SUPPLY));
export const freeOf = (books: Books): Amounts => balance(books, FREE);
export const reservedOf = (books: Books, department?: string): Amounts =>
  department === undefined ? minus(capacityOf(books), freeOf(books)) : balance(books, reservedFor(department));

/** The departments that have something reserved. */
export const departmentsIn = ({ accounts }: Books): string[] =>
  Object.keys(accounts).flatMap((account) =>
    account.startsWith(RESERVED) && !isNothing(accounts[account] as Amounts) ? [account.slice(RESERVED.length)] : [],
  );

const EMPTY = (zone: string): Books => ({ zone, seq: 0, accounts: {}, configured: {}, capacityVersion: 0 });

/** The last guard: whatever was decided before, books that don't balance or go below zero are not written. */
const post = (books: Books, movement: Movement, legs: readonly Leg[], ground: Ground): Posted => {
  const sum = legs.reduce<Amounts>((total, { amounts }) => plus(total, amounts), {});
  if (!isNothing(sum)) throw new Error(`Entry of ${books.zone} does not balance: ${JSON.stringify(sum)}`);
  const accounts = { ...books.accounts };
  for (const { account, amounts } of legs) {
    const after = plus(accounts[account] ?? {}, amounts);
    const wrong = Object.entries(after).find(([, value]) => !Number.isSafeInteger(value) || (account !== SUPPLY && value < 0));
    if (wrong) throw new Error(`${books.zone} ${account} ${wrong[0]} would be ${wrong[1]}`);
    accounts[account] = after;
  }
  const seq = books.seq + 1;
  return { books: { ...books, seq, accounts }, entries: [{ ...ground, zone: books.zone, seq, movement, legs }] };
};

/** What is left to a department of a kind; UNLIMITED where nothing but the pool limits it. */
export const leftOf = (limits: Amounts, reserved: Amounts, kind: string): number => {
  const limit = amountOf(limits, kind);
  return limit === UNLIMITED ? UNLIMITED : Math.max(0, limit - amountOf(reserved, kind));
};

const shortages = (books: Books, limits: Amounts, department: string, increase: Amounts): Shortage[] =>
  kindsOf(increase).flatMap((kind): Shortage[] => {
    const wanted = amountOf(increase, kind);
    if (wanted <= 0) return [];
    const left = leftOf(limits, reservedOf(books, department), kind);
    if (amountOf(limits, kind) === 0) return [{ kind, because: 'disabled', wanted, left: 0 }];
    if (left !== UNLIMITED && wanted > left) return [{ kind, because: 'limit', wanted, left }];
    const free = amountOf(freeOf(books), kind);
    return wanted > free ? [{ kind, because: 'pool', wanted, left: free }] : [];
  });

export interface Reservation {
  readonly department: string;
  readonly amounts: Amounts;
  /** The department's, in this zone. */
  readonly limits: Amounts;
}

export const reserve = (books: Books, { department, amounts, limits }: Reservation, ground: Ground): Posted | readonly Shortage[] => {
  const short = shortages(books, limits, department, amounts);
  if (short.length > 0) return short;
  const legs = [
    { account: FREE, amounts: negated(amounts) },
    { account: reservedFor(department), amounts },
  ];
  return post(books, 'reserve', legs, ground);
};

export const release = (books: Books, { department, amounts }: Pick<Reservation, 'department' | 'amounts'>, ground: Ground): Posted => {
  const legs = [
    { account: reservedFor(department), amounts: negated(amounts) },
    { account: FREE, amounts },
  ];
  return post(books, 'release', legs, ground);
};

export interface Resizing extends Reservation {
  /** What it becomes; `amounts` is what it is. */
  readonly to: Amounts;
  /** What is in use: never below it. */
  readonly used: Amounts;
}

/** Up and down at once, kind by kind. */
export const resize = (books: Books, { department, amounts, limits, to, used }: Resizing, ground: Ground): Posted | readonly Shortage[] => {
  const change = minus(to, amounts);
  const belowUse = kindsOf(change).flatMap((kind): Shortage[] => {
    const needed = Math.ceil(amountOf(used, kind));
    return amountOf(change, kind) < 0 && amountOf(to, kind) < needed
      ? [{ kind, because: 'in-use', wanted: amountOf(to, kind), left: needed }]
      : [];
  });
  const short = [...belowUse, ...shortages(books, limits, department, change)];
  if (short.length > 0) return short;
  const legs = [
    { account: FREE, amounts: negated(change) },
    { account: reservedFor(department), amounts: change },
  ];
  return isNothing(change) ? { books, entries: [] } : post(books, 'resize', legs, ground);
};

/** From one department to another, within the other's limit; the pool is not touched. */
export const transfer = (
  books: Books,
  { from, to, amounts, limits }: { readonly from: string; readonly to: string; readonly amounts: Amounts; readonly limits: Amounts },
  ground: Ground,
): Posted | readonly Shortage[] => {
  const short = shortages(books, limits, to, amounts).filter(({ because }) => because !== 'pool');
  if (short.length > 0) return short;
  const legs = [
    { account: reservedFor(from), amounts: negated(amounts) },
    { account: reservedFor(to), amounts },
  ];
  return post(books, 'transfer', legs, ground);
};

/** The pool grows or shrinks to these amounts (kinds not named stay), never below what is reserved. */
export const changeCapacity = (books: Books, capacity: Amounts, ground: Ground): Posted | readonly Shortage[] => {
  const reserved = reservedOf(books);
  const short = kindsOf(capacity).flatMap((kind): Shortage[] =>
    amountOf(capacity, kind) < amountOf(reserved, kind)
      ? [{ kind, because: 'reserved', wanted: amountOf(capacity, kind), left: amountOf(reserved, kind) }]
      : [],
  );
  if (short.length > 0) return short;
  const change = combine(kindsOf(capacity), (kind) => amountOf(capacity, kind) - amountOf(capacityOf(books), kind));
  if (isNothing(change)) return { books, entries: [] };
  const legs = [
    { account: SUPPLY, amounts: negated(change) },
    { account: FREE, amounts: change },
  ];
  const posted = post(books, 'capacity', legs, ground);
  return { ...posted, books: { ...posted.books, capacityVersion: books.capacityVersion + 1 } };
};

/**
 * Books that follow the district's YAML: opened with it, changed when it changed. Where it says less than is reserved, the pool
 * shrinks as far as it can; whoever looks at the pool sees that it is still above.
 */
export const following = (known: Books | undefined, zone: Zone, at: string): Posted => {
  const books = known ?? EMPTY(zone.id);
  const changed = kindsOf(books.configured, zone.capacity).filter(
    (kind) => amountOf(books.configured, kind) !== amountOf(zone.capacity, kind),
  );
  if (known && changed.length === 0) return { books, entries: [] };
  const reserved = reservedOf(books);
  const capacity = Object.fromEntries(
    changed.map((kind) => [kind, Math.max(amountOf(zone.capacity, kind), amountOf(reserved, kind))] as const),
  );
  const posted = changeCapacity(books, capacity, { at, by: 'system:configuration' });
  if (isShort(posted)) throw new Error(`${zone.id}: capacity below what is reserved`);
  return { ...posted, books: { ...posted.books, configured: zone.capacity } };
};

export interface Difference {
  readonly account: string;
  readonly kind: string;
  readonly books: number;
  readonly journal: number;
}

export interface Sums {
  readonly seq: number;
  readonly accounts: Readonly<Record<string, Amounts>>;
  /** What each allocation has reserved, whoever has it. */
  readonly allocations: Readonly<Record<string, Amounts>>;
  /** Numbers of entries that are missing, or that do not balance. */
  readonly faults: readonly number[];
}

export const NO_SUMS: Sums = { seq: 0, accounts: {}, allocations: {}, faults: [] };

/** The journal added up, page by page, in its order. */
export const addUp = (sums: Sums, entries: readonly Entry[]): Sums => {
  const accounts: Record<string, Amounts> = { ...sums.accounts };
  const allocations: Record<string, Amounts> = { ...sums.allocations };
  const faults = [...sums.faults];
  let { seq } = sums;
  for (const { seq: number, legs, allocationId } of entries) {
    if (number !== seq + 1 || !isNothing(legs.reduce<Amounts>((sum, { amounts }) => plus(sum, amounts), {}))) faults.push(number);
    seq = number;
    for (const { account, amounts } of legs) {
      accounts[account] = plus(accounts[account] ?? {}, amounts);
      if (allocationId !== undefined && account.startsWith(RESERVED)) {
        allocations[allocationId] = plus(allocations[allocationId] ?? {}, amounts);
      }
    }
  }
  return { seq, accounts, allocations, faults };
};

const differing = (account: string, books: Amounts, journal: Amounts): Difference[] =>
  kindsOf(books, journal)
    .filter((kind) => amountOf(books, kind) !== amountOf(journal, kind))
    .map((kind) => ({ account, kind, books: amountOf(books, kind), journal: amountOf(journal, kind) }));

/** Where the books, or the allocations that people see, say otherwise than the journal. */
export const differences = (books: Books, allocated: Readonly<Record<string, Amounts>>, sums: Sums): Difference[] => {
  const accounts = [...new Set([...Object.keys(books.accounts), ...Object.keys(sums.accounts)])];
  const allocations = [...new Set([...Object.keys(allocated), ...Object.keys(sums.allocations)])];
  return [
    ...(books.seq === sums.seq ? [] : [{ account: 'journal', kind: 'entries', books: books.seq, journal: sums.seq }]),
    ...sums.faults.map((seq) => ({ account: 'journal', kind: 'entry', books: books.seq, journal: seq })),
    ...accounts.flatMap((account) => differing(account, balance(books, account), sums.accounts[account] ?? {})),
    ...allocations.flatMap((id) => differing(id, allocated[id] ?? {}, sums.allocations[id] ?? {})),
  ];
};
