import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../shared/api.ts';
import { createDraft, DEBOUNCE_MS, keyFor, lostFields, type Port } from './draft.ts';
import type { CaseView } from './requests.ts';

/** A case as the server keeps it: refuses what was decided on another version. */
class Server implements Port {
  view: CaseView | undefined;
  readonly calls: string[] = [];
  /** Answers that fail, in order. */
  failing: Problem[] = [];

  #answer(call: string): CaseView {
    this.calls.push(call);
    const problem = this.failing.shift();
    if (problem) throw problem;
    return this.view as CaseView;
  }
  change(change: Partial<CaseView>): void {
    this.view = { ...(this.view as CaseView), ...change, version: (this.view as CaseView).version + 1 };
  }
  create = async () => {
    this.view ??= { caseId: 'case_1', phase: 'draft', version: 1, data: {}, files: [] } as unknown as CaseView;
    return this.#answer('create');
  };
  save = async ({ version }: { version: number }, data: Record<string, unknown>) => {
    this.#answer(`save ${version} ${JSON.stringify(data)}`);
    if (version !== this.view?.version) throw new Problem(412, 'stale-version', '', '');
    this.change({ data });
    return this.view as CaseView;
  };
  read = async () => this.#answer('read');
  glance = async () => this.#answer('glance');
  lastChange = async () => ({ name: '方兰', at: '2026-09-28T02:00:00.000Z' });
}

let server: Server;
beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
});
afterEach(() => void vi.useRealTimers());

const begun = () => createDraft(server, { data: {} }, () => 1_000);
const settled = () => vi.advanceTimersByTimeAsync(DEBOUNCE_MS);
const network = () => new Problem(0, 'network', '', '');

test('nothing is made until something is filled in', async () => {
  const draft = begun();
  draft.change({ system: { owner: {} }, purpose: undefined });
  await settled();
  expect(server.calls).toEqual([]);
  expect(draft.get().status).toBe('untouched');
  expect(draft.atRisk()).toBe(false);
});

test('what is typed in one go is saved once', async () => {
  const draft = begun();
  for (const purpose of ['招', '招生', '招生报名']) draft.change({ purpose });
  expect(draft.get().status).toBe('dirty');
  expect(draft.atRisk()).toBe(true);
  await settled();
  expect(server.calls).toEqual(['create', 'save 1 {"purpose":"招生报名"}']);
  expect(draft.get()).toMatchObject({ status: 'saved', savedAt: 1_000, saved: { purpose: '招生报名' }, view: { version: 2 } });
  expect(draft.atRisk()).toBe(false);
});

test('what is typed while it is being saved is saved after it, on the version that it made', async () => {
  const draft = begun();
  draft.change({ purpose: '招生' });
  await settled();
  draft.change({ purpose: '招生报名' });
  await settled();
  expect(server.calls.slice(2)).toEqual(['save 2 {"purpose":"招生报名"}']);
});

test('a version that a checked file made is no reason to bother anybody', async () => {
  const draft = begun();
  draft.change({ months: 12 });
  await settled();
  server.change({});
  draft.change({ months: 24 });
  await settled();
  expect(server.view?.data).toEqual({ months: 24 });
  expect(draft.get()).toMatchObject({ status: 'saved', view: { version: 4 } });
  expect(draft.get().overtaken).toBeUndefined();
});

test('somebody else’s change is shown, with who it was and what of ours was not saved', async () => {
  const draft = begun();
  draft.change({ purpose: '招生', months: 12 });
  await settled();
  server.change({ data: { purpose: '学籍', months: 12 } });
  draft.change({ purpose: '招生', months: 24 });
  await settled();
  expect(draft.get().data).toEqual({ purpose: '学籍', months: 12 });
  expect(draft.get().overtaken).toEqual({ by: { name: '方兰', at: '2026-09-28T02:00:00.000Z' }, lost: ['months'] });
  expect(server.view?.data).toEqual({ purpose: '学籍', months: 12 });
  expect(await draft.flush()).toBe(false);
  draft.understood();
  expect(await draft.flush()).toBe(true);
});

test('without a network it says so, and tries again by itself', async () => {
  const draft = begun();
  server.failing = [network()];
  draft.change({ months: 12 });
  await settled();
  expect(draft.get()).toMatchObject({ status: 'failed', problem: { code: 'network' } });
  expect(draft.atRisk()).toBe(true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(draft.get()).toMatchObject({ status: 'saved', saved: { months: 12 } });
});

test('what was sent elsewhere can no longer be changed here', async () => {
  const draft = begun();
  draft.change({ months: 12 });
  await settled();
  server.failing = [new Problem(403, 'case-not-draft', '', '')];
  draft.change({ months: 24 });
  await settled();
  expect(draft.get().closed).toBe(true);
  expect(draft.atRisk()).toBe(false);
});

test('a file and the sending wait for their turn, and go on the newest version', async () => {
  const draft = begun();
  draft.change({ months: 12 });
  const acted = draft.act(
    async ({ version }) => {
      server.calls.push(`act ${version}`);
      server.change({ phase: 'step' });
      return server.view as CaseView;
    },
    (view) => view,
  );
  await acted;
  expect(server.calls).toEqual(['create', 'act 1']);
  expect(draft.get()).toMatchObject({ closed: true, view: { phase: 'step', version: 2 } });
});

test('looking after files takes no version whose form is not known to be ours', async () => {
  const draft = begun();
  draft.change({ months: 12 });
  await settled();
  const files = [{ fileId: 'file_1', state: 'clean' }] as unknown as CaseView['files'];
  server.change({ files });
  await draft.refresh();
  expect(draft.get().view).toMatchObject({ version: 3, files });
  // Masked, or changed by somebody else: only the files are taken over.
  server.change({ files: [], data: { months: 36 } });
  await draft.refresh();
  expect(draft.get().view).toMatchObject({ version: 3, files: [] });
  expect(draft.get().data).toEqual({ months: 12 });
});

test('fields are lost only where ours differ from theirs', () => {
  expect(lostFields({ a: 1, b: 1 }, { a: 2, b: 1, c: 3 }, { a: 1, b: 9, c: 3 })).toEqual(['a']);
});

test('a page loaded anew names its request as before', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  expect(keyFor(storage, 'cloud-quota', () => 'one')).toBe('one');
  expect(keyFor(storage, 'cloud-quota', () => 'two')).toBe('one');
  expect(keyFor(storage, 'other', () => 'two')).toBe('two');
});
