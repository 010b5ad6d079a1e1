import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Principal, ROLES, type Role } from '#functions/identity/access.ts';
import { toContext } from '#functions/identity/principal.ts';
import { Failure } from './failure.ts';
import { api, ask, error, GET, got, move, moved, POST, person, take } from './http.fixture.ts';
import { denied } from './http.ts';
import { Bytes } from './operation.ts';

beforeEach(() => vi.clearAllMocks());
afterEach(() => void take.mockResolvedValue(undefined));

describe('an operation', () => {
  test('answers its value as JSON that nobody keeps and no browser guesses at', async () => {
    expect(await ask(GET)).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      body: { percent: 40 },
    });
  });

  test('answers with the status of its definition', async () => {
    expect(await move({ percent: 60 })).toMatchObject({ statusCode: 202, body: { percent: 60 } });
  });

  test('is told who asks for what, when, and under which id', async () => {
    vi.useFakeTimers({ now: 1_782_846_000_000 });
    try {
      await move({ percent: 60, note: '开闸' });
    } finally {
      vi.useRealTimers();
    }
    expect(moved).toHaveBeenCalledExactlyOnceWith({
      principal: person('commander'),
      params: { gateId: 'gate-7' },
      query: {},
      body: { percent: 60, note: '开闸' },
      now: 1_782_846_000_000,
      requestId: 'req-7',
    });
  });

  test('gets numbers and defaults out of a query of strings', async () => {
    await ask(GET, { queryStringParameters: { limit: '20' } });
    await ask(GET, { queryStringParameters: { town: 'wanan' } });
    expect(got.mock.calls.map(([call]) => (call as { query: object }).query)).toEqual([{ limit: 20 }, { limit: 200, town: 'wanan' }]);
  });

  test('takes a body in base64, whatever letters it has', async () => {
    await move(Buffer.from('{"percent":60,"note":"开闸"}').toString('base64'), { isBase64Encoded: true });
    expect(moved).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ body: { percent: 60, note: '开闸' } }));
  });

  test('that has no body reads none', async () => {
    expect(await ask(GET, { body: '{' })).toMatchObject({ statusCode: 200 });
    expect(got).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ body: undefined }));
  });
});

describe('input that the schema does not name', () => {
  test.each([
    ['the path', 'path', () => ask(GET, { pathParameters: { gateId: 'gate-7', force: '1' } })],
    ['the query', 'query', () => ask(GET, { queryStringParameters: { force: '1' } })],
    ['the body', 'body', () => move({ percent: 60, force: true })],
    ['a body that would be a prototype', 'body', () => move('{"percent":60,"__proto__":{"force":true}}')],
  ])('in %s is refused by its name', async (_, pointer, asked) => {
    const { statusCode, body } = await asked();
    expect(statusCode).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid-input',
      detail: `Invalid input: ${pointer} must NOT have additional properties`,
      errors: [{ pointer, additionalProperty: expect.stringMatching(/force|__proto__/) }],
    });
    expect(got).not.toHaveBeenCalled();
    expect(moved).not.toHaveBeenCalled();
  });
});

