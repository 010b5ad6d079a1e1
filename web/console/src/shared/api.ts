/** The HTTP API, as the console uses it. */
import type { ResponseOf } from '#runtime/operation.ts';
import { noteServerDate } from './clock.ts';
import type { Session } from './session.ts';
import { type Language, WORDS } from './words.ts';

/** An RFC 9457 problem, or what stands for one when no answer came. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly instance: string | undefined;
  /** What the problem says beyond the standard's members, such as `errors`. */
  readonly particulars: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, title: string, detail: string, instance?: string, particulars: Record<string, unknown> = {}) {
    super(`${code}: ${title}`);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.instance = instance;
    this.particulars = particulars;
  }
}

/** A server that hangs must not leave a duty officer before a spinner. */
const TIMEOUT_MS = 15_000;

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Under which conditions a change counts. */
export interface Conditions {
  /** The version that it was decided on (`If-Match`). */
  readonly version?: number;
  /** The request's name: sent again it is done once (`Idempotency-Key`). */
  readonly key?: string;
}

export interface Api {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown, conditions?: Conditions, signal?: AbortSignal): Promise<T>;
  put<T>(path: string, body?: unknown, conditions?: Conditions): Promise<T>;
  patch<T>(path: string, body?: unknown, conditions?: Conditions): Promise<T>;
  delete<T>(path: string, conditions?: Conditions): Promise<T>;
}

const headersOf = ({ version, key }: Conditions): Record<string, string> => ({
  ...(version !== undefined && { 'if-match': `"${version}"` }),
  ...(key !== undefined && { 'idempotency-key': key }),
});

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly conditions?: Conditions | undefined;
  readonly signal?: AbortSignal | undefined;
}
/** `get<Answer<typeof import('…').listAlerts>>` */
export type Answer<O> = ResponseOf<O>;

/** Literal segments and encoded parameters: path`/v1/alerts/${id}` */
export const path = (parts: TemplateStringsArray, ...values: readonly string[]): string =>
  String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));

export const createApi = (session: Session, language: () => Language): Api => {
  const send = async ({ method, url, body, conditions = {}, signal }: Sent, token: string | undefined) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const begun = Date.now();
    try {
      const response = await fetch(url, {
        method,
        cache: 'no-store',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        headers: {
          accept: 'application/json, application/problem+json',
          'accept-language': language() === 'zh' ? 'zh-CN, en;q=0.5' : 'en, zh-CN;q=0.5',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headersOf(conditions),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      noteServerDate(response.headers.get('date'), begun, Date.now());
      return response;
    } catch (error) {
      if (signal?.aborted) throw error;
      const words = WORDS[language()].problem;
      if (timeout.aborted) throw new Problem(0, 'timeout', words.timeout, words.networkDetail);
      throw new Problem(0, 'network', words.network, words.networkDetail);
    }
  };

  /** The login service being out of reach is a fault of the network, no reason to leave the page. */
  const reach = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch {
      const words = WORDS[language()].problem;
      throw new Problem(0, 'network', words.network, words.networkDetail);
    }
  };

  const request = async <T>(sent: Sent): Promise<T> => {
    const token = await reach(session.token);
    let response = token === undefined ? undefined : await send(sent, token);
    if (response === undefined || response.status === 401) {
      const renewed = await reach(session.renew);
      response = renewed === undefined ? response : await send(sent, renewed);
    }
    if (response === undefined || response.status === 401) {
      await session.login();
      // The page is being left for the login: nothing after this counts.
      return new Promise<T>(() => {});
    }
    if (!response.ok) throw await problemOf(response, WORDS[language()].problem.unknown);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };

  return {
    get(path, query = {}, signal) {
      const entries = Object.entries(query).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined);
      const search = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
      return request({ method: 'GET', url: search === '' ? path : `${path}?${search}`, signal });
    },
    post: (url, body, conditions, signal) => request({ method: 'POST', url, body, conditions, signal }),
    put: (url, body, conditions) => request({ method: 'PUT', url, body, conditions }),
    patch: (url, body, conditions) => request({ method: 'PATCH', url, body, conditions }),
    delete: (url, conditions) => request({ method: 'DELETE', url, conditions }),
  };
};

const problemOf = async (response: Response, unknown: string): Promise<Problem> => {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (key: string) => (typeof body[key] === 'string' ? (body[key] as string) : undefined);
  return new Problem(
    response.status,
    text('code') ?? 'unknown',
    text('title') ?? unknown,
    text('detail') ?? `HTTP ${response.status}`,
    text('instance'),
    body,
  );
};

export const asProblem = (error: unknown, language: Language): Problem =>
  error instanceof Problem ? error : new Problem(0, 'unexpected', WORDS[language].problem.unknown, String(error));
