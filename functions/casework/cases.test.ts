import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { type CaseEvent, replay } from './case.ts';
import { actorOf, checkFields, command, type Engine, resourceOf, tell, visible } from './cases.ts';
import {
  APPROVING,
  ASSESSING,
  at,
  BUREAU,
  CALENDAR,
  CASE_ID,
  caseId,
  DATA,
  DRAFT,
  FORM,
  fengJie,
  file,
  formWith,
  GRANTED,
  heMei,
  jiangHe,
  NOW,
  opened,
  pengTao,
  RETENTION,
  RETURNED,
  REVIEWING,
  standIn,
  stateOf,
  suYu,
} from './casework.fixture.ts';
import type { Command } from './decide.ts';
import { MAXIMUM_BYTES } from './limits.ts';
import { CaseStore } from './store.ts';

let table: Dynamo;
let engine: Engine & { store: CaseStore };
beforeEach(async () => {
  table = new Dynamo('id', 'part');
  const store = new CaseStore(table.client, 'cases', RETENTION, () => NOW);
  engine = { store, bureau: BUREAU, calendar: CALENDAR };
  await store.keepForm(FORM);
});

const now = at(1, '16:00');
const lies = (history: readonly CaseEvent[]) =>
  engine.store.put(undefined, { events: history, state: replay(history) }, FORM, { actor: 'x', trace: 'x', now });
const writes = () => table.writes.filter((name) => name === 'TransactWriteItems').length;
const stored = async () => (await engine.store.get(CASE_ID))?.state;

const PASS: Command = { type: 'decide', step: 'review', outcome: 'pass' };
type Action = Parameters<typeof command>[3];
const does = (principal: Principal, what: Command, action: Action = 'cases:decide', ifMatch = 1) =>
  command(engine, { principal, ifMatch, now, requestId: 'request-3' }, CASE_ID, action, () => what);

describe('a case that the caller may not see', () => {
  test('is as unknown as one that is not there: to other departments, to those without duties', async () => {
    await lies(REVIEWING);
    const unknown = { kind: 'notFound', code: 'unknown-case' };
    for (const outsider of [
      suYu,
      { ...suYu, duties: [] },
      { ...pengTao, duties: [{ department: 'education', duty: 'reviewer' } as const] },
    ]) {
      await expect(visible(engine, outsider, CASE_ID)).rejects.toMatchObject(unknown);
      await expect(does(outsider, PASS)).rejects.toMatchObject(unknown);
      // Not even by the version can one tell that it is there.
      await expect(does(outsider, PASS, 'cases:decide', 9)).rejects.toMatchObject(unknown);
    }
    await expect(visible(engine, jiangHe, caseId(2))).rejects.toMatchObject(unknown);
    expect(writes()).toBe(1);
  });

  test('is seen by its own department and by the bureau', async () => {
    await lies(REVIEWING);
    for (const insider of [jiangHe, fengJie, pengTao, heMei]) expect((await visible(engine, insider, CASE_ID)).version).toBe(1);
  });
});