describe('input that the schema refuses', () => {
  test.each([
    ['a path', 'path/gateId', () => ask(GET, { pathParameters: { gateId: 'gate-x' } })],
    ['a query', 'query/limit', () => ask(GET, { queryStringParameters: { limit: '0' } })],
    ['a query that is no number', 'query/limit', () => ask(GET, { queryStringParameters: { limit: 'all' } })],
    ['a body', 'body/percent', () => move({ percent: 101 })],
    ['a number as a string in a body, where JSON has numbers', 'body/percent', () => move({ percent: '60' })],
    ['an empty body', 'body', () => move('{}')],
    ['no body', 'body', () => ask(POST)],
    ['a list', 'body', () => move([])],
    ['null', 'body', () => move('null')],
  ])('%s is pointed at', async (_, pointer, asked) => {
    expect(await asked()).toMatchObject({ statusCode: 400, body: { code: 'invalid-input', errors: [{ pointer }] } });
    expect(moved).not.toHaveBeenCalled();
  });

  test.each([
    ['zh-CN', '输入不符合要求：', ['不得小于 0', '须为文本', '不得有 force']],
    ['en', 'Invalid input: ', ['must be >= 0', 'must be string', 'must NOT have additional properties']],
  ])('is told all at once, in the caller’s language: %s', async (tongue, prefix, messages) => {
    const { body } = await move({ percent: -1, note: 7, force: true }, { headers: { 'accept-language': tongue } });
    const [first] = body.errors;
    expect(body.detail).toBe(`${prefix}${first.pointer} ${first.message}`);
    const told = new Map(body.errors.map(({ pointer, message }: { pointer: string; message: string }) => [pointer, message]));
    expect([...told.keys()].sort()).toEqual(['body', 'body/note', 'body/percent']);
    expect(['body/percent', 'body/note', 'body'].map((pointer) => told.get(pointer))).toEqual(messages);
  });

  test('and where a part takes nothing at all', async () => {
    const { body } = await ask(GET, { headers: { 'accept-language': 'zh' }, queryStringParameters: { force: '1' } });
    expect(body.errors).toMatchObject([{ pointer: 'query', message: '不得有 force' }]);
  });

  test.each([
    ['broken JSON', '{"percent":', false],
    ['an empty text', '', false],
    ['broken JSON in base64', Buffer.from('{').toString('base64'), true],
    ['JSON that is said to be base64', '{"percent":60}', true],
  ])('%s is no JSON', async (_, body, isBase64Encoded) => {
    expect(await move(body, { isBase64Encoded })).toMatchObject({ statusCode: 400, body: { code: 'malformed-json', status: 400 } });
  });
});

describe('a refusal', () => {
  const refused = async (as: Role, language: string) =>
    (await ask(POST, { as, body: '{"percent":60}', headers: { 'accept-language': language } })).body;

  test('says who may, in the caller’s language', async () => {
    expect(await refused('citizen', 'zh-CN')).toMatchObject({
      status: 403,
      code: 'not-permitted',
      detail: '您没有此项权限。此操作限于：值班员，在本镇；指挥长、市联络员，在全区',
    });
    expect((await refused('devops', 'en')).detail).toBe(
      'You are not permitted to do this: only these may: duty officers, in their own towns; commanders and the city’s liaison, in the whole district',
    );
  });

  test('by a rule that forbids says that rule', async () => {
    const machine: Principal = { ...person('citizen'), kind: 'service', duties: [{ department: 'education', duty: 'head' }] };
    got.mockImplementationOnce(async () => {
      throw denied(machine, 'directory:delegate', { type: 'Department', id: 'education' });
    });
    expect((await ask(GET, { headers: { 'accept-language': 'zh' } })).body.detail).toBe('您没有此项权限。机器账号不得改动人员目录');
  });
});

describe('who may not', () => {
  test.each([
    ['no authorizer', null],
    ['an authorizer without a context', {}],
    ['an empty context', { lambda: {} }],
    ['a context that is null', { lambda: null }],
    ['a context without an id', { lambda: { roles: 'commander', towns: 'wanan' } }],
    ['an empty id', { lambda: { id: '', roles: 'commander' } }],
    ['an id that is no text', { lambda: { id: 7, roles: 'commander' } }],
  ])('behind %s is refused as nobody, not as a fault of ours', async (_, authorizer) => {
    expect(await ask(GET, { authorizer })).toMatchObject({ statusCode: 403, body: { code: 'not-authenticated' } });
    expect(got).not.toHaveBeenCalled();
  });

  test('is refused before the input is looked at: a schema is not told to strangers', async () => {
    expect(await move('{', { as: 'citizen' })).toMatchObject({ statusCode: 403, body: { code: 'not-permitted' } });
  });

  test('is everybody whose role does not name the action', async () => {
    const statuses = await Promise.all(ROLES.map(async (as) => [as, (await move({ percent: 60 }, { as })).statusCode]));
    expect(Object.fromEntries(statuses)).toEqual({
      'duty-officer': 202,
      commander: 202,
      'city-liaison': 202,
      devops: 403,
      citizen: 403,
    });
  });
});

