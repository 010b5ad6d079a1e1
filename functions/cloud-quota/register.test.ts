import { Compile } from 'typebox/compile';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import type { AuditRecord } from '#functions/identity/audit/record.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import * as api from './api.ts';
import { allocation, HEALTH, itOf, NOW, OPERATOR, person, REVIEWER, SCHOOLS, SYSTEM_ID } from './cloud-quota.fixture.ts';
import { keepSystem } from './commands.ts';
import * as queries from './queries.ts';
import { begin, by, grant, keeps, NOT_FOUND, register, sources, system, table } from './sources.fixture.ts';

beforeEach(begin);

describe('the register', () => {
  const OWNER = { name: '蒋大河', phone: '13800000001' };
  const entry = { department: 'schools', name: ' 学籍系统 ', level: 2, dataClasses: ['open'], owner: OWNER, elsewhere: '自建机房' };
  const keep = (principal: Principal, body: object = {}, ifMatch = 0, id = SYSTEM_ID) =>
    keepSystem(sources, by(principal), id, { ...entry, ...body }, ifMatch);

  test('takes a new system of the own department, and tells of it without its owner', async () => {
    const view = await keep(SCHOOLS);
    keeps(api.SystemView, view);
    expect(view).toMatchObject({
      name: '学籍系统',
      owner: { name: '蒋**', phone: '138****0001' },
      inCloud: false,
      elsewhere: '自建机房',
      version: 1,
    });
    const [{ outbox }] = table.all;
    expect(fromOutbox(outbox)).toMatchObject([{ name: 'SystemRegistered', data: { systemId: SYSTEM_ID, level: 2 } }]);
    expect(outbox).not.toContain('蒋大河');
  });

  test('is changed on the version that was read, and by nobody’s stale one', async () => {
    await keep(SCHOOLS);
    expect(await keep(SCHOOLS, { level: 3 }, 1)).toMatchObject({ level: 3, version: 2 });
    await expect(keep(SCHOOLS, { level: 1 }, 1)).rejects.toMatchObject({ kind: 'stale', details: { version: 2 } });
    await expect(keep(SCHOOLS, {}, 0)).rejects.toMatchObject({ kind: 'stale' });
  });

  test('is not written for another department, nor taken from one', async () => {
    await expect(keep(SCHOOLS, { department: 'health' })).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(keep(SCHOOLS, { department: 'moon' })).rejects.toMatchObject({ code: 'unknown-department' });
    await keep(HEALTH, { department: 'health' });
    await expect(keep(SCHOOLS, {}, 1)).rejects.toMatchObject(NOT_FOUND);
    await expect(keep(HEALTH, { department: 'schools' }, 1)).rejects.toMatchObject({ code: 'not-permitted' });
    expect(await keep(OPERATOR, { department: 'schools' }, 1)).toMatchObject({ department: 'schools' });
    await expect(keep(REVIEWER, {}, 2)).rejects.toMatchObject({ code: 'not-permitted' });
  });

  test('refuses a class of data that there is not', async () => {
    await expect(keep(SCHOOLS, { dataClasses: ['secret'] })).rejects.toMatchObject({ code: 'unknown-data-class' });
  });

  test('does not take for a name what was read masked', () => {
    const named = (name: string) => Compile(api.putSystem.body).Check({ ...entry, owner: { name, phone: '13800000001' } });
    expect([named('蒋河'), named('蒋*')]).toEqual([true, false]);
  });

  test('masks owners, unless one who keeps the entry asks: then the look is recorded before it is answered', async () => {
    await keep(SCHOOLS);
    const { items } = await queries.systems(sources, SCHOOLS, { limit: 10 });
    expect(items).toMatchObject([{ owner: { name: '蒋**', phone: '138****0001' } }]);
    const one = await queries.systemView(sources, await queries.visibleSystem(sources, OPERATOR, SYSTEM_ID));
    expect(one.owner?.phone).toBe('138****0001');
    const record = vi.fn(async (_: readonly AuditRecord[]) => undefined);
    const look = (principal: Principal) => queries.systemInFull(sources, { record }, { principal, now: NOW, requestId: 'r-1' }, SYSTEM_ID);
    expect((await look(OPERATOR)).owner).toEqual(OWNER);
    expect(record).toHaveBeenCalledExactlyOnceWith([
      expect.objectContaining({ action: 'systems:unmask', actor: `person:${OPERATOR.id}`, resource: `system:${SYSTEM_ID}` }),
    ]);
    await expect(look(REVIEWER)).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(look(HEALTH)).rejects.toMatchObject(NOT_FOUND);
    expect(record).toHaveBeenCalledOnce();
    record.mockRejectedValueOnce(new Error('no queue'));
    await expect(look(OPERATOR)).rejects.toThrow('no queue');
  });

  test('lists the caller’s departments only', async () => {
    await register(system(), system({ systemId: `${SYSTEM_ID.slice(0, -1)}9`, department: 'health' }));
    const departments = async (principal: Principal, asked?: string) =>
      (await queries.systems(sources, principal, { limit: 10, ...(asked && { department: asked }) })).items.map((one) => one.department);
    expect(await departments(SCHOOLS)).toEqual(['schools']);
    expect(await departments(SCHOOLS, 'health')).toEqual([]);
    expect((await departments(REVIEWER)).sort()).toEqual(['health', 'schools']);
  });
});

test('上云率 by department, with the systems behind it', async () => {
  const other = `${SYSTEM_ID.slice(0, -1)}8`;
  await register(
    system(),
    system({ systemId: other, name: '学籍系统', elsewhere: '自建机房' }),
    system({ systemId: `${SYSTEM_ID.slice(0, -1)}9`, department: 'health', name: '挂号系统' }),
  );
  await grant(allocation());
  const all = await queries.adopted(sources, REVIEWER);
  keeps(api.AdoptionView, all);
  expect(all).toMatchObject({ systems: 3, inCloud: 1, rate: 0.333 });
  expect(all.departments.find(({ department }) => department === 'schools')).toEqual({
    department: 'schools',
    systems: 2,
    inCloud: 1,
    rate: 0.5,
    list: [
      { systemId: other, name: '学籍系统', level: 2, inCloud: false, elsewhere: '自建机房' },
      { systemId: SYSTEM_ID, name: '招生系统', level: 2, inCloud: true },
    ],
  });
  expect(await queries.adopted(sources, HEALTH)).toMatchObject({
    systems: 1,
    inCloud: 0,
    rate: 0,
    departments: [{ department: 'health' }],
  });
  expect(await queries.adopted(sources, person('x', itOf('water')))).toEqual({ systems: 0, inCloud: 0, rate: 0, departments: [] });
});
