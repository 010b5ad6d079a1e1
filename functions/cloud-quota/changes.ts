/** Services about an allocation that is there: each is what people decided in a case. Asked for what is so already, it is done. */
import type { Finding } from '#events/casework.ts';
import { AllocationChanged, AllocationFrozen, AllocationReleased, type Change } from '#events/cloud-quota.ts';
import { type Occurrence, occurred } from '#events/envelope.ts';
import { type Allocation, extended, factsOf, frozen, released, unfrozen } from './allocation.ts';
import { type Amounts, amountOf, kindsOf } from './amounts.ts';
import { answered, refused } from './applications.ts';
import { fenPerMonth, limitsOf } from './catalogue.ts';
import { type Decided, type Desk, ownAllocation, type StepRequest, withAllocation, withSystem } from './desk.ts';
import { type Books, type Entry, type Ground, isShort, release, resize, transfer } from './ledger.ts';
import { allocationNamed, readMonths, readResizing, readTarget } from './request.ts';
import * as words from './words.ts';

interface Changed {
  readonly allocation: Allocation;
  readonly books?: Books;
  readonly entries?: readonly Entry[];
  readonly occurrences?: readonly Occurrence[];
  readonly findings?: readonly Finding[];
}

type Outcome = Changed | readonly Finding[];
type Living = Exclude<Allocation, { phase: 'released' }>;

interface Context {
  readonly desk: Desk;
  readonly request: StepRequest;
  readonly now: number;
  readonly at: string;
  readonly ground: Ground;
}

const isRefusal = (outcome: Outcome): outcome is readonly Finding[] => Array.isArray(outcome);

const changed = ({ request }: Context, allocation: Allocation, change: Change) =>
  occurred(AllocationChanged, [allocation.allocationId, request.caseId, request.attempt], {
    ...factsOf(allocation),
    caseId: request.caseId,
    change,
  });

const extend = (allocation: Living, context: Context): Outcome => {
  const read = readMonths(context.request.input);
  if ('findings' in read) return read.findings;
  const most = context.desk.cloud.rules.maximumMonths[allocation.environment];
  if (read.value > most) return [words.termTooLong(read.value, most, allocation.environment)];
  const next = extended(allocation, read.value, context.at);
  return { allocation: next, occurrences: [changed(context, next, 'extended')] };
};

/** In the allocation's own words: its price follows its amounts, its budget grows with its price. */
const withAmounts = (allocation: Living, amounts: Amounts, entries: readonly Entry[], { desk }: Context): Allocation => {
  const priceFenPerMonth = fenPerMonth(desk.cloud, amounts);
  const asAgreed = allocation.budgetFenPerMonth === allocation.priceFenPerMonth;
  return {
    ...allocation,
    amounts,
    priceFenPerMonth,
    ...(asAgreed && { budgetFenPerMonth: priceFenPerMonth }),
    entries: [...allocation.entries, ...entries.map(({ seq }) => seq)],
  };
};

const resizing = (allocation: Living, to: Amounts, change: Change, context: Context): Outcome => {
  const { desk, ground } = context;
  const { department, zone, amounts, metered } = allocation;
  const limits = limitsOf(desk.cloud, department, zone);
  const posted = resize(desk.books, { department, amounts, limits, to, used: metered?.used ?? {} }, ground);
  if (isShort(posted)) return posted.map((shortage) => words.short(desk.cloud, shortage));
  if (posted.entries.length === 0) return { allocation, findings: [words.asItIs('资源数量没有变化', 'The amounts stay as they are')] };
  const next = withAmounts(allocation, to, posted.entries, context);
  return { allocation: next, ...posted, occurrences: [changed(context, next, change)] };
};

const resizeTo = (allocation: Living, context: Context): Outcome => {
  if (allocation.phase === 'frozen') return [words.wrongPhase('资源已冻结，须先解冻', 'It is frozen: unfreeze it first')];
  const read = readResizing(context.request.input, allocation.amounts, context.desk.cloud);
  return 'findings' in read ? read.findings : resizing(allocation, read.value, 'resized', context);
};

const recall = (allocation: Living, context: Context): Outcome => {
  const read = readResizing(context.request.input, allocation.amounts, context.desk.cloud);
  if ('findings' in read) return read.findings;
  const larger = kindsOf(read.value).filter((kind) => amountOf(read.value, kind) > amountOf(allocation.amounts, kind));
  return larger.length > 0 ? larger.map(words.notSmaller) : resizing(allocation, read.value, 'recalled', context);
};

