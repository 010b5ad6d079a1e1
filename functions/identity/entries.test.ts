/** The directory's API, as registrars, colleagues and strangers meet it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { toCursor } from '#runtime/cursor.ts';
import type { Dynamo } from '#runtime/dynamo.fixture.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { type Asked, getEntry, listEntries, putEntry } from './entries.ts';
import { as, cause, entry, newDirectory, OFFICERS, places, TODAY } from './identity.fixture.ts';
import type { Directory } from './store.ts';
import type { Principal } from './terms.ts';

let table: Dynamo;
let directory: Directory;
beforeEach(() => {
  ({ table, directory } = newDirectory());
});

const list = async (who: Principal, asked: Asked = {}) => {
  const { items, next } = await listEntries(directory, places, who, asked);
  return { ids: items.map(({ id }) => id), items, next };
};
const get = (who: Principal, id: string) => getEntry(directory, who, id);
const put = (who: Principal, id: string, ifMatch: number, duties = ['head of health'], change = {}) =>
  putEntry(directory, places, who, entry(id, duties, change), ifMatch, cause(who.id));
const failing = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );

describe('who sees whom', () => {
  test('a registrar all, an officer their own department, machines too; whoever has no duty nobody', async () => {
    expect((await list(as('yu-qing'))).ids).toEqual(OFFICERS.map(({ id }) => id).sort());
    expect((await list(as('jiang-he'))).ids).toEqual(['education-service', 'jiang-he', 'qin-yu']);
    expect((await list(as('education-service'))).ids).toEqual(['education-service', 'jiang-he', 'qin-yu']);
    expect((await list(as('yuan-mei'))).ids).toEqual(['cao-ning', 'peng-tao', 'yu-qing', 'yuan-mei']);
    expect((await list(as('li-na'))).ids).toEqual([]);
  });

  test('somebody with duties in two departments is seen in each with those of it; by a registrar whole', async () => {
    await put(as('yu-qing'), 'fang-lan', 0, ['it-officer of health', 'head of education']);
    const seen = async (who: string) => (await get(as(who), 'fang-lan')).duties;
    expect(await seen('jiang-he')).toEqual([{ department: 'education', duty: 'head' }]);
    expect(await seen('yu-qing')).toHaveLength(2);
    const [listed] = (await list(as('yu-qing'), { department: 'health' })).items;
    // Whoever writes must see what they write over.
    expect([listed?.id, listed?.duties.length]).toEqual(['fang-lan', 2]);
  });

  test('everybody sees themselves, and whoever has left', async () => {
    await put(as('yu-qing'), 'qin-yu', 0, ['head of education'], { leftOn: TODAY });
    expect(await get(as('jiang-he'), 'qin-yu')).toMatchObject({ leftOn: TODAY, version: 1 });
    expect(await get(as('fang-lan', []), 'fang-lan')).toMatchObject({ id: 'fang-lan', version: 0 });
  });

  test('one department is listed for those who see it, refused by name of the rule to others', async () => {
    expect((await list(as('jiang-he'), { department: 'education' })).ids).toEqual(['education-service', 'jiang-he', 'qin-yu']);
    expect((await list(as('yu-qing'), { department: 'health' })).ids).toEqual(['fang-lan']);
    await expect(list(as('jiang-he'), { department: 'health' })).rejects.toMatchObject({
      kind: 'refused',
      code: 'not-permitted',
      text: { zh: '您没有此项权限。此操作限于：大数据主管部门的人员登记岗；本部门人员' },
    });
    expect(await failing(list(as('yu-qing'), { department: 'fire' }))).toBe('unknown-department');
  });

  test('of another department is as unknown as nobody', async () => {
    for (const id of ['fang-lan', 'peng-tao', 'nobody']) expect(await failing(get(as('jiang-he'), id)), id).toBe('unknown-officer');
  });
});

describe('page by page', () => {
  test('leaves none out and shows none twice', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(as('yu-qing'), { limit: 3, ...(cursor && { cursor }) });
      expect(page.ids.length).toBeLessThanOrEqual(3);
      seen.push(...page.ids);
      cursor = page.next;
    } while (cursor);
    expect(seen).toEqual(OFFICERS.map(({ id }) => id).sort());
    expect((await list(as('yu-qing'), { limit: OFFICERS.length })).next).toBeUndefined();
  });

  test('with somebody else’s cursor, or a made-up one, shows nobody more', async () => {
    const { next } = await list(as('yu-qing'), { limit: 1 });
    expect((await list(as('jiang-he'), { cursor: next as string })).ids).toEqual(['education-service', 'jiang-he', 'qin-yu']);
    const forged = toCursor({ id: { S: '' } }).next as string;
    expect((await list(as('jiang-he'), { cursor: forged })).ids).toEqual(['education-service', 'jiang-he', 'qin-yu']);
    expect(await failing(list(as('jiang-he'), { cursor: 'x' }))).toBe('invalid-cursor');
  });
});

describe('a registrar writes', () => {
  test('over the version that they read, once', async () => {
    expect(await put(as('yu-qing'), 'fang-lan', 0)).toMatchObject({ id: 'fang-lan', version: 1, duties: [{ duty: 'head' }] });
    expect(await failing(put(as('yu-qing'), 'fang-lan', 0, []))).toBe('stale-version');
    expect(await failing(put(as('yu-qing'), 'fang-lan', 7, []))).toBe('stale-version');
    // The same again is the same: nothing is written, nothing told.
    expect(await put(as('yu-qing'), 'fang-lan', 1)).toMatchObject({ version: 1 });
    expect(table.writes).toEqual(['PutItem']);
  });

  test('somebody new, at version 0', async () => {
    expect(await put(as('yu-qing'), 'tan-yu', 0, ['it-officer of water'])).toMatchObject({ id: 'tan-yu', version: 1 });
    const [told] = fromOutbox(table.find('officer#tan-yu').outbox);
    expect(told).toMatchObject({ name: 'OfficerEntered', metadata: { actor: 'person:yu-qing' }, data: { officerId: 'tan-yu' } });
    expect(await failing(put(as('yu-qing'), 'somebody', 1))).toBe('stale-version');
  });

  test('and two at once don’t both', async () => {
    let raced = false;
    table.before = async ({ name }) => {
      if (name !== 'PutItem' || raced) return;
      raced = true;
      await put(as('yu-qing'), 'fang-lan', 0, ['it-officer of water']);
    };
    expect(await failing(put(as('yu-qing'), 'fang-lan', 0))).toBe('changed-meanwhile');
    expect((await get(as('yu-qing'), 'fang-lan')).duties).toEqual([{ department: 'water', duty: 'it-officer' }]);
  });

  test('nothing that cannot be', async () => {
    expect(await failing(put(as('yu-qing'), 'fang-lan', 0, ['head of fire']))).toBe('unknown-department');
    expect(await failing(put(as('yu-qing'), 'fang-lan', 0, ['reviewer of health']))).toBe('duty-of-the-bureau');
    expect(await failing(put(as('yu-qing'), 'education-service', 0, []))).toBe('kind-is-fixed');
    expect(table.writes).toEqual([]);
  });
});

describe('nobody else writes', () => {
  const asRegistrar = [{ department: 'big-data', duty: 'registrar', for: 'yu-qing' }] as const;

  test.each<[string, Principal, string]>([
    ['a colleague', as('jiang-he'), 'qin-yu'],
    ['an approver of the bureau', as('yuan-mei'), 'fang-lan'],
    ['a machine, even with the duty', { ...as('education-service'), duties: [{ department: 'big-data', duty: 'registrar' }] }, 'fang-lan'],
    ['a registrar of another department', as('fang-lan', [{ department: 'health', duty: 'registrar' }]), 'jiang-he'],
    ['a registrar, of themselves', as('yu-qing'), 'yu-qing'],
    ['a registrar’s deputy, of the registrar', as('peng-tao', asRegistrar), 'yu-qing'],
    ['a registrar’s deputy, of themselves', as('peng-tao', asRegistrar), 'peng-tao'],
  ])('%s', async (_, who, whom) => {
    expect(await failing(put(who, whom, 0))).toBe('not-permitted');
    expect(table.writes).toEqual([]);
  });

  test('but a registrar’s deputy, of others', async () => {
    expect(await put(as('peng-tao', asRegistrar), 'fang-lan', 0)).toMatchObject({ version: 1 });
  });
});
