/**
 * What a system was given, for how long: a lease. It is active, then frozen (it may not be used, its resources stay reserved), then
 * released. Each of those is a person's decision that comes back from a case; only freezing may come by rule (lifecycle.ts).
 */
import type { AllocationFacts, Environment } from '#events/cloud-quota.ts';
import type { Text } from '#events/envelope.ts';
import type { Amounts } from './amounts.ts';
import { monthsLater } from './calendar.ts';

interface Common {
  readonly allocationId: string;
  readonly department: string;
  readonly system: { readonly systemId: string; readonly name: string };
  readonly level: number;
  readonly dataClasses: readonly string[];
  readonly zone: string;
  readonly environment: Environment;
  readonly amounts: Amounts;
  readonly validFrom: string;
  readonly expiresAt: string;
  /** As agreed when it was granted or last resized. */
  readonly priceFenPerMonth: number;
  readonly budgetFenPerMonth: number;
  /** The case that granted it. */
  readonly caseId: string;
  /** Numbers of its entries in the zone's journal. */
  readonly entries: readonly number[];
  readonly told: Told;
  /** As of the last daily run. */
  readonly metered?: Metered;
}

/** What was said already: of the present term, and once per kind of matter. */
export interface Told {
  readonly notices: readonly number[];
  readonly expiry?: boolean;
  readonly freeze?: boolean;
  readonly release?: boolean;
  /** The day of the last proposed recall. */
  readonly recallOn?: string;
  readonly budget?: { readonly month: string; readonly percent: number };
}

export interface Metered {
  readonly day: string;
  readonly used: Amounts;
  /** 0 to 1, of the kind that is used most; undefined with too few days. */
  readonly utilisation?: number;
}

export type Allocation =
  | (Common & { readonly phase: 'active' })
  | (Common & { readonly phase: 'frozen'; readonly frozenAt: string; readonly frozenBecause: Text })
  | (Common & {
      readonly phase: 'released';
      readonly releasedAt: string;
      /** The case in which people decided it and confirmed the last export. */
      readonly releasedIn: string;
    });

export type Phase = Allocation['phase'];

export const NOTHING_TOLD: Told = { notices: [] };

export const factsOf = ({
  allocationId,
  department,
  system,
  zone,
  environment,
  amounts,
  validFrom,
  expiresAt,
}: Allocation): AllocationFacts => ({
  allocationId,
  department,
  system,
  zone,
  environment,
  amounts,
  validFrom,
  expiresAt,
});

/** What a frozen or released one no longer says when it is active again. */
const common = (allocation: Allocation): Common => {
  const { phase: _, ...rest } = allocation;
  const { frozenAt: __, frozenBecause: ___, ...kept } = rest as typeof rest & { frozenAt?: string; frozenBecause?: Text };
  return kept as Common;
};

/** What a term told is forgotten with it; a recall and a budget are not about the term. */
const ofNewTerm = ({ recallOn, budget }: Told): Told => ({ notices: [], ...(recallOn && { recallOn }), ...(budget && { budget }) });

/** From its end on, or from now where that is over. It is active from then on: a person decided that it goes on. */
export const extended = (allocation: Allocation, months: number, now: string): Allocation => {
  const from = allocation.expiresAt > now ? allocation.expiresAt : now;
  return { ...common(allocation), expiresAt: monthsLater(from, months), told: ofNewTerm(allocation.told), phase: 'active' };
};

export const frozen = (allocation: Allocation, now: string, because: Text): Allocation => ({
  ...common(allocation),
  phase: 'frozen',
  frozenAt: now,
  frozenBecause: because,
});

export const unfrozen = (allocation: Allocation): Allocation => {
  const { release: _, freeze: __, ...told } = allocation.told;
  return { ...common(allocation), told, phase: 'active' };
};

export const released = (allocation: Allocation, now: string, releasedIn: string): Allocation => ({
  ...common(allocation),
  phase: 'released',
  releasedAt: now,
  releasedIn,
});
