/** The HTTP API, as the console uses it: typed by OpenAPI (`npm run generate`), with tokens, timeouts, languages and problems taken care of. */
import createClient, { type FetchResponse, type MaybeOptionalInit } from 'openapi-fetch';
import type { HttpMethod, MediaType, PathsWithMethod, RequiredKeysOf } from 'openapi-typescript-helpers';
import { noteServerDate } from './clock.ts';
import type { components, paths } from './schema.generated.ts';
import type { Session } from './session.ts';
import { type Language, WORDS } from './words.ts';

/** The shapes that have a name in the API. */
export type Schemas = components['schemas'];

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

export interface Answer<T> {
  readonly data: T;
  /** Of what has a version: goes back by `If-Match` with the next change. */
  readonly etag: string | undefined;
}

type Data<P extends keyof paths, M extends HttpMethod> = M extends keyof paths[P]
  ? NonNullable<FetchResponse<paths[P][M] & Record<string, unknown>, object, MediaType>['data']>
  : never;
type Init<P extends keyof paths, M extends HttpMethod> = MaybeOptionalInit<paths[P], M & keyof paths[P]>;

/** Answers, or throws a Problem. */
type Call<M extends HttpMethod> = <P extends PathsWithMethod<paths, M>>(
  path: P,
  ...init: RequiredKeysOf<Init<P, M>> extends never ? [init?: Init<P, M>] : [init: Init<P, M>]
) => Promise<Answer<Data<P, M>>>;

/** `api.GET('/v1/alerts', { params: { query: { limit: 500 } } })` */
export interface Api {
  readonly GET: Call<'get'>;
  readonly POST: Call<'post'>;
  readonly PUT: Call<'put'>;
  readonly PATCH: Call<'patch'>;
  readonly DELETE: Call<'delete'>;
}

export const createApi = (session: Session, language: () => Language, baseUrl = location.origin): Api => {
  const failed = (code: 'network' | 'timeout'): Problem => {
    const words = WORDS[language()].problem;
    return new Problem(0, code, words[code], words.networkDetail);
  };

  const send = async (request: Request, token: string): Promise<Response> => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const begun = Date.now();
    // A body can be read once only; a token that has just run out asks for a second time.
    const copy = new Request(request.clone(), { cache: 'no-store', signal: AbortSignal.any([request.signal, timeout]) });
    copy.headers.set('authorization', `Bearer ${token}`);
    copy.headers.set('accept', 'application/json, application/problem+json');
    copy.headers.set('accept-language', language() === 'zh' ? 'zh-CN, en;q=0.5' : 'en, zh-CN;q=0.5');
    try {
      const response = await fetch(copy);
      noteServerDate(response.headers.get('date'), begun, Date.now());
      return response;
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw failed(timeout.aborted ? 'timeout' : 'network');
    }
  };

  /** The login service being out of reach is a fault of the network, no reason to leave the page. */
  const reach = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch {
      throw failed('network');
    }
  };

  const authorised = async (request: Request): Promise<Response> => {
    const token = await reach(session.token);
    let response = token === undefined ? undefined : await send(request, token);
    if (response === undefined || response.status === 401) {
      const renewed = await reach(session.renew);
      response = renewed === undefined ? response : await send(request, renewed);
    }
    if (response === undefined || response.status === 401) {
      await session.login();
      // The page is being left for the login: nothing after this counts.
      return new Promise<Response>(() => {});
    }
    if (!response.ok) throw await problemOf(response, WORDS[language()].problem.unknown);
    return response;
  };

  const client = createClient<paths>({ baseUrl, fetch: authorised });
  const call =
    <M extends HttpMethod>(method: M) =>
    async (path: string, init: object = {}) => {
      const { data, response } = await client.request(method, path as never, init as never);
      return { data, etag: response.headers.get('etag') ?? undefined };
    };
  return { GET: call('get'), POST: call('post'), PUT: call('put'), PATCH: call('patch'), DELETE: call('delete') } as unknown as Api;
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

/** `If-Match` of a change that was decided on this version. */
export const onVersion = (version: number) => ({ 'If-Match': `"${version}"` });

export const asProblem = (error: unknown, language: Language): Problem =>
  error instanceof Problem ? error : new Problem(0, 'unexpected', WORDS[language].problem.unknown, String(error));