describe('a command', () => {
  test('is decided and written, in the caller’s name', async () => {
    await lies(REVIEWING);
    const { stored: after, form } = await does(pengTao, PASS);
    expect(after).toMatchObject({ version: 2, state: { phase: { step: 'approve' } } });
    expect(form).toEqual(FORM);
    expect((await engine.store.history(CASE_ID)).slice(-2)).toMatchObject([
      { type: 'decided', by: 'person:peng-tao', name: 'Peng Tao', now },
      { type: 'stepStarted', by: 'person:peng-tao' },
    ]);
    const [{ metadata }] = JSON.parse(table.find(CASE_ID, 'case').outbox);
    expect(metadata).toMatchObject({ actor: 'person:peng-tao', trace: 'request-3' });
  });

  test('on a version that is no longer the current one is stale, and told the current', async () => {
    await lies(REVIEWING);
    await does(pengTao, { type: 'assign', to: 'peng-tao' }, 'cases:assign');
    await expect(does(pengTao, PASS)).rejects.toMatchObject({ kind: 'stale', code: 'stale-version', details: { version: 2 } });
    await expect(does(pengTao, PASS, 'cases:decide', 3)).rejects.toMatchObject({ code: 'stale-version' });
    expect(writes()).toBe(2);
  });

  test('that meets another’s is a conflict, and is not tried again: another version may want another decision', async () => {
    await lies(REVIEWING);
    let raced = false;
    table.before = async ({ name }) => {
      if (name !== 'TransactWriteItems' || raced) return;
      raced = true;
      await does(pengTao, { type: 'assign', to: 'lu-qi' }, 'cases:assign');
    };
    await expect(does(pengTao, PASS)).rejects.toMatchObject({ kind: 'conflict', code: 'changed-meanwhile' });
    expect(await stored()).toMatchObject({ phase: { step: 'review', assignee: 'lu-qi' } });
  });

  test('that changes nothing writes nothing', async () => {
    await lies(REVIEWING);
    const { stored: after } = await does(pengTao, { type: 'assign' }, 'cases:assign');
    expect(after.version).toBe(1);
    expect(writes()).toBe(1);
  });

  test('that is refused writes nothing, and is told why', async () => {
    await lies(REVIEWING);
    await expect(does(pengTao, { ...PASS, outcome: 'no' })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'unknown-outcome',
      details: { known: ['pass', 'refuse'] },
    });
    expect(writes()).toBe(1);
  });

  test('is judged by the form with which the case began, not by the one there is now', async () => {
    await engine.store.keepForm({ ...FORM, version: 4, steps: [] as never });
    await lies(REVIEWING);
    expect((await does(pengTao, PASS)).form.version).toBe(3);
  });

  test('is judged by conditions on the case as it would be', async () => {
    await lies(DRAFT);
    const send = (ifMatch: number) => does(jiangHe, { type: 'submit' }, 'cases:edit', ifMatch);
    await does(jiangHe, { type: 'save', data: { ...DATA, seats: 501 } }, 'cases:edit');
    await expect(send(2)).rejects.toMatchObject({ code: 'check-blocks', details: { findings: [{ id: 'many-seats' }] } });
    await does(jiangHe, { type: 'save', data: { seats: 'many' } }, 'cases:edit', 2);
    await expect(send(3)).rejects.toMatchObject({
      code: 'form-incomplete',
      details: { errors: [{ pointer: '/hall' }, { pointer: '/seats' }] },
    });
    await does(jiangHe, { type: 'save', data: DATA }, 'cases:edit', 3);
    expect((await send(4)).stored.state.findings).toMatchObject([{ id: 'no-phone' }]);
  });

  test('is judged by what services answered, and by whose request it is', async () => {
    const skip = (when: string) => formWith({ approve: { skip: { when, outcome: 'refuse', reason: { zh: '例', en: 'Rule' } } } });
    await engine.store.keepForm({ ...skip("results.assess.price = 7 and department = 'education'"), digest: 'by-rule' });
    await lies([{ ...opened, form: { id: FORM.id, version: 3, digest: 'by-rule' } } as CaseEvent, ...REVIEWING.slice(1)]);
    expect((await does(pengTao, PASS)).stored.state.phase).toMatchObject({ at: 'ended', outcome: 'refused' });
  });

  test('sees what it would set: what the form does not accept is not granted', async () => {
    await lies(APPROVING);
    const agree = (granted: unknown): Command => ({ type: 'decide', step: 'approve', outcome: 'agree', changes: { granted } });
    await expect(does(fengJie, agree(0))).rejects.toMatchObject({
      code: 'form-incomplete',
      details: { errors: [{ pointer: '/granted' }] },
    });
    await expect(does(fengJie, agree('x'.repeat(MAXIMUM_BYTES)))).rejects.toMatchObject({ kind: 'invalid', code: 'form-too-large' });
    await expect(does(fengJie, agree(JSON.parse('{"__proto__": 1}')))).rejects.toMatchObject({ code: 'unknown-field' });
    expect((await does(fengJie, agree(12))).stored.state.data).toEqual({ ...DATA, granted: 12 });
  });

  test('an amendment is judged without what services said of the earlier version', async () => {
    const small: CaseEvent = { type: 'decided', step: 'assess', outcome: 'assessed', result: { small: true }, now, by: 'system:halls' };
    const form = { id: FORM.id, version: 3, digest: 'direct' };
    await engine.store.keepForm({ ...FORM, start: 'review', digest: 'direct' });
    await lies([{ ...opened, form } as CaseEvent, ...ASSESSING.slice(1), small, ...RETURNED.slice(-2)]);
    const { stored: after } = await does(jiangHe, { type: 'submit' }, 'cases:edit');
    expect(after.state.phase).toMatchObject({ step: 'review' });
  });
});

