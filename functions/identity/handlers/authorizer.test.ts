import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

type Handler = typeof import('./authorizer.ts').handler;
type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

/** An issuer: its discovery document and its keys, or what it answers on a bad day. */
const issuer = createServer((request, response) => {
  if (badDay) return badDay(response);
  const answer = request.url === '/jwks' ? { keys: [publicKey] } : { issuer: origin, jwks_uri: `${origin}/jwks` };
  response.end(JSON.stringify(answer));
});
let badDay: ((response: ServerResponse) => void) | undefined;
let origin: string;
let publicKey: object;
let privateKey: Key;
let handler: Handler;
const log = vi.spyOn(console, 'info').mockReturnValue(undefined);

/** A function that has just started: it knows no keys yet. */
const fresh = async (): Promise<Handler> => {
  vi.resetModules();
  return (await import('./authorizer.ts')).handler;
};

beforeAll(async () => {
  issuer.listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  origin = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'a', alg: 'ES256' };
  vi.stubEnv('OIDC_ISSUER', origin);
  vi.stubEnv('OIDC_AUDIENCE', 'luojiang-api');
  vi.stubEnv('ROLES_CLAIM', 'roles');
  vi.stubEnv('TOWNS_CLAIM', 'towns');
  vi.stubEnv('JWKS_URI', '');
  // Powertools otherwise writes to a console of its own, past the spy.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
});
beforeEach(async () => {
  badDay = undefined;
  log.mockClear();
  handler = await fresh();
});
afterAll(() => {
  vi.unstubAllEnvs();
  issuer.closeAllConnections();
  issuer.close();
});

const sign = (kid = 'a', audience = 'luojiang-api'): Promise<string> =>
  new SignJWT({ name: '李娜', roles: ['duty-officer'], towns: ['wanan', 'jinshan'] })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setSubject('li-na')
    .setIssuer(origin)
    .setAudience(audience)
    .setExpirationTime('5m')
    .sign(privateKey);

const request = (authorization?: string) => handler({ headers: { ...(authorization && { authorization }) } } as never);
const METHOD = 'arn:aws-cn:execute-api:cn-north-1:000000000000:abc/live/$connect';
const connect = (protocols: string) => handler({ methodArn: METHOD, headers: { 'Sec-WebSocket-Protocol': protocols } } as never);
const context = { id: 'li-na', name: encodeURIComponent('李娜'), roles: 'duty-officer', towns: 'wanan,jinshan' };

describe('the HTTP API', () => {
  test('is told who calls, in a flat context', async () => {
    expect(await request(`Bearer ${await sign()}`)).toEqual({ isAuthorized: true, context });
  });

  test('is told no for everything else; the log has the reason and not the token', async () => {
    const token = await sign('a', 'another-api');
    expect(await request(`Bearer ${token}`)).toEqual({ isAuthorized: false, context: {} });
    const lines = log.mock.calls.join('\n');
    expect(lines).toContain('ERR_JWT_CLAIM_VALIDATION_FAILED');
    expect(lines).not.toContain(token.split('.')[1]);
    for (const authorization of [undefined, 'Basic bGk6bmE=', 'Bearer', 'Bearer a.b.c', await sign()])
      expect(await request(authorization), authorization).toMatchObject({ isAuthorized: false });
  });
});

describe('the WebSocket’s $connect', () => {
  const policy = (Effect: string) => ({
    policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: METHOD }] },
  });

  test('is answered by a policy for this one method', async () => {
    expect(await connect(`luojiang.v1, bearer.${await sign()}`)).toEqual({ principalId: 'li-na', context, ...policy('Allow') });
  });

  test('is denied without a good token', async () => {
    for (const protocols of ['luojiang.v1', 'luojiang.v1, bearer.a.b.c', `luojiang.v1, ${await sign()}`])
      expect(await connect(protocols), protocols).toEqual({ principalId: 'nobody', ...policy('Deny') });
  });
});

describe('an issuer on a bad day', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['that breaks off', (response) => response.destroy()],
    ['behind a gateway that says 502', (response) => response.writeHead(502).end('Bad Gateway')],
    ['whose door answers in HTML', (response) => response.end('<html>')],
  ])('%s is an error, not a refusal, and is asked again', async (_, answer) => {
    const authorization = `Bearer ${await sign()}`;
    badDay = answer;
    await expect(request(authorization)).rejects.toThrow();
    badDay = undefined;
    expect(await request(authorization)).toMatchObject({ isAuthorized: true });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['502', (response) => response.writeHead(502).end()],
    ['no JSON', (response) => response.end('<html>')],
    ['no key set', (response) => response.end('{"keys":7}')],
  ])('%s in place of its keys is an error as well', async (_, answer) => {
    vi.stubEnv('JWKS_URI', `${origin}/jwks`);
    handler = await fresh();
    vi.stubEnv('JWKS_URI', '');
    badDay = answer;
    await expect(request(`Bearer ${await sign()}`)).rejects.toThrow();
  });

  test('does not lock out whose key is known, whatever key a stranger names', async () => {
    const authorization = `Bearer ${await sign()}`;
    expect(await request(authorization)).toMatchObject({ isAuthorized: true });
    badDay = (response) => response.destroy();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    try {
      // A minute on, jose asks the issuer again for a key that it doesn't know.
      await expect(request(`Bearer ${await sign('unheard-of')}`)).rejects.toThrow();
      expect(await request(authorization)).toMatchObject({ isAuthorized: true });
    } finally {
      vi.useRealTimers();
    }
  });
});
