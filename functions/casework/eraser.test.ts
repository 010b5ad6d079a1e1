import { beforeEach, describe, expect, test } from 'vitest';
import { CaseFileRemoved, CaseLapsed } from '#events/casework.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { type CaseEvent, replay } from './case.ts';
import { awaited, CASE_ID, caseId, DRAFT, FORM, fileId, GRANTED, JIANG, NOW, opened, RETENTION } from './casework.fixture.ts';
import { erase, type Leaving } from './eraser.ts';
import { CaseStore, proposalClaim, type StoredCase } from './store.ts';

const OTHER = caseId(7);
const CAUSE = { actor: 'x', trace: 'x' };
const NO_LONGER = Date.parse('2036-07-03T10:01:00+08:00');

let table: Dynamo;
let clock: number;
let store: CaseStore;
/** What lies in the bucket. */
let objects: string[];
const files = {
  remove: async (of: string, file: string) => {
    objects = objects.filter((key) => key !== `${of}/${file}`);
  },
  removeAll: async (of: string) => {
    objects = objects.filter((key) => !key.startsWith(`${of}/`));
  },
};
beforeEach(() => {
  table = new Dynamo('id', 'part');
  clock = NOW;
  store = new CaseStore(table.client, 'cases', RETENTION, () => clock);
  objects = [`${CASE_ID}/${fileId(1)}`, `${CASE_ID}/${fileId(2)}`, `${OTHER}/${fileId(1)}`];
});

/** Each event by a write of its own, as a case grows. */
const grown = async (history: readonly CaseEvent[], claim = proposalClaim('p-1')): Promise<StoredCase> => {
  let before: StoredCase | undefined;
  for (const [i, event] of history.entries()) {
    const decided = { events: [event], state: replay(history.slice(0, i + 1)) };
    before = await store.put(before, decided, FORM, { ...CAUSE, now: event.now }, i === 0 ? claim : undefined);
  }
  return before as StoredCase;
};
const other = () => grown([{ ...opened, caseId: OTHER } as CaseEvent], proposalClaim('p-2'));
const event = (definition: { name: string }, data: object) => ({ source: 'casework', name: definition.name, data }) as Leaving;
const lapsed = event(CaseLapsed, { caseId: CASE_ID });
const ids = () => [...new Set(table.all.map(({ id }) => id))].sort();

/** As the time to live does: the case's own item, and nothing else. */
const removeHead = () => table.items.delete(`${CASE_ID}|case`);

describe('once a case has lapsed', () => {
  test('nothing of it is left, and all of another is', async () => {
    await grown(GRANTED);
    await other();
    removeHead();
    table.page = 2;
    await erase({ store, files }, lapsed);
    expect(ids()).toEqual([OTHER, 'proposal#p-2']);
    expect(objects).toEqual([`${OTHER}/${fileId(1)}`]);
  });

  test('its own item goes too, where the table has not removed it yet', async () => {
    await grown(GRANTED);
    clock = NO_LONGER;
    await erase({ store, files }, lapsed);
    expect(table.all).toEqual([]);
  });

  test('told twice, or again after it broke off at any place, it comes to the same', async () => {
    for (let broken = 0; broken < 12; broken++) {
      await grown(GRANTED);
      removeHead();
      let left = broken;
      table.before = ({ name }) => {
        if (name === 'DeleteItem' && left-- === 0) throw new Error('broken off');
      };
      await erase({ store, files }, lapsed).catch(() => undefined);
      table.before = () => undefined;
      await erase({ store, files }, lapsed);
      await erase({ store, files }, lapsed);
      expect(table.all, `broken off at ${broken}`).toEqual([]);
    }
  });

  test('its files go before its history: what cannot be removed is told again', async () => {
    await grown(GRANTED);
    removeHead();
    const removeAll = () => Promise.reject(new Error('no bucket'));
    await expect(erase({ store, files: { ...files, removeAll } }, lapsed)).rejects.toThrow('no bucket');
    expect(ids()).toEqual([CASE_ID, 'proposal#p-1']);
  });

  test('a case that lives after all loses nothing', async () => {
    await grown(DRAFT);
    const before = structuredClone(table.all);
    await erase({ store, files }, lapsed);
    expect(table.all).toEqual(before);
    expect(objects).toHaveLength(3);
  });
});

describe('a file that was taken out', () => {
  const removed = event(CaseFileRemoved, { caseId: CASE_ID, fileId: fileId(1) });
  const fileRemoved: CaseEvent = { type: 'fileRemoved', fileId: fileId(1), now: NOW, ...JIANG };

  test('is removed from where it lay, and no other', async () => {
    await grown([...DRAFT, awaited(), fileRemoved]);
    await erase({ store, files }, removed);
    await erase({ store, files }, removed);
    expect(objects).toEqual([`${CASE_ID}/${fileId(2)}`, `${OTHER}/${fileId(1)}`]);
  });

  test('is kept where its case has it', async () => {
    await grown([...DRAFT, awaited()]);
    await erase({ store, files }, removed);
    expect(objects).toHaveLength(3);
  });

  test('goes though its case has gone meanwhile', async () => {
    await erase({ store, files }, removed);
    expect(objects).not.toContain(`${CASE_ID}/${fileId(1)}`);
  });
});
