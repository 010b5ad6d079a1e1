/** What the provider bills, by allocation and day: lines of a Cost and Usage Report (CSV), whose tag says for which allocation. */
import { dayOf } from './calendar.ts';
import { ALLOCATION_TAG } from './measures.ts';

/** https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html */
const COLUMNS = {
  start: 'lineItem/UsageStartDate',
  cost: 'lineItem/UnblendedCost',
  currency: 'lineItem/CurrencyCode',
  allocation: `resourceTags/user:${ALLOCATION_TAG}`,
} as const;

type Columns = Readonly<Record<keyof typeof COLUMNS, number>>;

/** RFC 4180: fields may be quoted, a quote within is doubled. */
export const fieldsOf = (line: string): string[] => {
  const fields: string[] = [];
  for (const [, quoted, plain = ''] of line.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/g)) {
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  // The pattern finds an empty field once more at the very end.
  if (!line.endsWith(',')) fields.pop();
  return fields;
};

export interface Cost {
  readonly allocationId: string;
  readonly day: string;
  /** In the smallest unit of the currency. */
  readonly fen: number;
}

/** Undefined where the report lacks a column: without the tag nothing can be told apart. */
export const columnsOf = (header: string): Columns | undefined => {
  const names = fieldsOf(header);
  const at = Object.entries(COLUMNS).map(([key, name]) => [key, names.indexOf(name)] as const);
  return at.every(([, index]) => index >= 0) ? (Object.fromEntries(at) as Columns) : undefined;
};

/** Undefined for what is billed to no allocation, or in another currency than the district's. */
export const costOf = (line: string, columns: Columns, currency: string, timezone: string): Cost | undefined => {
  const fields = fieldsOf(line);
  const allocationId = fields[columns.allocation] ?? '';
  const start = Date.parse(fields[columns.start] ?? '');
  const cost = Number(fields[columns.cost]);
  if (allocationId === '' || fields[columns.currency] !== currency || Number.isNaN(start) || !Number.isFinite(cost)) return undefined;
  return { allocationId, day: dayOf(start, timezone), fen: cost * 100 };
};

/** Fen by allocation and day. */
export class Bill {
  readonly #sums = new Map<string, Map<string, number>>();

  add({ allocationId, day, fen }: Cost): void {
    const days = this.#sums.get(allocationId) ?? new Map<string, number>();
    days.set(day, (days.get(day) ?? 0) + fen);
    this.#sums.set(allocationId, days);
  }

  /** Whole fen; what credits turned below nothing is nothing. */
  get byAllocation(): ReadonlyMap<string, readonly { readonly day: string; readonly costFen: number }[]> {
    const rounded = (days: ReadonlyMap<string, number>) => [...days].map(([day, fen]) => ({ day, costFen: Math.max(0, Math.round(fen)) }));
    return new Map([...this.#sums].map(([id, days]) => [id, rounded(days)] as const));
  }
}
