/** Who is let in, as whom, and what the directory lets them do: tokens, departments, acting for others, on the local cloud. */
import { join } from 'node:path';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Profile } from '#functions/console/api.ts';
import type { DelegationView, OfficerView } from '#functions/identity/api.ts';
import { toCursor } from '#runtime/cursor.ts';
import { as, aws, command, config, directory, eventually, outputs, request, tokenOf } from './support/district.ts';

const { mintToken } = await import('#infra/local/oidc/mint.ts');
const { personas } = await import('#infra/local/personas.ts');

type Problem = { readonly code: string; readonly detail: string };
const OFFICERS = '/v1/directory/officers';
const DELEGATIONS = '/v1/directory/delegations';
const DAY = 86_400_000;
/** Days of the district's calendar from today. */
const day = (from: number): string => new Date(Date.now() + 8 * 3_600_000 + from * DAY).toISOString().slice(0, 10);

const me = async (who: string) => (await as(who).get<Profile>('/v1/me')).body;
const idsOf = ({ body }: { body: { items: readonly OfficerView[] } }) => body.items.map(({ id }) => id);
const officers = (who: string, query = '') => as(who).get<{ items: OfficerView[]; next?: string } & Problem>(`${OFFICERS}${query}`);

/** Other journeys meet the directory as the configuration begins it. */
afterAll(async () => {
  const { items } = (await as('registrar').get<{ items: DelegationView[] }>(DELEGATIONS)).body;
  for (const { delegationId, inForce } of items) if (inForce) await as('registrar').delete(`${DELEGATIONS}/${delegationId}`);
  for (const { id, name, duties } of config.district.officers) {
    const { body, headers } = await as('registrar').get<OfficerView>(`${OFFICERS}/${id}`);
    if (body.version > 0) await as('registrar').put(`${OFFICERS}/${id}`, { name, duties }, headers.get('etag') as string);
  }
});

describe('a token', () => {
  const { audience, clientId } = config.district.identity;
  const registrar = () => personas(config, Date.now()).find(({ id }) => id === 'registrar') as ReturnType<typeof personas>[number];
  const mint = (change: object = {}) =>
    mintToken({ config, keysFile: join(directory, 'oidc-keys.json'), issuer: outputs().oidcIssuer, persona: registrar(), ...change });
  const of = (change: object) => ({ ...config, district: { ...config.district, identity: { ...config.district.identity, ...change } } });
  const claims = () => ({ name: '于清', roles: [], towns: [], client_id: clientId });

  test('as the issuer signs it is let in', async () => {
    expect((await request('GET', OFFICERS, await mint())).status).toBe(200);
  });

  test.each<[string, () => Promise<string> | string]>([
    ['that has expired', () => mint({ expiresIn: -60 })],
    ['of another issuer', () => mint({ issuer: 'http://localhost:1' })],
    ['for another audience', () => mint({ config: of({ audience: 'another-api' }) })],
    [
      'signed by nobody (alg: none)',
      () =>
        new UnsecuredJWT(claims())
          .setSubject('yu-qing')
          .setIssuer(outputs().oidcIssuer)
          .setAudience(audience)
          .setExpirationTime('5m')
          .encode(),
    ],
    [
      'signed by a stranger',
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({
            alg: 'ES256',
            kid: JSON.parse(Buffer.from((await mint()).split('.')[0] as string, 'base64url').toString()).kid,
          })
          .setSubject('yu-qing')
          .setIssuer(outputs().oidcIssuer)
          .setAudience(audience)
          .setExpirationTime('5m')
          .sign((await generateKeyPair('ES256')).privateKey),
    ],
    [
      'whose bearer was changed after it was signed',
      async () => {
        const [head, body, signature] = (await tokenOf('citizen')).split('.') as [string, string, string];
        const changed = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: 'yu-qing' };
        return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
      },
    ],
    ['that is none', () => 'a.b.c'],
  ])('%s is not', async (_, token) => {
    const { status, body } = await request('GET', OFFICERS, await token());
    expect(status).toBe(403);
    // Not by a policy: it did not get as far as that.
    expect(body).not.toHaveProperty('code');
  });

  test('there must be one', async () => {
    expect((await request('GET', OFFICERS, undefined)).status).toBe(401);
  });
});

