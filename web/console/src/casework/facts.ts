/** What services answered to a request, as far as people read it: the price, what was left, what was allocated. By the facts, not by which step. Pure. */
import { isObject } from '../forms/schema.ts';
import type { CaseView } from './requests.ts';

type ByKind = Readonly<Record<string, number>>;

export interface Facts {
  readonly fenPerMonth?: number;
  readonly utilisation?: number;
  readonly left?: {
    readonly lines: readonly { kind: string; amount: number }[];
    readonly freeInDepartment: ByKind;
    readonly freeInPool: ByKind;
  };
  readonly allocationId?: string;
}

const byKind = (value: unknown): ByKind =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );

export const factsOf = ({ results, data }: Pick<CaseView, 'results' | 'data'>): Facts => {
  const all: Record<string, unknown> = Object.assign({}, ...Object.values(results));
  const lines = Object.entries(byKind(data.amounts)).flatMap(([kind, amount]) => (amount > 0 ? [{ kind, amount }] : []));
  const allocationId = [all.allocationId, data.allocationId].find((id): id is string => typeof id === 'string' && id.startsWith('alc_'));
  return {
    ...(typeof all.priceFenPerMonth === 'number' && { fenPerMonth: all.priceFenPerMonth }),
    ...(typeof all.utilisation === 'number' && { utilisation: all.utilisation }),
    ...(isObject(all.freeInPool) &&
      lines.length > 0 && { left: { lines, freeInDepartment: byKind(all.freeInDepartment), freeInPool: byKind(all.freeInPool) } }),
    ...(allocationId !== undefined && { allocationId }),
  };
};
