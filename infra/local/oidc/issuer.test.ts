import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { issuerKeys, verify } from '#functions/identity/verify.ts';
import { change, DISTRICT, load, sample } from '../../config/sample.fixture.ts';
import { personas } from '../personas.ts';
import { type Issuer, mintToken, startIssuer } from './issuer.ts';

const PORT = 14_801;
const ORIGIN = 'http://localhost:14800';
const folder = mkdtempSync(join(tmpdir(), 'oidc-'));
const keysFile = join(folder, 'keys.json');
const config = load(sample);
const { audience, claims, clientId } = config.district.identity;
const clientsFile = join(folder, 'clients.json');
const options = { port: PORT, config, consoleOrigin: ORIGIN, keysFile, clientsFile };
const noise = [vi.spyOn(console, 'info'), vi.spyOn(console, 'warn')];
let service: Issuer;

beforeAll(async () => {
  service = await startIssuer(options);
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

/** As much of a browser as a login takes: cookies, and following redirects that stay at the issuer. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (!location) return response;
    const next = new URL(location, url);
    return next.origin === service.issuer ? this.open(next.href) : response;
  }

  post(url: string, form: Record<string, string>): Promise<Response> {
    return this.open(url, { method: 'POST', body: new URLSearchParams(form) });
  }
}

const verifier = randomBytes(32).toString('base64url');
/** What web/console/src/shared/session.ts asks for. */
const request = {
  client_id: clientId,
  redirect_uri: `${ORIGIN}/callback`,
  response_type: 'code',
  scope: 'openid profile offline_access',
  prompt: 'consent',
  resource: audience,
  state: 'xyz',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};
const authorize = (change: Record<string, string> = {}): string =>
  `${service.issuer}/auth?${new URLSearchParams({ ...request, ...change })}`;

const actionOf = (html: string): string => new URL(/action="([^"]+)"/.exec(html)?.[1] ?? '', service.issuer).href;

const login = async (browser: Browser, persona: string): Promise<URL> => {
  const page = await browser.open(authorize());
  const answer = await browser.post(actionOf(await page.text()), { persona });
  return new URL(answer.headers.get('location') ?? '');
};

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly error?: string;
}

const exchange = async (form: Record<string, string>, origin = ORIGIN): Promise<{ status: number; headers: Headers; tokens: Tokens }> => {
  const response = await fetch(`${service.issuer}/token`, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({ client_id: clientId, ...form }),
  });
  return { status: response.status, headers: response.headers, tokens: (await response.json()) as Tokens };
};
const byCode = (code: string | null, change: Record<string, string> = {}) =>
  exchange({
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: request.redirect_uri,
    code_verifier: verifier,
    resource: audience,
    ...change,
  });
const refresh = (token: string, change: Record<string, string> = {}) =>
  exchange({ grant_type: 'refresh_token', refresh_token: token, ...change });

const check = (token: string) => verify(token, issuerKeys(service.issuer, ''), { issuer: service.issuer, audience, claims });
const commander = { id: 'cai-san', name: '蔡三', roles: ['duty-officer', 'commander'], towns: ['north'] };

