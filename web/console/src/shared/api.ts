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

  constructor(status: number, code: string, title: string, detail: string, instance?: string) {
    super(`${code}: ${title}`);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.instance = instance;
  }
}

/** A server that hangs must not leave a duty officer before a spinner. */
const TIMEOUT_MS = 15_000;

type Query = Readonly<Record<string, string | number | undefined>>;

export interface Api {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
}
/** `get<Answer<typeof import('…').listAlerts>>` */
export type Answer<O> = ResponseOf<O>;

/** Literal segments and encoded parameters: path`/v1/alerts/${id}` */
export const path = (parts: TemplateStringsArray, ...values: readonly string[]): string =>
  String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));

export const createApi = (session: Session, language: () => Language): Api => {
  const send = async (method: string, url: string, token: string | undefined, body: unknown, signal?: AbortSignal) => {
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

  const request = async <T>(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<T> => {
    const token = await reach(session.token);
    let response = token === undefined ? undefined : await send(method, url, token, body, signal);
    if (response === undefined || response.status === 401) {
      const renewed = await reach(session.renew);
      response = renewed === undefined ? response : await send(method, url, renewed, body, signal);
    }
    if (response === undefined || response.status === 401) {
      await session.login();
      // The page is being left for the login: nothing after this counts.
      return new Promise<T>(() => {});
    }
    if (!response.ok) throw await problemOf(response, WORDS[language()].problem.unknown);
    return (await response.json()) as T;
  };

  return {
    get(path, query = {}, signal) {
      const entries = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
      const search = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
      return request('GET', search === '' ? path : `${path}?${search}`, undefined, signal);
    },
    post: (path, body) => request('POST', path, body),
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
  );
};

export const asProblem = (error: unknown, language: Language): Problem =>
  error instanceof Problem ? error : new Problem(0, 'unexpected', WORDS[language].problem.unknown, String(error));
