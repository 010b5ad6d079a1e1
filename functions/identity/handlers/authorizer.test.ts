import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { dayOf } from '../directory.ts';
import { BUREAU, cause, entry, newDirectory, OFFICERS, ZONE } from '../identity.fixture.ts';

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

const task = mkdtempSync(join(tmpdir(), 'authorizer-'));
writeFileSync(join(task, 'config.json'), JSON.stringify({ bureau: BUREAU, timezone: ZONE, officers: OFFICERS }));
let { table, directory } = newDirectory();
vi.mock('#runtime/clients.ts', () => ({ dynamo: () => ({ send: (command: never) => table.send(command) }) }));

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
  vi.stubEnv('DIRECTORY_TABLE', 'directory');
  vi.stubEnv('LAMBDA_TASK_ROOT', task);
  // Powertools otherwise writes to a console of its own, past the spy.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
});
beforeEach(async () => {
  badDay = undefined;
  ({ table, directory } = newDirectory());
  log.mockClear();
  handler = await fresh();
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(task, { recursive: true });
  issuer.closeAllConnections();
  issuer.close();
});

const sign = (kid = 'a', audience = 'luojiang-api', subject = 'li-na'): Promise<string> =>
  new SignJWT({ name: '李娜', roles: ['duty-officer'], towns: ['wanan', 'jinshan'] })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setSubject(subject)
    .setIssuer(origin)
    .setAudience(audience)
    .setExpirationTime('5m')
    .sign(privateKey);

const request = (authorization?: string) => handler({ headers: { ...(authorization && { authorization }) } } as never);
const METHOD = 'arn:aws-cn:execute-api:cn-north-1:000000000000:abc/live/$connect';
const connect = (protocols: string) => handler({ methodArn: METHOD, headers: { 'Sec-WebSocket-Protocol': protocols } } as never);
const context = {
  kind: 'person',
  id: 'li-na',
  name: encodeURIComponent('李娜'),
  roles: 'duty-officer',
  towns: 'wanan,jinshan',
  duties: '',
  bureau: BUREAU,
};

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

describe('the directory', () => {
  const dutiesOf = async (id: string) => {
    const answer = await request(`Bearer ${await sign('a', 'luojiang-api', id)}`);
    return (answer as { context: { kind?: string; duties?: string } }).context;
  };
  const today = dayOf(Date.now(), ZONE);
  const named = (id: string) => ({ id, name: { zh: id, en: id } });
  const lend = (until = today) =>
    directory.putDelegation(
      undefined,
      {
        delegation: {
          delegationId: 'dlg_1',
          department: BUREAU,
          duty: 'reviewer',
          delegator: named('peng-tao'),
          deputy: named('yuan-mei'),
          reason: '出差',
          until,
          createdAt: new Date().toISOString(),
        },
        occurrences: [],
      },
      cause('peng-tao'),
    );

  test('says what its officers and machines do, as the YAML has it or as the bureau wrote', async () => {
    expect(await dutiesOf('jiang-he')).toMatchObject({ kind: 'person', duties: 'education/it-officer' });
    expect(await dutiesOf('education-service')).toMatchObject({ kind: 'service', duties: 'education/it-officer' });
    await directory.putEntry(0, { entry: entry('jiang-he', ['head of health']), occurrences: [] }, cause('yu-qing'));
    expect(await dutiesOf('jiang-he')).toMatchObject({ duties: 'health/head' });
  });

  test('says for whom somebody acts, until the day is over', async () => {
    await lend();
    expect(await dutiesOf('yuan-mei')).toMatchObject({ duties: 'big-data/approver,big-data/reviewer/peng-tao' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(`${today}T15:59:59Z`) });
    try {
      expect(await dutiesOf('yuan-mei')).toMatchObject({ duties: 'big-data/approver,big-data/reviewer/peng-tao' });
      vi.setSystemTime(Date.parse(`${today}T16:00:00Z`));
      expect(await dutiesOf('yuan-mei')).toMatchObject({ duties: 'big-data/approver' });
    } finally {
      vi.useRealTimers();
    }
  });

  test('makes nobody of who has left, whatever their token says, at both doors', async () => {
    await directory.putEntry(0, { entry: entry('li-na', [], { leftOn: today }), occurrences: [] }, cause('yu-qing'));
    expect(await request(`Bearer ${await sign()}`)).toEqual({ isAuthorized: false, context: {} });
    expect(await connect(`luojiang.v1, bearer.${await sign()}`)).toMatchObject({ principalId: 'nobody' });
    expect(log.mock.calls.join('\n')).toContain('left');
  });

  test.each(['GetItem', 'Query', 'BatchGetItem'])('that fails at %s lets nobody in', async (failing) => {
    await lend();
    table.before = ({ name }) => {
      if (name === failing) throw new Error('throttled');
    };
    await expect(dutiesOf('yuan-mei')).rejects.toThrow('throttled');
  });

  test('is not asked about a token that is not taken', async () => {
    await request(`Bearer ${await sign('a', 'another-api')}`);
    expect(table.sent).toEqual([]);
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