describe('how often one may ask', () => {
  const standing = { allowed: true, kind: 'person', limit: 600, remaining: 598, reset: 42 } as const;
  const headers = { 'ratelimit-policy': '"person";q=600;w=60', ratelimit: '"person";r=598;t=42' };

  test('is told with each answer, a refusal too', async () => {
    take.mockResolvedValue(standing);
    expect(await ask(GET)).toMatchObject({ statusCode: 200, headers });
    expect(await move('{')).toMatchObject({ statusCode: 400, headers });
    expect(take).toHaveBeenCalledWith(person('commander'), expect.closeTo(Date.now(), -4));
  });

  test('is up: nothing is done, and the caller told when to come back', async () => {
    take.mockResolvedValue({ ...standing, allowed: false, remaining: 0 });
    expect(await move({ percent: 60 })).toMatchObject({
      statusCode: 429,
      headers: { 'retry-after': '42', 'ratelimit-policy': '"person";q=600;w=60', ratelimit: '"person";r=0;t=42' },
      body: { code: 'too-many-requests', detail: 'At most 600 requests a minute: try again in 42 s', limit: 600, retryAfter: 42 },
    });
    expect(moved).not.toHaveBeenCalled();
  });

  test('counts for who may not do it as well: guessing is asking', async () => {
    await ask(GET, { as: 'citizen' });
    expect(take).toHaveBeenCalledOnce();
  });

  test('is nobody’s who is not known', async () => {
    await ask(GET, { authorizer: null });
    expect(take).not.toHaveBeenCalled();
  });
});

test.each(['GET /v1/nothing', 'DELETE /v1/gates/{gateId}', 'GET /v1/gates/gate-7', '$default', ''])(
  '%s is no operation',
  async (routeKey) => {
    expect(await ask(routeKey)).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      body: { code: 'unknown-route', status: 404, instance: 'urn:request:req-7' },
    });
  },
);

describe('a handler that fails', () => {
  test('answers with what it says, and logs no error: the caller was told', async () => {
    got.mockRejectedValueOnce(new Failure('conflict', 'gate-moving', { zh: '闸门正在动作', en: 'The gate is moving' }, { until: 'soon' }));
    expect(await ask(GET)).toMatchObject({
      statusCode: 409,
      headers: { 'content-type': 'application/problem+json' },
      body: { code: 'gate-moving', detail: 'The gate is moving', until: 'soon' },
    });
    expect(error).not.toHaveBeenCalled();
  });

  test('unexpectedly tells the caller nothing and the log everything, under the request’s id', async () => {
    const fault = new Error('arn:aws-cn:dynamodb: secret');
    got.mockRejectedValueOnce(fault);
    const answer = await ask(GET);
    expect(answer).toMatchObject({ statusCode: 500, body: { code: 'internal-error', instance: 'urn:request:req-7' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(error).toHaveBeenCalledExactlyOnceWith('request failed', { route: GET, requestId: 'req-7', error: fault });
  });

  test('for the moment is logged as well', async () => {
    got.mockRejectedValueOnce(new Failure('temporary', 'store-busy', { zh: '繁忙', en: 'Busy' }));
    expect(await ask(GET)).toMatchObject({ statusCode: 503 });
    expect(error).toHaveBeenCalledOnce();
  });
});

test('an answer that is not JSON goes out byte for byte, under its own type', async () => {
  const content = Uint8Array.of(0, 255, 10);
  got.mockResolvedValueOnce(new Bytes(content, 'application/octet-stream', 'private, max-age=60') as never);
  const event = {
    routeKey: GET,
    headers: {},
    pathParameters: { gateId: 'gate-7' },
    requestContext: { requestId: 'r', authorizer: { lambda: toContext(person('devops')) } },
  };
  expect(await api(event as never)).toMatchObject({
    statusCode: 200,
    isBase64Encoded: true,
    body: Buffer.from(content).toString('base64'),
    headers: { 'content-type': 'application/octet-stream', 'cache-control': 'private, max-age=60', 'x-content-type-options': 'nosniff' },
  });
});
