/** What the rules say of a request, its price, and what would be left: the same for a draft, an estimate and a case. */
import type { Finding } from '#events/casework.ts';
import type { Environment } from '#events/cloud-quota.ts';
import type { Allocation } from './allocation.ts';
import { type Amounts, amountOf, combine, kindsOf, minus } from './amounts.ts';
import { type Cloud, fenPerMonth, limitsOf, zoneOf } from './catalogue.ts';
import { type Books, freeOf, leftOf, reservedOf } from './ledger.ts';
import type { System } from './system.ts';
import * as words from './words.ts';

export interface Asked {
  readonly department: string;
  readonly system: { readonly systemId?: string | undefined; readonly name: string; readonly level: number };
  readonly dataClasses: readonly string[];
  readonly zone: string;
  readonly environment: Environment;
  readonly amounts: Amounts;
  readonly months: number;
}

/** What is known when the request is looked at. */
export interface Known {
  readonly cloud: Cloud;
  readonly books: Books;
  /** The department's, active and frozen. */
  readonly allocations: readonly Allocation[];
  readonly system?: System | undefined;
  /** Other cases that asked for the same system and were assessed not long ago. */
  readonly otherCases: readonly string[];
  /** The allocation that is to be changed: its amounts are there already. */
  readonly current?: Allocation | undefined;
}

export interface Assessment {
  readonly findings: readonly Finding[];
  readonly result: {
    readonly priceFenPerMonth: number;
    readonly freeInPool: Amounts;
    /** -1: nothing but the pool limits it. */
    readonly freeInDepartment: Amounts;
    /** Passes without a hand: within the rules' limits, and nothing was found. */
    readonly standard: boolean;
    /** Of the department's allocations so far, 0 to 1. */
    readonly utilisation?: number;
  };
}

const protection = ({ system, zone, dataClasses }: Asked, { cloud }: Known): Finding[] => {
  const where = zoneOf(cloud, zone);
  if (!where) return [];
  const known = (id: string) => cloud.dataClasses.find((one) => one.id === id);
  return [
    ...(system.level > where.level ? [words.levelAboveZone(system.level, where)] : []),
    ...dataClasses.flatMap((id) => {
      const dataClass = known(id);
      if (!dataClass) return [words.unknownDataClass(id)];
      return where.dataClasses.includes(id) ? [] : [words.dataClassNotInZone(dataClass, where)];
    }),
  ];
};

const term = ({ environment, months }: Asked, { cloud }: Known): Finding[] => {
  const most = cloud.rules.maximumMonths[environment];
  return months > most ? [words.termTooLong(months, most, environment)] : [];
};

/** What is asked for beyond what is there already. */
const increaseOf = ({ amounts }: Asked, { current }: Known): Amounts => {
  if (!current) return amounts;
  const change = minus(amounts, current.amounts);
  return combine(kindsOf(change), (kind) => Math.max(0, amountOf(change, kind)));
};

const room = (asked: Asked, known: Known): Finding[] => {
  const { cloud, books } = known;
  const limits = limitsOf(cloud, asked.department, asked.zone);
  const reserved = reservedOf(books, asked.department);
  const increase = increaseOf(asked, known);
  return cloud.kinds.flatMap((kind) => {
    const wanted = amountOf(increase, kind.id);
    if (wanted === 0) return [];
    const left = leftOf(limits, reserved, kind.id);
    const free = amountOf(freeOf(books), kind.id);
    return [
      ...(amountOf(limits, kind.id) === 0 ? [words.kindDisabled(kind)] : []),
      ...(amountOf(limits, kind.id) > 0 && wanted > left ? [words.overLimit(kind, wanted, left)] : []),
      ...(wanted > free ? [words.overPool(kind, wanted, free)] : []),
    ];
  });
};

const duplicates = (
  { system, zone, environment, department }: Asked,
  { allocations, otherCases, current, system: found }: Known,
): Finding[] => {
  if (current) return [];
  const same = allocations.filter(
    (one) =>
      one.department === department &&
      one.zone === zone &&
      one.environment === environment &&
      (found ? one.system.systemId === found.systemId : one.system.name === system.name),
  );
  return [...same.map((one) => words.allocatedAlready(one.allocationId)), ...otherCases.map((caseId) => words.askedAlready(caseId))];
};

/** The mean of those that were measured, each counted by its price: an idle test machine says little. */
const utilisationOf = (allocations: readonly Allocation[]): number | undefined => {
  const measured = allocations.filter(({ metered }) => metered?.utilisation !== undefined);
  const weight = measured.reduce((sum, { priceFenPerMonth }) => sum + priceFenPerMonth, 0);
  if (weight === 0) return undefined;
  return measured.reduce((sum, { metered, priceFenPerMonth }) => sum + (metered?.utilisation ?? 0) * priceFenPerMonth, 0) / weight;
};

const fitsRule = ({ amounts, months, environment }: Asked, { cloud }: Known): boolean => {
  const { standard } = cloud.rules;
  return (
    months <= standard.months &&
    standard.environments.includes(environment) &&
    kindsOf(amounts).every((kind) => amountOf(amounts, kind) <= amountOf(standard.amounts, kind))
  );
};

export const assess = (asked: Asked, known: Known): Assessment => {
  const { cloud, books, allocations } = known;
  const limits = limitsOf(cloud, asked.department, asked.zone);
  const reserved = reservedOf(books, asked.department);
  const utilisation = utilisationOf(allocations.filter(({ phase }) => phase === 'active'));
  const low = cloud.rules.utilisation.recallBelow;
  const findings = [
    ...protection(asked, known),
    ...term(asked, known),
    ...room(asked, known),
    ...duplicates(asked, known),
    ...(utilisation !== undefined && utilisation < low ? [words.lowUtilisation(utilisation, low)] : []),
  ];
  return {
    findings,
    result: {
      priceFenPerMonth: fenPerMonth(cloud, asked.amounts),
      freeInPool: Object.fromEntries(cloud.kinds.map(({ id }) => [id, amountOf(freeOf(books), id)])),
      freeInDepartment: Object.fromEntries(cloud.kinds.map(({ id }) => [id, leftOf(limits, reserved, id)])),
      standard: findings.every(({ severity }) => severity === 'info') && fitsRule(asked, known),
      ...(utilisation !== undefined && { utilisation: Math.round(utilisation * 1000) / 1000 }),
    },
  };
};

/** What no approval lifts. */
export const blocking = (asked: Asked, known: Known): Finding[] => [...protection(asked, known), ...term(asked, known)];