describe('a machine client', () => {
  const credentials = async () => {
    const { out } = await command('token.ts', 'education-service', '--credentials');
    return Object.fromEntries(out.split('\n').map((line) => line.split(/=(.*)/).slice(0, 2)));
  };

  test('gets its token by client credentials and does what its department lets it', async () => {
    const { CLIENT_ID, CLIENT_SECRET, TOKEN_ENDPOINT } = await credentials();
    const ask = (secret: string) =>
      fetch(TOKEN_ENDPOINT as string, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${CLIENT_ID}:${secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
    const { access_token } = (await (await ask(CLIENT_SECRET as string)).json()) as { access_token: string };
    expect((await request<Profile>('GET', '/v1/me', access_token)).body).toMatchObject({
      kind: 'service',
      id: 'education-service',
      departments: [{ id: 'education' }],
    });
    expect(idsOf(await request('GET', OFFICERS, access_token))).toEqual(['education-service', 'jiang-he', 'qin-yu']);
    const delegating = { department: 'education', duty: 'it-officer', deputy: 'qin-yu', reason: '自动', until: day(1) };
    const refused = await request<Problem>('POST', DELEGATIONS, access_token, delegating, { 'idempotency-key': 'machine' });
    expect([refused.status, refused.body.code]).toEqual([403, 'not-permitted']);
    expect((await ask('x'.repeat(43))).status).toBe(401);
  });

  test('is told apart from a person at the command line', async () => {
    expect(await command('token.ts', 'registrar', '--credentials')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no machine client'),
    });
  });
});

describe('an officer of one department', () => {
  test('reads their own, and nobody of another: not by asking, not by guessing, not by turning pages', async () => {
    expect(idsOf(await officers('it-officer-education'))).toEqual(['education-service', 'jiang-he', 'qin-yu']);
    const asked = await officers('it-officer-education', '?department=health');
    expect([asked.status, asked.body.detail]).toEqual([
      403,
      'You are not permitted to do this: only these may: the bureau’s registrars; officers of the department',
    ]);
    for (const guessed of ['fang-lan', 'peng-tao', 'nobody'])
      expect((await as('it-officer-education').get<Problem>(`${OFFICERS}/${guessed}`)).body.code, guessed).toBe('unknown-officer');
    const { next } = (await officers('registrar', '?limit=1')).body;
    for (const cursor of [next, toCursor({ id: { S: '' } }).next])
      expect(idsOf(await officers('it-officer-education', `?cursor=${cursor}`))).toEqual(['education-service', 'jiang-he', 'qin-yu']);
    expect((await officers('it-officer-education', '?cursor=x')).body.code).toBe('invalid-cursor');
  });

  test('writes nobody', async () => {
    const body = { name: { zh: '秦瑜', en: 'Qin Yu' }, duties: [] };
    expect((await as('it-officer-education').put<Problem>(`${OFFICERS}/qin-yu`, body, '"0"')).body.code).toBe('not-permitted');
  });

  test('who has no duty at all is told so', async () => {
    expect((await officers('duty-officer-wanan')).body.code).toBe('not-permitted');
    expect((await officers('citizen')).body.code).toBe('not-permitted');
  });
});

/** What the directory says on the bus. */
const published: { name: string; data: Record<string, unknown>; actor: string }[] = [];
const sqs = new SQSClient(aws());
let queue = '';
beforeAll(async () => {
  const events = new EventBridgeClient(aws());
  queue = (await sqs.send(new CreateQueueCommand({ QueueName: 'test-identity' }))).QueueUrl as string;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] }));
  const rule = { EventBusName: config.district.id, Name: 'test-identity' };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['identity'] }) }));
  const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn as string }];
  await events.send(new PutTargetsCommand({ EventBusName: rule.EventBusName, Rule: rule.Name, Targets }));
});
const told = (name: string, about: string) =>
  eventually(`${name} of ${about} on the bus`, async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    for (const { Body } of Messages) {
      const { 'detail-type': type, detail } = JSON.parse(Body as string);
      published.push({ name: type, data: detail.data, actor: detail.metadata.actor });
    }
    return published.find((one) => one.name === name && JSON.stringify(one.data).includes(`"${about}"`));
  });

