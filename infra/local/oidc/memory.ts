/** What the issuer remembers: sessions, codes, refresh tokens. They end with the process; people then log in anew. */
import type { Adapter, AdapterConstructor, AdapterPayload } from 'oidc-provider';

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

/** Of one provider: its models share the entries, for a grant takes down with it what was issued under it. */
export const memoryAdapter = (clock: () => number = Date.now): AdapterConstructor => {
  const entries = new Map<string, Entry>();
  const sweep = (): void => {
    for (const [key, { expiresAt }] of entries) if (expiresAt <= clock()) entries.delete(key);
  };

  return class MemoryAdapter implements Adapter {
    readonly #model: string;

    constructor(model: string) {
      this.#model = model;
    }

    #key(id: string): string {
      return `${this.#model}:${id}`;
    }

    #search(is: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
      for (const [key, { payload, expiresAt }] of entries) {
        if (key.startsWith(`${this.#model}:`) && expiresAt > clock() && is(payload)) return payload;
      }
      return undefined;
    }

    async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
      sweep();
      entries.set(this.#key(id), { payload, expiresAt: expiresIn ? clock() + expiresIn * 1000 : Number.POSITIVE_INFINITY });
    }

    async find(id: string): Promise<AdapterPayload | undefined> {
      const entry = entries.get(this.#key(id));
      return entry && entry.expiresAt > clock() ? entry.payload : undefined;
    }

    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      return this.#search((payload) => payload.uid === uid);
    }

    async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
      return this.#search((payload) => payload.userCode === userCode);
    }

    /** A code or a rotated refresh token that comes a second time gives away that it was stolen. */
    async consume(id: string): Promise<void> {
      const payload = entries.get(this.#key(id))?.payload;
      if (payload) payload.consumed = Math.floor(clock() / 1000);
    }

    async destroy(id: string): Promise<void> {
      entries.delete(this.#key(id));
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
    }
  };
};