const hand = (allocation: Living, context: Context): Outcome => {
  const read = readTarget(context.request.input);
  if ('findings' in read) return read.findings;
  const { desk, ground } = context;
  const to = read.value;
  if (!desk.departments.includes(to)) return [words.unknownDepartment(to)];
  const { department: from, amounts, zone } = allocation;
  if (to === from) return { allocation, findings: [words.asItIs('资源已属于该部门', 'It is that department’s already')] };
  const posted = transfer(desk.books, { from, to, amounts, limits: limitsOf(desk.cloud, to, zone) }, ground);
  if (isShort(posted)) return posted.map((shortage) => words.short(desk.cloud, shortage));
  const next: Allocation = {
    ...allocation,
    department: to,
    entries: [...allocation.entries, ...posted.entries.map(({ seq }) => seq)],
  };
  return { allocation: next, ...posted, occurrences: [changed(context, next, 'transferred')] };
};

/** The end: what was reserved is free again. The data is gone with it, so somebody says first that it was exported. */
const end = (allocation: Living, context: Context): Outcome => {
  const { desk, request, ground, at } = context;
  if (request.input.exported !== true) return [words.exportNotConfirmed()];
  const posted = release(desk.books, allocation, ground);
  const { caseId } = request;
  const entries = [...allocation.entries, ...posted.entries.map(({ seq }) => seq)];
  const next = { ...released(allocation, at, caseId), entries };
  return {
    allocation: next,
    ...posted,
    occurrences: [occurred(AllocationReleased, [allocation.allocationId], { ...factsOf(next), caseId })],
  };
};

const releaseFrozen = (allocation: Living, context: Context): Outcome =>
  allocation.phase === 'frozen'
    ? end(allocation, context)
    : [words.wrongPhase('只能释放已冻结的资源；主动退还请用终止', 'Only what is frozen is released; to give it back, terminate it')];

const DECIDED = { zh: '经审批冻结', en: 'Frozen by decision' };

const freeze = (allocation: Living, context: Context): Outcome => {
  if (allocation.phase === 'frozen') return { allocation, findings: [words.asItIs('资源已冻结', 'It is frozen already')] };
  const next = frozen(allocation, context.at, DECIDED);
  const { caseId, attempt } = context.request;
  return {
    allocation: next,
    occurrences: [occurred(AllocationFrozen, [allocation.allocationId, caseId, attempt], { ...factsOf(next), reason: DECIDED, caseId })],
  };
};

const unfreeze = (allocation: Living, context: Context): Outcome => {
  if (allocation.phase === 'active') return { allocation, findings: [words.asItIs('资源未被冻结', 'It is not frozen')] };
  if (allocation.expiresAt <= context.at) return [words.wrongPhase('资源已到期，须申请续期', 'It has expired: extend it instead')];
  const next = unfrozen(allocation);
  return { allocation: next, occurrences: [changed(context, next, 'unfrozen')] };
};

const CHANGES: Readonly<Record<string, (allocation: Living, context: Context) => Outcome>> = {
  extend,
  resize: resizeTo,
  recall,
  transfer: hand,
  terminate: end,
  release: releaseFrozen,
  freeze,
  unfreeze,
};

export const CHANGING: readonly string[] = Object.keys(CHANGES);

/** Released is for good: whoever wanted it released has what they wanted, all others come too late. */
const afterRelease = (desk: Desk, request: StepRequest): Decided => {
  const wanted = request.what === 'release' || request.what === 'terminate';
  return wanted
    ? answered(desk, request, 'done', [words.asItIs('资源已释放', 'It is released already')])
    : refused(desk, request, [words.wrongPhase('资源已释放', 'It is released already')]);
};

/** The register's entry goes with what the system runs on, where it was the same department's. */
const withItsSystem = (desk: Desk, before: Allocation, after: Allocation): Desk => {
  const system = desk.systems.get(after.system.systemId);
  if (before.department === after.department || system?.department !== before.department) return desk;
  return withSystem(desk, { ...system, department: after.department });
};

export const change = (desk: Desk, request: StepRequest, now: number): Decided => {
  const allocation = ownAllocation(desk, request.department, allocationNamed(request.input));
  if (!allocation) return refused(desk, request, [words.unknownAllocation()]);
  if (allocation.phase === 'released') return afterRelease(desk, request);
  const at = new Date(now).toISOString();
  const { applicant, caseId } = request;
  const ground: Ground = { at, by: applicant, allocationId: allocation.allocationId, caseId };
  const decide = CHANGES[request.what];
  if (!decide) return refused(desk, request, [words.unknownService(request.what)]);
  const outcome = decide(allocation, { desk, request, now, at, ground });
  if (isRefusal(outcome)) return refused(desk, request, outcome);
  const { allocation: next, books = desk.books, entries = [], occurrences = [], findings = [] } = outcome;
  const moved = next === allocation ? desk : withAllocation({ ...desk, books }, next);
  const { allocationId, amounts, expiresAt, phase, department, priceFenPerMonth } = next;
  const result = { allocationId, amounts, expiresAt, phase, department, priceFenPerMonth };
  return { ...answered(withItsSystem(moved, allocation, next), request, 'done', findings, result), entries, occurrences };
};