describe('logging in', () => {
  test('from the console to a token that the API takes, and on with a refresh token that serves once', async () => {
    const browser = new Browser();
    const page = await (await browser.open(authorize())).text();
    for (const text of ['本地身份服务', 'For local use only', '蔡三', 'value="duty-officer-south"', 'value="devops"'])
      expect(page).toContain(text);

    const back = await login(browser, 'commander');
    expect(back.origin + back.pathname).toBe(request.redirect_uri);
    expect(back.searchParams.get('state')).toBe('xyz');
    const { status, headers, tokens } = await byCode(back.searchParams.get('code'));
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN]);
    expect(await check(tokens.access_token)).toEqual(commander);
    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: 'cai-san', aud: clientId, name: '蔡三' });
    const { exp = 0, iat = 0 } = decodeJwt(tokens.access_token);
    expect(exp - iat).toBe(3600);

    const renewed = await refresh(tokens.refresh_token, { resource: audience });
    expect(await check(renewed.tokens.access_token)).toEqual(commander);
    // A second use gives away a thief: what came of the first ends as well.
    expect((await refresh(tokens.refresh_token)).tokens.error).toBe('invalid_grant');
    expect((await refresh(renewed.tokens.refresh_token)).tokens.error).toBe('invalid_grant');
  });

  test('a client that names no resource gets the same token', async () => {
    const back = await login(new Browser(), 'person:an-yi');
    const { access_token } = (await byCode(back.searchParams.get('code'), { resource: '' })).tokens;
    expect(await check(access_token)).toMatchObject({ id: 'an-yi', towns: ['north'] });
  });

  test('whoever is logged in comes back at once; after logging out one chooses anew', async () => {
    const browser = new Browser();
    const { tokens } = await byCode((await login(browser, 'devops')).searchParams.get('code'));
    const again = new URL((await browser.open(authorize())).headers.get('location') ?? '');
    expect(await check((await byCode(again.searchParams.get('code'))).tokens.access_token)).toMatchObject({
      id: 'devops',
      roles: ['devops'],
    });

    const leaving = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${ORIGIN}/signed-out` });
    const page = await (await browser.open(`${service.issuer}/session/end?${leaving}`)).text();
    expect(page).toContain('name="logout" value="yes"');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    expect((await browser.post(actionOf(page), { xsrf, logout: 'yes' })).headers.get('location')).toBe(`${ORIGIN}/signed-out`);
    expect(await (await browser.open(authorize())).text()).toContain('选择登录身份');
  });

  test('a revoked refresh token is of no use any more', async () => {
    const { tokens } = await byCode((await login(new Browser(), 'citizen')).searchParams.get('code'));
    const body = new URLSearchParams({ client_id: clientId, token: tokens.refresh_token, token_type_hint: 'refresh_token' });
    expect((await fetch(`${service.issuer}/token/revocation`, { method: 'POST', headers: { origin: ORIGIN }, body })).status).toBe(200);
    expect((await refresh(tokens.refresh_token)).tokens.error).toBe('invalid_grant');
  });
});

describe('refused', () => {
  test('a foreign place to return to, with a page and not by sending people there', async () => {
    const answer = await new Browser().open(authorize({ redirect_uri: 'http://elsewhere.example/callback' }));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(await answer.text()).toContain('redirect_uri');
  });

  test.each([
    ['another API', { resource: 'urn:another:api' }, 'invalid_target'],
    ['an API by a bare name', { resource: 'another' }, 'invalid_target'],
    ['a challenge in clear', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no challenge', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
  ])('%s', async (_, change, error) => {
    const answer = await new Browser().open(authorize(change));
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe(error);
  });

  test('a code with the wrong verifier, a page of another origin, a persona that nobody is, a login begun in another browser', async () => {
    const back = await login(new Browser(), 'devops');
    expect((await byCode(back.searchParams.get('code'), { code_verifier: 'x'.repeat(43) })).tokens.error).toBe('invalid_grant');
    const foreign = await exchange({ grant_type: 'refresh_token', refresh_token: 'x' }, 'http://elsewhere.example');
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([400, null]);

    const browser = new Browser();
    const action = actionOf(await (await browser.open(authorize())).text());
    expect((await browser.post(action, { persona: 'person:<nobody>' })).status).toBe(400);
    expect((await new Browser().post(action, { persona: 'devops' })).status).toBe(400);
  });
});

test('a token that was minted is as good, also after a restart, and ends when it was to end', async () => {
  const persona = personas(config, Date.now()).find(({ id }) => id === 'commander');
  if (!persona) throw new Error('no commander');
  const again = { ...options, port: PORT + 1 };
  const { issuer, stop } = await startIssuer(again);
  const mint = (expiresIn: number) => mintToken({ config, keysFile, issuer, persona, expiresIn });
  const token = await mint(600);
  await stop();
  const restarted = await startIssuer(again);
  try {
    const expected = { issuer, audience, claims };
    const keys = issuerKeys(issuer, '');
    expect(await verify(token, keys, expected)).toEqual(commander);
    expect(await verify(await mint(-600), keys, expected)).toEqual({ reason: 'ERR_JWT_EXPIRED' });
  } finally {
    await restarted.stop();
  }
});

describe('a machine client', () => {
  const ID = 'schools-service';
  const secretOf = (file = clientsFile) => (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)[ID] as string;
  const ask = async (id: string, secret: string, form: Record<string, string> = {}, at = service.issuer) => {
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const body = new URLSearchParams({ grant_type: 'client_credentials', ...form });
    const response = await fetch(`${at}/token`, { method: 'POST', headers: { authorization }, body });
    return { status: response.status, ...((await response.json()) as { access_token: string; refresh_token?: string; error?: string }) };
  };

  test('gets a token for the API in its own name, with no role of its own', async () => {
    const { status, access_token, refresh_token } = await ask(ID, secretOf());
    expect([status, refresh_token]).toEqual([200, undefined]);
    expect(await check(access_token)).toEqual({ id: ID, name: '教育系统', roles: [], towns: [] });
    expect(decodeJwt(access_token)).toMatchObject({ sub: ID, client_id: ID, aud: audience });
    expect(await check((await ask(ID, secretOf(), { resource: audience })).access_token)).toMatchObject({ id: ID });
  });

  test.each<[string, string, string | undefined, Record<string, string>, string]>([
    ['with a wrong secret', ID, 'x'.repeat(43), {}, 'invalid_client'],
    ['with an empty secret', ID, '', {}, 'invalid_request'],
    ['that nobody knows', 'dai-si', undefined, {}, 'invalid_client'],
    ['as the console', clientId, undefined, {}, 'invalid_client'],
    ['for another API', ID, undefined, { resource: 'urn:another:api' }, 'invalid_target'],
    [
      'by another grant',
      ID,
      undefined,
      { grant_type: 'authorization_code', code: 'x', redirect_uri: 'http://localhost' },
      'invalid_request',
    ],
    ['by a password', ID, undefined, { grant_type: 'password', username: 'x', password: 'x' }, 'unsupported_grant_type'],
  ])('gets none %s', async (_, id, secret, form, error) => {
    const answer = await ask(id, secret ?? secretOf(), form);
    expect([answer.error, answer.access_token]).toEqual([error, undefined]);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test('keeps its secret over a restart; one that joins later gets its own, which is for the owner of the file only', async () => {
    const before = secretOf();
    const joined = change(
      DISTRICT,
      '- { id: schools-service,',
      '- { id: data-service, kind: service, name: { zh: 数据系统, en: Data }, duties: [{ department: data, duty: operator }] }\n  - { id: schools-service,',
    );
    const more = load(joined);
    const restarted = await startIssuer({ ...options, config: more, port: PORT + 2 });
    try {
      const secrets = JSON.parse(readFileSync(clientsFile, 'utf8')) as Record<string, string>;
      expect(Object.keys(secrets).sort()).toEqual(['data-service', ID]);
      expect(secrets[ID]).toBe(before);
      expect(new Set(Object.values(secrets)).size).toBe(2);
      expect((await ask('data-service', secrets['data-service'] as string, {}, restarted.issuer)).status).toBe(200);
      expect((statSync(clientsFile).mode & 0o777).toString(8)).toBe('600');
    } finally {
      await restarted.stop();
    }
  });
});

test('the key is for its owner only, and nothing warns', () => {
  expect(existsSync(keysFile) && (statSync(keysFile).mode & 0o777).toString(8)).toBe('600');
  for (const spy of noise) expect(spy.mock.calls).toEqual([]);
});

test('the pages bring a font with Chinese glyphs, and give out nothing else of the disk', async () => {
  const css = await fetch(`${service.issuer}/fonts/index.css`);
  expect([css.status, css.headers.get('content-type')]).toEqual([200, 'text/css']);
  const [, file] = /url\(\.\/(files\/[^)]+\.woff2)\)/.exec(await css.text()) ?? [];
  const font = await fetch(`${service.issuer}/fonts/${file}`);
  expect([font.status, font.headers.get('content-type')]).toEqual([200, 'font/woff2']);
  for (const path of ['package.json', 'files/..%2f..%2fpackage.json', 'files/nothing.css']) {
    expect((await fetch(`${service.issuer}/fonts/${path}`)).status, path).toBe(404);
  }
});
