import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { asProblem, createApi, Problem } from './api.ts';
import { now } from './clock.ts';
import type { Session } from './session.ts';
import type { Language } from './words.ts';

const ORIGIN = 'https://luojiang.example';
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const refusal = {
  type: 'urn:luojiang:problem:stale-version',
  title: '版本已更新',
  status: 412,
  detail: '请刷新',
  code: 'stale-version',
  instance: 'urn:request:7',
};

const session = {
  token: vi.fn<Session['token']>(),
  renew: vi.fn<Session['renew']>(),
  login: vi.fn<Session['login']>(),
  logout: vi.fn<Session['logout']>(),
};
const fetched = vi.fn<(request: Request) => Promise<Response>>();
let language: Language;
const api = createApi(session, () => language, ORIGIN);

const requests = () => fetched.mock.calls.map(([request]) => request);
const last = () => requests().at(-1) as Request;

beforeEach(() => {
  vi.resetAllMocks();
  vi.stubGlobal('fetch', fetched);
  language = 'zh';
  session.token.mockResolvedValue('token-1');
  fetched.mockImplementation(async () => json({ items: [] }));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const saved = { params: { path: { caseId: 'case_1/2' }, header: { 'If-Match': '"7"' } }, body: { data: { name: '教育云' } } } as const;
const problem = async (asked: Promise<unknown>): Promise<Problem> => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
};

describe('a request', () => {
  test('goes where its path and query say, in the person’s language, with the token', async () => {
    expect(await api.GET('/v1/alerts', { params: { query: { phase: 'open', limit: 500 } } })).toEqual({
      data: { items: [] },
      etag: undefined,
    });
    expect(last()).toMatchObject({ method: 'GET', url: `${ORIGIN}/v1/alerts?phase=open&limit=500`, cache: 'no-store' });
    expect(last().headers.get('authorization')).toBe('Bearer token-1');
    expect(last().headers.get('accept')).toBe('application/json, application/problem+json');
    expect(last().headers.get('accept-language')).toBe('zh-CN, en;q=0.5');
    language = 'en';
    await api.GET('/v1/me');
    expect(last().headers.get('accept-language')).toBe('en, zh-CN;q=0.5');
  });

  test('carries its version, its key and its body; what stands in the path is encoded', async () => {
    await api.PUT('/v1/cases/{caseId}/data', saved);
    expect(last()).toMatchObject({ method: 'PUT', url: `${ORIGIN}/v1/cases/case_1%2F2/data` });
    expect(last().headers.get('if-match')).toBe('"7"');
    expect(last().headers.get('content-type')).toBe('application/json');
    expect(await last().json()).toEqual(saved.body);
    const body = { formId: 'cloud', department: 'education', data: {} };
    await api.POST('/v1/cases', { params: { header: { 'Idempotency-Key': 'key-1' } }, body });
    expect(last().headers.get('idempotency-key')).toBe('key-1');
  });

  test('reads the version of what it got', async () => {
    fetched.mockResolvedValue(json({ version: 8 }, 200, { etag: '"8"' }));
    expect(await api.PUT('/v1/cases/{caseId}/data', saved)).toEqual({ data: { version: 8 }, etag: '"8"' });
  });

  test('tells the server’s time', async () => {
    fetched.mockResolvedValue(json({}, 200, { date: new Date(Date.now() + 3_600_000).toUTCString() }));
    await api.GET('/v1/me');
    expect(now() - Date.now()).toBeGreaterThan(3_590_000);
    fetched.mockResolvedValue(json({}, 200, { date: new Date().toUTCString() }));
    await api.GET('/v1/me');
  });
});

describe('a token that is refused', () => {
  test('is renewed, and the request sent again whole', async () => {
    session.renew.mockResolvedValue('token-2');
    const bodies: unknown[] = [];
    fetched.mockImplementation(async (request) => {
      bodies.push(await request.json());
      return bodies.length === 1 ? json({}, 401) : json({ version: 8 });
    });
    await api.PUT('/v1/cases/{caseId}/data', saved);
    expect(requests().map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(bodies).toEqual([saved.body, saved.body]);
    expect(last().headers.get('if-match')).toBe('"7"');
  });

  test('and cannot be renewed leads to the login: nothing comes back', async () => {
    fetched.mockResolvedValue(json({}, 401));
    session.renew.mockResolvedValue(undefined);
    const settled = vi.fn();
    void api.GET('/v1/me').then(settled, settled);
    await expect.poll(() => session.login.mock.calls.length).toBe(1);
    expect(settled).not.toHaveBeenCalled();
  });

  test('or missing is asked for before anything is sent', async () => {
    session.token.mockResolvedValue(undefined);
    session.renew.mockResolvedValue('token-2');
    await api.GET('/v1/me');
    expect(requests()).toHaveLength(1);
    expect(last().headers.get('authorization')).toBe('Bearer token-2');
  });

  test('while the issuer is out of reach is a fault of the network', async () => {
    session.token.mockRejectedValue(new Error('issuer away'));
    expect(await problem(api.GET('/v1/me'))).toMatchObject({ code: 'network', title: '连不上服务器' });
  });
});

describe('what goes wrong', () => {
  test('is thrown as the problem that the server tells', async () => {
    fetched.mockResolvedValue(json(refusal, 412));
    expect(await problem(api.PUT('/v1/cases/{caseId}/data', saved))).toMatchObject({
      status: 412,
      code: 'stale-version',
      title: '版本已更新',
      detail: '请刷新',
      instance: 'urn:request:7',
    });
  });

  test('is a problem too where a gateway answers with something else', async () => {
    fetched.mockResolvedValue(new Response('<html>', { status: 502 }));
    expect(await problem(api.GET('/v1/me'))).toMatchObject({ status: 502, code: 'unknown', detail: 'HTTP 502' });
  });

  test('is the network’s where no answer comes', async () => {
    fetched.mockRejectedValue(new TypeError('Failed to fetch'));
    expect(await problem(api.GET('/v1/me'))).toMatchObject({ status: 0, code: 'network' });
  });

  test('is the server’s slowness after 15 seconds', async () => {
    const timeout = new AbortController();
    const wait = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(timeout.signal);
    fetched.mockImplementation(
      (request) => new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason))),
    );
    const asked = problem(api.GET('/v1/me'));
    await expect.poll(() => fetched.mock.calls.length).toBe(1);
    timeout.abort();
    expect(await asked).toMatchObject({ code: 'timeout' });
    expect(wait).toHaveBeenCalledWith(15_000);
    wait.mockRestore();
  });

  test('is nothing where the page itself let go', async () => {
    const ending = new AbortController();
    fetched.mockImplementation(async (request) => Promise.reject(request.signal.reason));
    ending.abort(new Error('left'));
    const error = await api.GET('/v1/me', { signal: ending.signal }).catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(Problem);
    expect(asProblem(error, 'en')).toMatchObject({ code: 'unexpected' });
  });
});
