/** The audit log's API, as the console calls it. */
import type { Api } from '../shared/api.ts';

/** What was done, by whom, to what, on which ground. */
export interface Logged {
  readonly at: string;
  readonly action: string;
  readonly outcome: 'permitted' | 'refused' | 'done';
  readonly department?: string;
  readonly resource?: string;
  readonly actor?: string;
  readonly onBehalfOf?: string;
  readonly subject?: string;
  readonly ground?: string;
  readonly detail?: Readonly<Record<string, string>>;
}

export interface EntryView {
  readonly id: string;
  /** The number of the leaf. */
  readonly index: number;
  readonly record: Logged;
  /** Committed to in the leaf, but erased or not for the caller to see. */
  readonly hidden: readonly string[];
  /** Base64 of the entry's bytes as they lie in the log. */
  readonly leaf: string;
  readonly salts: Readonly<Record<string, string>>;
}

export interface SignedCheckpoint {
  readonly checkpoint: string;
  readonly vkey: string;
  readonly size: number;
}

export interface ProvenEntry extends EntryView, SignedCheckpoint {
  readonly proof: readonly string[];
}

export interface EntryPage {
  readonly items: readonly EntryView[];
  readonly next?: string;
}

/** One of them at a time. */
export interface Search {
  readonly resource?: string;
  readonly actor?: string;
  readonly subject?: string;
  readonly day?: string;
}

// Until the generated client knows these paths.
type Get = (path: string, init: object) => Promise<{ readonly data: unknown }>;
const get = async <T>(to: Api, path: string, init: object): Promise<T> => (await (to.GET as unknown as Get)(path, init)).data as T;

const signalled = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

export const listEntries = (to: Api, search: Search, cursor?: string, signal?: AbortSignal): Promise<EntryPage> =>
  get(to, '/v1/audit/entries', { params: { query: { ...search, ...(cursor !== undefined && { cursor }) } }, ...signalled(signal) });
export const getEntry = (to: Api, entryId: string, signal?: AbortSignal): Promise<ProvenEntry> =>
  get(to, '/v1/audit/entries/{entryId}', { params: { path: { entryId } }, ...signalled(signal) });
export const getCheckpoint = (to: Api, signal?: AbortSignal): Promise<SignedCheckpoint> =>
  get(to, '/v1/audit/checkpoint', signalled(signal));

/** A file of the log: its path is taken as it is, slashes too. */
export const readFile = async (to: Api, path: string, signal?: AbortSignal): Promise<Uint8Array> =>
  new Uint8Array(await get<ArrayBuffer>(to, `/v1/audit/log/${path}`, { parseAs: 'arrayBuffer', ...signalled(signal) }));
