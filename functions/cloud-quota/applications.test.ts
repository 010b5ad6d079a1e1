import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { StepAnswer } from '#events/casework.ts';
import { AllocationGranted, SystemRegistered } from '#events/cloud-quota.ts';
import { newSystemId } from './applications.ts';
import { AT, allocation, allocationId, caseId, DEPARTMENTS, desk, INPUT, NOW, opened, request, SYSTEM_ID } from './cloud-quota.fixture.ts';
import type { Decided, Desk } from './desk.ts';
import { freeOf, reservedOf } from './ledger.ts';
import { decide } from './services.ts';
import type { System } from './system.ts';

const system = (change: Partial<System> = {}): System => ({
  systemId: SYSTEM_ID,
  department: 'schools',
  name: '招生系统',
  level: 2,
  dataClasses: ['open'],
  ...change,
});
const withSystem = (one: System = system()): Partial<Desk> => ({ systems: new Map([[one.systemId, one]]) });
const findings = ({ answer }: Decided) => answer.findings.map(({ id, severity, pointer }) => `${id} ${severity} ${pointer ?? '-'}`);
const assess = (input: object, on: Desk = desk(), change = {}) => decide(on, request('assess', { ...INPUT, ...input }, change), NOW);

describe('an assessment', () => {
  test('of a small request says that it passes by rule, its price and what is left', () => {
    const { answer, entries, occurrences } = assess({});
    expect(answer).toEqual({
      caseId: caseId(9),
      step: 'assess',
      attempt: 3,
      outcome: 'assessed',
      findings: [],
      result: {
        priceFenPerMonth: 4 * 4500 + 8 * 1800,
        freeInPool: { vcpu: 100, memoryGiB: 400, objectGiB: 5000 },
        freeInDepartment: { vcpu: 60, memoryGiB: 240, objectGiB: -1 },
        standard: true,
      },
    });
    expect({ entries, occurrences }).toEqual({ entries: [], occurrences: [] });
  });

  test('of exactly what the rule lets pass says so', () => {
    expect(assess({ amounts: { vcpu: 8, memoryGiB: 32 }, months: 12 }).answer.result.standard).toBe(true);
  });

  test.each<[string, object]>([
    ['more than the rule’s amounts', { amounts: { vcpu: 9, memoryGiB: 8 } }],
    ['a kind that the rule does not name', { amounts: { vcpu: 1, objectGiB: 1 } }],
    ['a longer term', { months: 13 }],
  ])('of %s leaves it to people', (_, input) => {
    const { answer } = assess(input);
    expect(answer.outcome).toBe('assessed');
    expect(answer.findings).toEqual([]);
    expect(answer.result.standard).toBe(false);
  });

  test.each<[string, object, string]>([
    ['a level above the zone’s', { system: { name: 'x', level: 4 } }, 'level-above-zone blocking /system/level'],
    [
      'a class of data that may not lie there',
      { zone: 'outer', dataClasses: ['personal'] },
      'data-class-not-in-zone blocking /dataClasses',
    ],
    ['a class of data that nobody knows', { dataClasses: ['secret'] }, 'unknown-data-class blocking /dataClasses'],
    ['a term that is too long', { environment: 'test', months: 7 }, 'term-too-long blocking /months'],
    ['a zone that there is not', { zone: 'moon' }, 'unknown-zone blocking /zone'],
    ['a kind that there is not', { amounts: { gpu: 1 } }, 'unknown-kind blocking /amounts/gpu'],
    ['nothing', { amounts: { vcpu: 0 } }, 'nothing-asked blocking /amounts'],
    ['a system of another department', { system: { id: SYSTEM_ID, name: 'x', level: 2 } }, 'unknown-system blocking /system/id'],
    ['a system that there is not', { system: { id: 'sys_x', name: 'x', level: 2 } }, 'unknown-system blocking /system/id'],
  ])('blocks %s', (_, input, found) => {
    const decided = assess(input, desk(withSystem(system({ department: 'health' }))));
    expect(decided.answer.outcome).toBe('blocked');
    expect(findings(decided)).toEqual([found]);
  });

  test('warns of what an approval in part may mend: over the department’s limit, over the pool', () => {
    const decided = assess({ amounts: { vcpu: 61, objectGiB: 6000 } });
    expect(decided.answer.outcome).toBe('assessed');
    expect(findings(decided)).toEqual(['over-limit warning /amounts/vcpu', 'over-pool warning /amounts/objectGiB']);
    expect(decided.answer.findings[0]?.text).toEqual({
      zh: '处理器超出部门配额：申请 61 核，配额剩余 60',
      en: 'vCPU is over the department’s quota: 61 cores asked for, 60 left',
    });
    expect(decided.answer.result.standard).toBe(false);
  });

  test('warns of a kind that is disabled for the department', () => {
    expect(findings(assess({ amounts: { objectGiB: 1 } }, desk(), { department: 'water' }))).toEqual([
      'kind-disabled warning /amounts/objectGiB',
    ]);
  });

  test('warns where the system has an allocation there already, and where another case asks for it', () => {
    const known = { ...withSystem(), allocations: new Map([[allocationId(1), allocation()]]) };
    const asked = new Map([[SYSTEM_ID, [caseId(9), caseId(8)]]]);
    expect(findings(assess({ system: { name: '招生系统', level: 2 } }, desk({ ...known, asked })))).toEqual([
      'allocated-already warning /system',
      'asked-already warning /system',
    ]);
    const elsewhere = { system: { id: SYSTEM_ID, name: '招生系统', level: 2 }, environment: 'test', months: 6 };
    expect(findings(assess(elsewhere, desk(known)))).toEqual([]);
  });

  test('notices another case that asks for a system which is not in the register yet', () => {
    const asked = new Map([[newSystemId('schools', '学籍系统'), [caseId(8)]]]);
    expect(findings(assess({}, desk({ asked })))).toEqual(['asked-already warning /system']);
    expect(assess({}).systemId).toBe(newSystemId('schools', '学籍系统'));
  });

  test('warns of idle allocations, each counted by its price, and tells how idle', () => {
    const metered = (utilisation: number) => ({ metered: { day: '2026-06-30', used: {}, utilisation } });
    const idle = allocation({ ...metered(0.1), priceFenPerMonth: 300 });
    const busy = allocation({ ...metered(0.5), priceFenPerMonth: 100, allocationId: allocationId(2) });
    const found = assess({}, desk({ allocations: new Map([idle, busy].map((one) => [one.allocationId, one])) }));
    expect(found.answer.result).toMatchObject({ utilisation: 0.2, standard: true });
    const worse = assess({}, desk({ allocations: new Map([[idle.allocationId, idle]]) }));
    expect(findings(worse)).toEqual(['low-utilisation warning -']);
    expect(worse.answer.result).toMatchObject({ utilisation: 0.1, standard: false });
  });

  test('of a change counts only what comes on top', () => {
    const on = desk({
      books: { ...opened(), accounts: { ...opened().accounts, free: { vcpu: 5 }, 'reserved/schools': { vcpu: 8 } } },
      allocations: new Map([[allocationId(1), allocation()]]),
    });
    const change = { allocationId: allocationId(1), amounts: { vcpu: 13 } };
    const fits = decide(on, request('assess', change), NOW);
    expect([fits.answer.outcome, findings(fits)]).toEqual(['assessed', []]);
    expect(findings(decide(on, request('assess', { ...change, amounts: { vcpu: 14 } }), NOW))).toEqual(['over-pool warning /amounts/vcpu']);
    const long = decide(on, request('assess', { ...change, months: 37 }), NOW);
    expect([long.answer.outcome, findings(long)]).toEqual(['blocked', ['term-too-long blocking /months']]);
    const strange = decide(on, request('assess', change, { department: 'health' }), NOW);
    expect(findings(strange)).toEqual(['unknown-allocation blocking /allocationId']);
  });

  test.each([
    ['/system/name', { system: { name: ' ', level: 2 } }],
    ['/system/level', { system: { name: 'x', level: '2' } }],
    ['/zone', { zone: 5 }],
    ['/environment', { environment: 'staging' }],
    ['/dataClasses', { dataClasses: 'open' }],
    ['/months', { months: 1.5 }],
    ['/amounts', { amounts: [4] }],
    ['/amounts/vcpu', { amounts: { vcpu: -1 } }],
    ['/amounts/vcpu', { amounts: { vcpu: Number.MAX_SAFE_INTEGER } }],
  ])('blocks what is not what it should be: %s %j', (pointer, input) => {
    const { answer } = assess(input);
    expect(answer.outcome).toBe('blocked');
    expect(answer.findings.map((one) => one.pointer)).toEqual([pointer]);
  });
});

