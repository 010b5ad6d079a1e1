import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { ACTIONS, may, type Principal, type ROLES, reach } from './access.ts';
import { bearerOf } from './bearer.ts';
import { principalFrom } from './claims.ts';
import { principalOf, principalOfConnection, toContext } from './principal.ts';
import { type Expected, verify } from './verify.ts';

const expected: Expected = { issuer: 'https://id.example.gov.cn', audience: 'luojiang', claims: { roles: 'roles', towns: 'towns' } };
type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

const good: JWTPayload = { sub: 'li-na', name: '李娜', roles: ['duty-officer'], towns: ['wanan'] };

describe('verify', () => {
  let keys: ReturnType<typeof createLocalJWKSet>;
  let privateKey: Key;
  let publicKey: Key;
  let foreign: Key;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    ({ privateKey, publicKey } = pair);
    foreign = (await generateKeyPair('ES256')).privateKey;
    keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'a' }] });
  });

  const sign = (payload: JWTPayload, key: Key, change: (jwt: SignJWT) => SignJWT = (jwt) => jwt) =>
    change(
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'ES256', kid: 'a' })
        .setIssuer(expected.issuer)
        .setAudience(expected.audience)
        .setIssuedAt()
        .setExpirationTime('5m'),
    ).sign(key);

  test('a good token names its bearer', async () => {
    expect(await verify(await sign(good, privateKey), keys, expected)).toEqual({
      id: 'li-na',
      name: '李娜',
      roles: ['duty-officer'],
      towns: ['wanan'],
    });
  });

  test.each([
    ['expired', (jwt: SignJWT) => jwt.setExpirationTime('-1m')],
    ['of another issuer', (jwt: SignJWT) => jwt.setIssuer('https://elsewhere.example')],
    ['for another audience', (jwt: SignJWT) => jwt.setAudience('somebody-else')],
    ['not valid yet', (jwt: SignJWT) => jwt.setNotBefore('5m')],
  ])('a token %s is refused', async (_, change) => {
    expect(await verify(await sign(good, privateKey, change), keys, expected)).toHaveProperty('reason');
  });

  test('a token without an end, signed by a stranger, unsigned, or signed with the public key is refused', async () => {
    const endless = await new SignJWT(good)
      .setProtectedHeader({ alg: 'ES256', kid: 'a' })
      .setIssuer(expected.issuer)
      .setAudience(expected.audience)
      .sign(privateKey);
    const unsigned = new UnsecuredJWT(good).setIssuer(expected.issuer).setAudience(expected.audience).setExpirationTime('5m').encode();
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
    const confused = await new SignJWT(good)
      .setProtectedHeader({ alg: 'HS256', kid: 'a' })
      .setIssuer(expected.issuer)
      .setAudience(expected.audience)
      .setExpirationTime('5m')
      .sign(secret);
    for (const token of [endless, await sign(good, foreign), unsigned, confused, 'a.b.c', '']) {
      expect(await verify(token, keys, expected)).toHaveProperty('reason');
    }
    // Even where the keys would serve for it.
    expect(await verify(confused, async () => secret, expected)).toEqual({ reason: 'ERR_JOSE_ALG_NOT_ALLOWED' });
  });

  test('clocks may differ by half a minute', async () => {
    expect(await verify(await sign(good, privateKey, (jwt) => jwt.setExpirationTime('-15s')), keys, expected)).toHaveProperty('id');
  });

  test('an issuer that does not answer is an error, not a refusal', async () => {
    const unreachable = () => Promise.reject(new TypeError('fetch failed'));
    await expect(verify(await sign(good, privateKey), unreachable, expected)).rejects.toThrow('fetch failed');
  });
});

test('roles that nobody knows give nothing, a token without a usable subject is refused', () => {
  expect(principalFrom({ sub: 'x', roles: ['admin', 'commander'] }, expected.claims)).toMatchObject({ roles: ['commander'], towns: [] });
  expect(principalFrom({ sub: 'x', roles: 'duty-officer commander', towns: 'wanan,jinshan' }, expected.claims)).toMatchObject({
    roles: ['duty-officer', 'commander'],
    towns: ['wanan', 'jinshan'],
  });
  for (const sub of [undefined, 7, '', 'a,b', 'x'.repeat(200)]) expect(principalFrom({ sub }, expected.claims)).toHaveProperty('reason');
});

test('the caller comes through the gateway’s flat context whole', () => {
  const principal: Principal = {
    kind: 'service',
    id: 'li-na',
    name: '李娜',
    roles: ['duty-officer', 'commander'],
    towns: ['wanan', 'jinshan'],
    duties: [
      { department: 'education', duty: 'it-officer' },
      { department: 'big-data', duty: 'reviewer', for: 'peng-tao' },
    ],
    bureau: 'big-data',
  };
  const event = (lambda: object | undefined) => ({ requestContext: { authorizer: { lambda } } }) as never;
  expect(principalOf(event(toContext(principal)))).toEqual(principal);
  expect(() => principalOf(event(undefined))).toThrow('not-authenticated');
  expect(() => principalOf(event({ roles: 'commander' }))).toThrow('not-authenticated');
  expect(principalOfConnection({ requestContext: { authorizer: toContext(principal) } } as never)).toEqual(principal);
  // What an older authorizer, or a stranger behind the gateway, would say counts for nothing.
  const { duties, kind } = principalOf(event({ id: 'x', kind: 'root', duties: '/head,education/king,education,health/head/' }));
  expect([kind, duties]).toEqual(['person', [{ department: 'health', duty: 'head' }]]);
});

test('a token is found in the header or among the subprotocols, and nowhere else', () => {
  expect(bearerOf({ Authorization: 'Bearer aa.bb.cc' })).toBe('aa.bb.cc');
  expect(bearerOf({ 'sec-websocket-protocol': 'luojiang.v1, bearer.aa.bb.cc' })).toBe('aa.bb.cc');
  for (const headers of [{}, { authorization: 'Basic aa' }, { authorization: 'Bearer x' }, { cookie: 'bearer.aa.bb.cc' }])
    expect(bearerOf(headers)).toBeUndefined();
});

describe('access', () => {
  const who = (role: (typeof ROLES)[number] | undefined, towns: string[] = []): Principal => ({
    kind: 'person',
    id: 'x',
    name: 'X',
    roles: role ? [role] : [],
    towns,
    duties: [],
    bureau: 'big-data',
  });

  test('a duty officer acts in the own towns only, the district everywhere', () => {
    expect(may(who('duty-officer', ['wanan']), 'incidents:acknowledge', 'wanan')).toBe(true);
    expect(may(who('duty-officer', ['wanan']), 'incidents:acknowledge', 'jinshan')).toBe(false);
    expect(may(who('commander'), 'incidents:resolve', 'jinshan')).toBe(true);
    expect(reach(who('commander'), 'alerts:read')).toBe('all');
  });

  test('DevOps looks and does not act; a citizen sees no alert; nobody without a role may do anything', () => {
    expect(may(who('devops'), 'alerts:read')).toBe(true);
    expect(may(who('devops'), 'incidents:acknowledge')).toBe(false);
    expect(may(who('citizen', ['wanan']), 'alerts:read', 'wanan')).toBe(false);
    for (const action of ACTIONS) expect(may(who(undefined, ['wanan']), action, 'wanan')).toBe(false);
  });
});
