/** Two services of the road that begins with a form: `assess` looks at a request, `allocate` reserves what was approved. */
import type { Finding } from '#events/casework.ts';
import { AllocationGranted } from '#events/cloud-quota.ts';
import { occurred } from '#events/envelope.ts';
import { idFor } from '#runtime/ids.ts';
import { type Allocation, factsOf, NOTHING_TOLD } from './allocation.ts';
import { type Asked, assess, blocking, type Known } from './assess.ts';
import { monthsLater } from './calendar.ts';
import { fenPerMonth, limitsOf } from './catalogue.ts';
import { type Decided, type Desk, ownAllocation, type StepRequest, withAllocation, withSystem } from './desk.ts';
import { isShort, reserve } from './ledger.ts';
import { type Application, allocationNamed, readApplication, readMonths, readResizing } from './request.ts';
import { registered, type System } from './system.ts';
import * as words from './words.ts';

export const answered = (
  desk: Desk,
  { caseId, step, attempt }: StepRequest,
  outcome: string,
  findings: readonly Finding[],
  result: Record<string, unknown> = {},
): Decided => ({
  desk,
  answer: { caseId, step, attempt, outcome, findings: [...findings], result },
  entries: [],
  occurrences: [],
});

export const refused = (desk: Desk, request: StepRequest, findings: readonly Finding[]): Decided =>
  answered(desk, request, 'refused', findings);

/** The system that is meant: by its id or by its name within the department. `unknown` where the id is not one of the department's. */
const systemOf = (desk: Desk, department: string, { systemId, name }: Application['system']): System | 'unknown' | undefined => {
  if (systemId !== undefined) {
    const found = desk.systems.get(systemId);
    return found?.department === department ? found : 'unknown';
  }
  return [...desk.systems.values()].find((system) => system.department === department && system.name === name);
};

/** The same for the same name, so that two requests for a new system meet in one entry of the register. */
export const newSystemId = (department: string, name: string): string => idFor('sys', 0, department, name);

const asAsked = (department: string, application: Application, system: System | undefined): Asked => ({
  ...application,
  department,
  system: system ? { ...application.system, systemId: system.systemId } : application.system,
});

const knownOf = (desk: Desk, department: string, caseId: string, system: System | undefined, current?: Allocation): Known => ({
  cloud: desk.cloud,
  books: desk.books,
  allocations: [...desk.allocations.values()].filter((one) => one.department === department && one.phase !== 'released'),
  system,
  otherCases: system ? (desk.asked.get(system.systemId) ?? []).filter((other) => other !== caseId) : [],
  current,
});

/** A change of something that is there: the allocation says what the form leaves out. */
const assessChange = (desk: Desk, request: StepRequest, current: Allocation): Decided => {
  const { input, department, caseId } = request;
  const months = 'months' in input ? readMonths(input) : { value: 1 };
  const amounts = 'amounts' in input ? readResizing(input, current.amounts, desk.cloud) : { value: current.amounts };
  if ('findings' in months) return answered(desk, request, 'blocked', months.findings);
  if ('findings' in amounts) return answered(desk, request, 'blocked', amounts.findings);
  const { system, level, dataClasses, zone, environment } = current;
  const asked: Asked = {
    department,
    system: { ...system, level },
    dataClasses,
    zone,
    environment,
    amounts: amounts.value,
    months: months.value,
  };
  const { findings, result } = assess(asked, knownOf(desk, department, caseId, desk.systems.get(system.systemId), current));
  return answered(desk, request, findings.some(({ severity }) => severity === 'blocking') ? 'blocked' : 'assessed', findings, result);
};

export const assessRequest = (desk: Desk, request: StepRequest): Decided => {
  const { input, department, caseId } = request;
  if ('allocationId' in input) {
    const current = ownAllocation(desk, department, allocationNamed(input));
    return current ? assessChange(desk, request, current) : answered(desk, request, 'blocked', [words.unknownAllocation()]);
  }
  const read = readApplication(input, desk.cloud);
  if ('findings' in read) return answered(desk, request, 'blocked', read.findings);
  const system = systemOf(desk, department, read.value.system);
  if (system === 'unknown') return answered(desk, request, 'blocked', [words.unknownSystem()]);
  const systemId = system?.systemId ?? newSystemId(department, read.value.system.name);
  const meant = system ?? ({ systemId, department, ...read.value.system, dataClasses: [] } satisfies System);
  const { findings, result } = assess(asAsked(department, read.value, system), knownOf(desk, department, caseId, meant));
  const outcome = findings.some(({ severity }) => severity === 'blocking') ? 'blocked' : 'assessed';
  return { ...answered(desk, request, outcome, findings, result), systemId };
};

const newSystem = (desk: Desk, { department, caseId }: StepRequest, { system, dataClasses }: Application): System => {
  const usual = newSystemId(department, system.name);
  // The usual id is taken where the system was handed to another department since.
  const systemId = desk.systems.has(usual) ? idFor('sys', 0, department, system.name, caseId) : usual;
  return { systemId, department, name: system.name, level: system.level, dataClasses };
};

export const allocate = (desk: Desk, request: StepRequest, now: number): Decided => {
  const { department, caseId, step, attempt, applicant } = request;
  const read = readApplication(request.input, desk.cloud);
  if ('findings' in read) return refused(desk, request, read.findings);
  const application = read.value;
  const found = systemOf(desk, department, application.system);
  if (found === 'unknown') return refused(desk, request, [words.unknownSystem()]);
  const lasting = blocking(asAsked(department, application, found), knownOf(desk, department, caseId, found));
  if (lasting.length > 0) return refused(desk, request, lasting);

  const at = new Date(now).toISOString();
  const { zone, environment, amounts, months } = application;
  const limits = limitsOf(desk.cloud, department, zone);
  const allocationId = idFor('alc', now, caseId, step, attempt);
  const posted = reserve(desk.books, { department, amounts, limits }, { at, by: applicant, allocationId, caseId });
  if (isShort(posted)) {
    return refused(
      desk,
      request,
      posted.map((shortage) => words.short(desk.cloud, shortage)),
    );
  }
  const system = found ?? newSystem(desk, request, application);
  const priceFenPerMonth = fenPerMonth(desk.cloud, amounts);
  const allocation: Allocation = {
    phase: 'active',
    allocationId,
    department,
    system: { systemId: system.systemId, name: system.name },
    level: application.system.level,
    dataClasses: application.dataClasses,
    zone,
    environment,
    amounts,
    validFrom: at,
    expiresAt: monthsLater(at, months),
    priceFenPerMonth,
    budgetFenPerMonth: application.budgetFenPerMonth ?? priceFenPerMonth,
    caseId,
    entries: posted.entries.map(({ seq }) => seq),
    told: NOTHING_TOLD,
  };
  const next = withAllocation({ ...desk, books: posted.books }, allocation);
  const facts = factsOf(allocation);
  const { validFrom, expiresAt } = allocation;
  return {
    ...answered(found ? next : withSystem(next, system), request, 'granted', [], {
      allocationId,
      systemId: system.systemId,
      zone,
      amounts,
      priceFenPerMonth,
      validFrom,
      expiresAt,
    }),
    entries: posted.entries,
    occurrences: [
      ...(found ? [] : [registered(system)]),
      occurred(AllocationGranted, [allocationId], { ...facts, caseId, priceFenPerMonth }),
    ],
  };
};
