/** A log in memory, whose every call can fail before or after it took effect, as a crash would have it. */
import type { Logged, Sealed } from './record.ts';
import { ed25519 } from './signer.ts';
import { pathOf, type Tile } from './tiles.ts';
import { type Files, type Head, type Indexed, type Ledger, Writer } from './writer.ts';

export const signer = ed25519('test.luojiang-cloud/audit', 'a secret text');

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const idOf = (n: number): string =>
  `aud_01JZ${[...n.toString(32).toUpperCase().padStart(22, '0')].map((digit) => LETTERS[Number.parseInt(digit, 32)]).join('')}`;

export const record = (n: number, changes: Partial<Logged> = {}): Logged => ({
  id: idOf(n),
  at: new Date(Date.UTC(2026, 6, 1) + n * 1_000).toISOString(),
  action: 'cases:unmask',
  actor: `person:officer-${n % 7}`,
  department: 'education',
  resource: `case:case_${n % 5}`,
  subject: `person:citizen-${n % 11}`,
  ground: `核对申请 ${n}`,
  outcome: 'permitted',
  ...changes,
});

export class Crash extends Error {}

export class MemoryLog {
  readonly objects = new Map<string, Uint8Array>();
  readonly indexed = new Map<string, Indexed>();
  /** The head's every state, the last one being the present. */
  readonly heads: Head[] = [];
  batch: readonly Sealed[] | undefined;
  calls = 0;
  /** Called around each effect; may throw, or wait. */
  around: (call: string, when: 'before' | 'after') => unknown = () => undefined;
  #salts = 0;

  get present(): Head | undefined {
    return this.heads.at(-1);
  }

  async #call<T>(name: string, effect: () => T): Promise<T> {
    this.calls++;
    await this.around(name, 'before');
    const answer = effect();
    await this.around(name, 'after');
    return answer;
  }

  readonly ledger: Ledger = {
    head: () => this.#call('head', () => this.present),
    known: (ids) => this.#call('known', () => new Set(ids.filter((id) => this.indexed.has(id)))),
    commit: (before, after, batch) =>
      this.#call('commit', () => {
        if ((this.present?.version ?? 0) !== before.version) return undefined;
        if (before.pending) throw new Error('committed upon something pending');
        const head = { ...before, ...after, version: before.version + 1, pending: { from: before.size, parts: 1 } };
        this.heads.push(head);
        this.batch = structuredClone(batch);
        return head;
      }),
    staged: ({ from }) => this.#call('staged', () => (this.present?.pending?.from === from ? structuredClone(this.batch) : undefined)),
    index: (entries) =>
      this.#call('index', () => {
        for (const one of entries) if (!this.indexed.has(one.id)) this.indexed.set(one.id, structuredClone(one));
      }),
    complete: (before, after) =>
      this.#call('complete', () => {
        if ((this.present?.version ?? 0) !== before.version) return false;
        const { pending: _, ...rest } = before;
        this.heads.push({ ...rest, ...after, version: before.version + 1 });
        this.batch = undefined;
        return true;
      }),
  };

  readonly files: Files = {
    get: (path) => this.#call(`get ${path}`, () => this.objects.get(path)),
    put: (path, bytes) => this.#call(`put ${path}`, () => void this.objects.set(path, Uint8Array.from(bytes))),
  };

  /** As a fresh container has it. */
  writer(by = signer): Writer {
    const salt = () => Uint8Array.from(Buffer.from(String(this.#salts++).padStart(16, '0')));
    return new Writer({ ledger: this.ledger, files: this.files, signer: by, salt, pause: async () => undefined });
  }

  readonly read = async (path: string): Promise<Uint8Array> => {
    const bytes = this.objects.get(path);
    if (!bytes) throw new Error(`no ${path}`);
    return bytes;
  };

  readonly readTile = (tile: Tile): Promise<Uint8Array> => this.read(pathOf(tile));

  get text(): string {
    return Buffer.from(this.objects.get('checkpoint') ?? []).toString();
  }
}