describe('a registrar', () => {
  const entry = (id: string) => as('registrar').get<OfficerView>(`${OFFICERS}/${id}`);
  const write = (id: string, ifMatch: string, duties: readonly object[], change = {}) =>
    as('registrar').put<OfficerView & Problem>(`${OFFICERS}/${id}`, { name: { zh: '某人', en: 'Somebody' }, duties, ...change }, ifMatch);

  test('enters somebody, changes their duties over the version that was read, and the bus is told', async () => {
    expect((await entry('tan-yu')).status).toBe(404);
    const entered = await write('tan-yu', '"0"', [{ department: 'water', duty: 'head' }]);
    expect([entered.status, entered.headers.get('etag')]).toEqual([200, '"1"']);
    expect(await told('OfficerEntered', 'tan-yu')).toMatchObject({ actor: 'person:yu-qing', data: { kind: 'person' } });

    expect(await write('tan-yu', '"0"', [])).toMatchObject({ status: 412, body: { code: 'stale-version', version: 1 } });
    expect(
      await request('PUT', `${OFFICERS}/tan-yu`, await tokenOf('registrar'), { name: { zh: 'x', en: 'x' }, duties: [] }),
    ).toMatchObject({
      status: 428,
    });
    const tag = (await entry('tan-yu')).headers.get('etag') as string;
    expect(await write('tan-yu', tag, [{ department: 'water', duty: 'it-officer' }])).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await told('DutiesChanged', 'tan-yu')).toMatchObject({ data: { formerly: [{ department: 'water', duty: 'head' }] } });
    expect(published.filter(({ name, data }) => name === 'OfficerEntered' && data.officerId === 'tan-yu')).toHaveLength(1);
    expect(JSON.stringify(published)).not.toContain('某人');
  });

  test('what they write counts at the next token, whatever the configuration says', async () => {
    expect((await me('it-officer-water')).duties).toMatchObject([{ department: { id: 'water' }, duty: 'it-officer' }]);
    await write('shi-jie', '"0"', [{ department: 'transport', duty: 'head' }]);
    expect(await me('it-officer-water')).toMatchObject({ departments: [{ id: 'transport', name: { en: 'Transport Bureau' } }] });
    await write('shi-jie', '"1"', [{ department: 'transport', duty: 'head', until: day(-1) }]);
    expect((await as('it-officer-water').get<Problem>('/v1/me')).body.code).toBe('not-permitted');
  });

  test('whoever left is nobody from that day on', async () => {
    expect((await me('operator')).departments).toMatchObject([{ id: 'big-data' }]);
    expect((await write('dong-kai', '"0"', [{ department: 'big-data', duty: 'operator' }], { leftOn: day(1) })).status).toBe(200);
    expect((await me('operator')).departments).toMatchObject([{ id: 'big-data' }]);
    await write('dong-kai', '"1"', [{ department: 'big-data', duty: 'operator' }], { leftOn: day(0) });
    const gone = await as('operator').get('/v1/me');
    expect([gone.status, Object.keys(gone.body as object)]).toEqual([403, ['message']]);
    expect(await told('OfficerDeparted', 'dong-kai')).toBeDefined();
  });

  test('does not change themselves', async () => {
    const refused = await write('yu-qing', '"0"', [{ department: 'big-data', duty: 'approver' }]);
    expect(refused).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
    expect(refused.body.detail).toContain('nobody changes the entry of their own');
  });

  test('writes nothing that says two things, nor ten megabytes', async () => {
    const token = await tokenOf('registrar');
    const put = (body: string) => request<Problem>('PUT', `${OFFICERS}/tan-yu`, token, body, { 'if-match': '"2"' });
    const name = '"name":{"zh":"谭雨","en":"Tan Yu"}';
    expect((await put(`{${name},"duties":[],"duties":[{"department":"water","duty":"head"}]}`)).body.code).toBe('repeated-field');
    expect((await put(`{${name},"duties":[],"admin":true}`)).body.code).toBe('invalid-input');
    expect((await put(`{${name},"duties":[]`)).body.code).toBe('malformed-json');
    expect((await put(`{${name},"duties":[],"pad":"${'x'.repeat(300_000)}"}`)).status).toBe(413);
    expect((await put('x'.repeat(10_500_000))).status).toBe(413);
    expect((await officers('registrar', '?limit=1&limit=2')).body.code).toBe('repeated-field');
    expect((await entry('tan-yu')).body.version).toBe(2);
  });
});