const allocate = (input: object, on: Desk = desk(), change = {}) => decide(on, request('allocate', { ...INPUT, ...input }, change), NOW);

describe('what is approved', () => {
  test('is reserved, for the system that is registered with it, until the term is over', () => {
    const decided = allocate({});
    const [granted] = [...decided.desk.allocations.values()];
    expect(decided.answer.outcome).toBe('granted');
    expect(granted).toMatchObject({
      phase: 'active',
      department: 'schools',
      system: { systemId: newSystemId('schools', '学籍系统'), name: '学籍系统' },
      amounts: { vcpu: 4, memoryGiB: 8 },
      validFrom: AT,
      expiresAt: '2027-07-01T04:00:00.000Z',
      priceFenPerMonth: 32_400,
      budgetFenPerMonth: 32_400,
      entries: [2],
    });
    expect(decided.answer.result).toMatchObject({ allocationId: granted?.allocationId, amounts: { vcpu: 4, memoryGiB: 8 } });
    expect(reservedOf(decided.desk.books, 'schools')).toEqual({ vcpu: 4, memoryGiB: 8 });
    expect(decided.entries).toMatchObject([{ seq: 2, movement: 'reserve', by: 'person:jiang-he', caseId: caseId(9) }]);
    expect(decided.occurrences.map(({ definition }) => definition.name)).toEqual(['SystemRegistered', 'AllocationGranted']);
  });

  test('speaks in events and an answer that keep to their schemas', () => {
    const { occurrences, answer } = allocate({});
    expect([...Compile(SystemRegistered.data).Errors(occurrences[0]?.data)]).toEqual([]);
    expect([...Compile(AllocationGranted.data).Errors(occurrences[1]?.data)]).toEqual([]);
    expect([...Compile(StepAnswer).Errors(answer)]).toEqual([]);
  });

  test('in part is reserved in part', () => {
    const decided = allocate({ granted: { vcpu: 2, memoryGiB: 8 } });
    expect(reservedOf(decided.desk.books, 'schools')).toEqual({ vcpu: 2, memoryGiB: 8 });
    const without = allocate({ granted: { vcpu: 2, memoryGiB: 0 } });
    expect(reservedOf(without.desk.books, 'schools')).toEqual({ vcpu: 2 });
  });

  test('is for the system of that name or id, which is not registered twice', () => {
    for (const of of [
      { name: '招生系统', level: 2 },
      { id: SYSTEM_ID, name: '招生系统', level: 2 },
    ]) {
      const decided = allocate({ system: of }, desk(withSystem()));
      expect(decided.answer.result.systemId).toBe(SYSTEM_ID);
      expect(decided.occurrences.map(({ definition }) => definition.name)).toEqual(['AllocationGranted']);
      expect(decided.desk.systems.size).toBe(1);
    }
  });

  test('for a new system under a name whose usual id went to another department gets an id of its own', () => {
    const taken = system({ systemId: newSystemId('schools', '学籍系统'), department: 'health', name: '学籍系统' });
    const decided = allocate({}, desk(withSystem(taken)));
    expect(decided.answer.outcome).toBe('granted');
    expect(decided.answer.result.systemId).not.toBe(taken.systemId);
  });

  test.each<[string, object, string]>([
    ['more than was asked for', { granted: { vcpu: 5 } }, 'granted-more-than-asked blocking /granted/vcpu'],
    ['a kind that was not asked for', { granted: { objectGiB: 1 } }, 'granted-more-than-asked blocking /granted/objectGiB'],
    ['nothing', { granted: {} }, 'nothing-asked blocking /amounts'],
    ['what no approval lifts', { system: { name: 'x', level: 4 } }, 'level-above-zone blocking /system/level'],
    ['more than the department may have', { amounts: { vcpu: 61 } }, 'over-limit blocking /amounts/vcpu'],
    ['more than there is', { amounts: { objectGiB: 5001 } }, 'over-pool blocking /amounts/objectGiB'],
    ['for another’s system', { system: { id: SYSTEM_ID, name: 'x', level: 2 } }, 'unknown-system blocking /system/id'],
  ])('is refused where it is %s, and nothing moves', (_, input, found) => {
    const before = desk(withSystem(system({ department: 'health' })));
    const decided = allocate(input, before);
    expect(decided.answer).toMatchObject({ outcome: 'refused', result: {} });
    expect(findings(decided)).toEqual([found]);
    expect(decided.desk).toBe(before);
    expect(decided.entries).toEqual([]);
  });

  test('one after another fills the pool exactly', () => {
    let on = desk();
    const outcomes: string[] = [];
    for (let i = 0; i < 60; i++) {
      const department = DEPARTMENTS[i % 2] as string;
      const decided = allocate({ amounts: { vcpu: 3 }, system: { name: `系统${i}`, level: 1 } }, on, { department, caseId: caseId(i) });
      on = decided.desk;
      outcomes.push(decided.answer.outcome);
    }
    expect(outcomes.filter((outcome) => outcome === 'granted')).toHaveLength(33);
    expect(freeOf(on.books).vcpu).toBe(1);
  });
});

test('a service that there is not is refused by name', () => {
  const { answer } = decide(desk(), request('explode'), NOW);
  expect(answer).toMatchObject({
    outcome: 'refused',
    findings: [{ id: 'unknown-service', text: { en: 'There is no service cloud-quota.explode' } }],
  });
});
