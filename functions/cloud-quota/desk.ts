/** What one batch of requests is decided on: the books of a zone, and the allocations and systems that they are about. */
import type { StepAnswer } from '#events/casework.ts';
import type { Occurrence } from '#events/envelope.ts';
import type { Allocation } from './allocation.ts';
import type { Cloud } from './catalogue.ts';
import type { Books, Entry } from './ledger.ts';
import type { Fields } from './request.ts';
import type { System } from './system.ts';

export interface Desk {
  readonly cloud: Cloud;
  readonly departments: readonly string[];
  readonly books: Books;
  readonly allocations: ReadonlyMap<string, Allocation>;
  readonly systems: ReadonlyMap<string, System>;
  /** By system: the cases that asked for it not long ago. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
}

/** A step of a case that waits for this capability. */
export interface StepRequest {
  readonly caseId: string;
  readonly department: string;
  readonly applicant: string;
  readonly step: string;
  readonly attempt: number;
  /** Without the capability: `allocate`. */
  readonly what: string;
  readonly input: Fields;
}

export interface Decided {
  readonly desk: Desk;
  readonly answer: StepAnswer;
  readonly entries: readonly Entry[];
  readonly occurrences: readonly Occurrence[];
  /** Of an assessment: the system that was asked for. */
  readonly systemId?: string;
}

export const withAllocation = (desk: Desk, allocation: Allocation): Desk => ({
  ...desk,
  allocations: new Map(desk.allocations).set(allocation.allocationId, allocation),
});

export const withSystem = (desk: Desk, system: System): Desk => ({
  ...desk,
  systems: new Map(desk.systems).set(system.systemId, system),
});

/** The department's allocation of this id; another department's is as unknown as one that does not exist. */
export const ownAllocation = (desk: Desk, department: string, allocationId: string | undefined): Allocation | undefined => {
  const found = allocationId === undefined ? undefined : desk.allocations.get(allocationId);
  return found?.department === department ? found : undefined;
};