describe('acting for somebody', () => {
  const wanted = (change = {}) => ({
    department: 'big-data',
    duty: 'reviewer',
    deputy: 'yuan-mei',
    reason: '年休假',
    until: day(30),
    ...change,
  });
  const give = (who: string, key: string, change = {}) =>
    as(who).post<DelegationView & Problem>(DELEGATIONS, wanted(change), { 'idempotency-key': key });
  const actsFor = async (who: string) => (await me(who)).duties.flatMap((duty) => duty.for ?? []);

  test('lasts until it is revoked, once for however many requests, and is told', async () => {
    const [given, again] = await Promise.all([give('reviewer', 'leave-1'), give('reviewer', 'leave-1')]);
    expect([given.status, given.body.inForce]).toEqual([201, true]);
    expect(again.body).toEqual(given.body);
    expect((await give('reviewer', 'leave-1', { until: day(29) })).body.code).toBe('idempotency-key-reused');
    expect(await actsFor('approver')).toEqual(['peng-tao']);
    expect(await told('DutyDelegated', given.body.delegationId)).toMatchObject({ data: { delegator: 'peng-tao', deputy: 'yuan-mei' } });

    const one = `${DELEGATIONS}/${given.body.delegationId}`;
    expect((await as('it-officer-education').delete<Problem>(one)).body.code).toBe('unknown-delegation');
    expect((await as('auditor').delete<Problem>(one)).body.code).toBe('not-your-delegation');
    expect((await as('approver').delete<DelegationView>(one)).body).toMatchObject({ inForce: false, revokedBy: 'yuan-mei' });
    expect(await actsFor('approver')).toEqual([]);
    expect(await told('DelegationRevoked', given.body.delegationId)).toMatchObject({ actor: 'person:yuan-mei' });
    expect(published.filter(({ name }) => name === 'DutyDelegated')).toHaveLength(1);
  });

  test('ends by itself when whose duty it is loses it', async () => {
    expect((await give('reviewer-2', 'leave-2')).status).toBe(201);
    expect(await actsFor('approver')).toEqual(['cao-ning']);
    const moved = { name: { zh: '曹宁', en: 'Cao Ning' }, duties: [{ department: 'big-data', duty: 'auditor' }] };
    expect((await as('registrar').put(`${OFFICERS}/cao-ning`, moved, '"0"')).status).toBe(200);
    expect(await actsFor('approver')).toEqual([]);
    const { items } = (await as('approver').get<{ items: DelegationView[] }>(`${DELEGATIONS}?mine=true`)).body;
    expect(items.map(({ delegator, inForce }) => [delegator.id, inForce])).toContainEqual(['cao-ning', false]);
  });

  test('is refused to strangers, machines and oneself, for what one holds by delegation, for too long', async () => {
    const code = async (who: string, key: string, change: object) => (await give(who, key, change)).body.code;
    expect(await code('reviewer', 'n1', { deputy: 'fang-lan' })).toBe('not-a-colleague');
    expect(await code('reviewer', 'n2', { deputy: 'peng-tao' })).toBe('deputy-is-yourself');
    expect(await code('it-officer-education', 'n3', { department: 'education', duty: 'it-officer', deputy: 'education-service' })).toBe(
      'deputy-is-a-machine',
    );
    expect(await code('reviewer', 'n4', { until: day(91) })).toBe('ends-too-late');
    expect(await code('reviewer', 'n5', { duty: 'approver' })).toBe('not-your-duty');
    expect((await give('reviewer', 'lent')).status).toBe(201);
    expect(await code('approver', 'n6', { deputy: 'pan-yi' })).toBe('held-by-delegation');
  });
});