describe('permission', () => {
  const denied = { kind: 'refused', code: 'not-permitted' };

  test('nobody decides on a request that they had a hand in', async () => {
    const both: Principal = { ...jiangHe, duties: [...jiangHe.duties, ...pengTao.duties] };
    await lies(REVIEWING);
    await expect(does(both, PASS)).rejects.toMatchObject({ ...denied, text: { en: expect.stringContaining('drafted, changed or sent') } });
    // Nor on behalf of whoever has it now, nor whoever acts for such a one.
    await expect(
      does({ ...standIn, duties: [...standIn.duties, { department: 'health', duty: 'head', for: 'jiang-he' }] }, PASS),
    ).rejects.toMatchObject(denied);
    expect(writes()).toBe(1);
  });

  test('nor is it decided by those who are not waited for, nor by machines', async () => {
    await lies(REVIEWING);
    for (const other of [jiangHe, fengJie, heMei, { ...pengTao, kind: 'service' as const }])
      await expect(does(other, PASS)).rejects.toMatchObject(denied);
    await expect(does(pengTao, { type: 'save', data: DATA }, 'cases:edit')).rejects.toMatchObject(denied);
  });

  test('a refusal comes before what the version would tell', async () => {
    await lies(REVIEWING);
    await expect(does(fengJie, PASS, 'cases:decide', 7)).rejects.toMatchObject(denied);
  });

  test('whose duty it was is recorded, where it is held by delegation', async () => {
    await lies(REVIEWING);
    await does(standIn, PASS);
    expect((await engine.store.history(CASE_ID)).at(-2)).toMatchObject({ by: 'person:lu-qi', for: 'peng-tao' });
  });

  test('and is not, where an own duty would do', () => {
    const resource = resourceOf(stateOf(...REVIEWING));
    const own: Principal = { ...standIn, duties: [...standIn.duties, ...pengTao.duties] };
    expect(actorOf(own, 'cases:decide', resource, 't')).toEqual({ by: 'person:lu-qi', name: 'Lu Qi', trace: 't' });
    expect(actorOf(standIn, 'cases:decide', resource, 't')).toEqual({ by: 'person:lu-qi', name: 'Lu Qi', trace: 't', for: 'peng-tao' });
    const unrelated: Principal = { ...standIn, duties: [{ department: 'health', duty: 'head', for: 'someone' }, ...standIn.duties] };
    expect(actorOf(unrelated, 'cases:decide', resource, 't').for).toBe('peng-tao');
    const fromOther: Principal = { ...pengTao, duties: [{ department: 'health', duty: 'head', for: 'someone' }, ...pengTao.duties] };
    expect(actorOf(fromOther, 'cases:decide', resource, 't').for).toBeUndefined();
  });

  test('is asked with the duty that is waited for, and with none where nobody is', () => {
    expect(resourceOf(stateOf(...REVIEWING))).toEqual({
      type: 'Case',
      id: CASE_ID,
      department: 'education',
      people: ['jiang-he'],
      step: { duty: 'reviewer', department: 'big-data' },
    });
    for (const history of [DRAFT, ASSESSING, RETURNED, GRANTED]) expect(resourceOf(stateOf(...history))).not.toHaveProperty('step');
  });
});

describe('what the platform says of a case', () => {
  const actor = { by: 'system:files', trace: 'file-1' };
  const check: Command = { type: 'checkFile', file: file(1, { state: 'clean' }) };

  test('is taken on whatever version there is by then', async () => {
    await lies([opened, { type: 'fileAwaited', file: file(1), now, by: 'person:jiang-he' }]);
    let raced = false;
    table.before = async ({ name }) => {
      if (name !== 'TransactWriteItems' || raced) return;
      raced = true;
      await does(jiangHe, { type: 'save', data: {} }, 'cases:edit');
    };
    expect((await tell(engine, CASE_ID, check, actor, now))?.version).toBe(3);
    expect(await stored()).toMatchObject({ data: {}, files: [{ state: 'clean' }] });
  });

  test('twice is written once, and of no case is nothing', async () => {
    await lies([opened, { type: 'fileAwaited', file: file(1), now, by: 'person:jiang-he' }]);
    await tell(engine, CASE_ID, check, actor, now);
    expect((await tell(engine, CASE_ID, check, actor, now))?.version).toBe(2);
    expect(writes()).toBe(2);
    expect(await tell(engine, caseId(2), check, actor, now)).toBeUndefined();
  });
});

describe('what an applicant writes', () => {
  const refused = (data: object) => {
    try {
      checkFields(FORM, data as never);
      return undefined;
    } catch (error) {
      const { kind, code, details } = error as { kind: string; code: string; details: { fields?: string[] } };
      return [kind, code, details.fields];
    }
  };

  test('may be incomplete', () => {
    expect(refused({})).toBeUndefined();
    expect(refused({ seats: 'many', hall: { anything: 1 } })).toBeUndefined();
  });

  test('has no field that the form does not have, and none that decisions set', () => {
    expect(refused({ chairs: 3 })).toEqual(['invalid', 'unknown-field', ['chairs']]);
    expect(refused({ ...DATA, chairs: 3, granted: 4 })).toEqual(['invalid', 'unknown-field', ['chairs', 'granted']]);
  });

  test('pollutes nothing: no name that is not a field’s own', () => {
    expect(refused(JSON.parse('{"__proto__": {"granted": 1}}'))).toEqual(['invalid', 'unknown-field', ['__proto__']]);
    expect(refused(JSON.parse('{"hall": {"__proto__": {"a": 1}}}'))).toEqual(['invalid', 'unknown-field', ['__proto__']]);
    expect(refused({ constructor: 1, toString: 2 })).toEqual(['invalid', 'unknown-field', ['constructor', 'toString']]);
    expect(refused({ hall: { '': 1 } })).toEqual(['invalid', 'unknown-field', ['']]);
  });

  test('is no larger than a case may be', () => {
    expect(refused({ hall: { name: 'x'.repeat(MAXIMUM_BYTES) } })).toEqual(['invalid', 'form-too-large', undefined]);
    expect(refused({ hall: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) })).toEqual(['invalid', 'form-too-large', undefined]);
    expect(refused({ seats: JSON.parse('1e999') })).toEqual(['invalid', 'form-too-large', undefined]);
  });
});
