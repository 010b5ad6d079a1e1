/** What a request says about versions, by which name it is known, and what it may not leave open. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ADD, added, ask, GET, got, move, moved, PUT, set } from './http.fixture.ts';
import { requireVersion } from './preconditions.ts';

beforeEach(() => vi.clearAllMocks());

describe('input that says two things', () => {
  test.each([
    ['a field twice', '{"percent":60,"percent":0}', 'percent'],
    ['a field twice, once in disguise', '{"percent":60,"p\\u0065rcent":0}', 'percent'],
    ['a field of a field twice', '{"percent":60,"plan":{"a":[{"开":1,"开":2}]}}', '开'],
  ])('%s in the body is refused by its name', async (_, body, name) => {
    const answer = await ask(PUT, { body, headers: { 'accept-language': 'en', 'if-match': '"7"' } });
    expect(answer).toMatchObject({ statusCode: 400, body: { code: 'repeated-field', detail: `“${name}” stands twice in the body` } });
    expect(set).not.toHaveBeenCalled();
  });

  test.each(['limit=20&limit=30', 'town=a&limit=20&t%6Fwn=b', 'town&town='])(
    'a parameter twice (%s) is refused',
    async (rawQueryString) => {
      // What API Gateway makes of it: one text that nobody sent.
      const answer = await ask(GET, { rawQueryString, queryStringParameters: { town: 'a,b' } });
      expect(answer).toMatchObject({ statusCode: 400, body: { code: 'repeated-field' } });
      expect(got).not.toHaveBeenCalled();
    },
  );

  test('the same name in two objects, and parameters once each, are fine', async () => {
    const body = '{"percent":60,"plan":[{"a":1},{"a":2,"b":{"a":3}}]}';
    expect(await ask(PUT, { body, headers: { 'if-match': '"7"' } })).toMatchObject({ statusCode: 200 });
    expect(await ask(GET, { rawQueryString: 'town=wanan&limit=20', queryStringParameters: { town: 'wanan', limit: '20' } })).toMatchObject({
      statusCode: 200,
    });
  });
});

describe('a body', () => {
  const sized = (bytes: number) => `{"percent":60,"note":"${'x'.repeat(bytes - '{"percent":60,"note":""}'.length)}"}`;

  test('of 256 KB is taken, a byte more is not, however it comes', async () => {
    expect(await move(sized(262_144))).toMatchObject({ statusCode: 202 });
    expect(await move(sized(262_145))).toMatchObject({ statusCode: 413, body: { code: 'body-too-large', title: 'Too large' } });
    const packed = Buffer.from(sized(262_145)).toString('base64');
    expect(await move(packed, { isBase64Encoded: true })).toMatchObject({ statusCode: 413 });
    // Bytes count, not characters.
    expect(await move(`{"percent":60,"note":"${'罗'.repeat(90_000)}"}`)).toMatchObject({ statusCode: 413 });
    expect(moved).toHaveBeenCalledOnce();
  });

  test('in bytes that are no text, or with a mark before it, is no JSON', async () => {
    const torn = Buffer.concat([Buffer.from('{"percent":60,"note":"'), Buffer.from([0xff, 0xc0]), Buffer.from('"}')]);
    expect(await move(torn.toString('base64'), { isBase64Encoded: true })).toMatchObject({
      statusCode: 400,
      body: { code: 'malformed-json' },
    });
    expect(await move('\ufeff{"percent":60}')).toMatchObject({ statusCode: 400, body: { code: 'malformed-json' } });
  });

  test('nested deeper than a table can hold is refused', async () => {
    const nested = (levels: number) => `{"percent":60,"plan":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    const headers = { 'accept-language': 'en', 'if-match': '"7"' };
    expect(await ask(PUT, { body: nested(20), headers })).toMatchObject({ statusCode: 200 });
    expect(await ask(PUT, { body: nested(21), headers })).toMatchObject({ statusCode: 400, body: { code: 'nested-too-deeply' } });
    expect(await ask(PUT, { body: nested(100_000), headers })).toMatchObject({ statusCode: 400, body: { code: 'nested-too-deeply' } });
  });

  test('with thousands of mistakes is answered by some of them', async () => {
    const body = JSON.stringify({ percent: 60, notes: Array.from({ length: 20_000 }, () => 7) });
    const answer = await ask(PUT, { body, headers: { 'if-match': '"7"' } });
    expect([answer.statusCode, answer.body.errors.length]).toEqual([400, 50]);
  });
});

describe('an operation on a version', () => {
  const put = (ifMatch?: string) =>
    ask(PUT, { body: '{"percent":50}', headers: { 'accept-language': 'en', ...(ifMatch !== undefined && { 'if-match': ifMatch }) } });

  test('is told which, and answers with the new one as its tag', async () => {
    expect(await put('"7"')).toMatchObject({ statusCode: 200, headers: { etag: '"8"' }, body: { version: 8 } });
    expect(set).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ ifMatch: 7 }));
  });

  test.each([
    ['"0"', 0],
    ['W/"12"', 12],
    [' "7" ', 7],
  ])('takes %s', async (tag, version) => {
    await put(tag);
    expect(set).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ ifMatch: version }));
  });

  test('without it is not done: 428', async () => {
    expect(await put()).toMatchObject({ statusCode: 428, body: { code: 'if-match-required', title: 'Version required' } });
    expect(set).not.toHaveBeenCalled();
  });

  test.each(['7', '*', '"7", "8"', '"abc"', '"-1"', '"7.0"', '""', '', 'w/"7"', `"${'9'.repeat(16)}"`])('refuses %s', async (tag) => {
    expect(await put(tag)).toMatchObject({ statusCode: 400, body: { code: 'malformed-if-match' } });
    expect(set).not.toHaveBeenCalled();
  });

  test('that is no longer so is answered with 412 and the one that is', async () => {
    set.mockImplementationOnce(async (call) => {
      requireVersion(9, (call as { ifMatch: number }).ifMatch);
      return { percent: 0, version: 10 };
    });
    expect(await put('"7"')).toMatchObject({ statusCode: 412, body: { code: 'stale-version', version: 9 } });
    expect(await put('"9"')).toMatchObject({ statusCode: 200 });
  });

  test('is looked at after the input: what is wrong with that is told first', async () => {
    expect(await ask(PUT, { body: '{"percent":"x"}' })).toMatchObject({ statusCode: 400, body: { code: 'invalid-input' } });
  });
});

test('an answer without a version has no tag, and nobody is told a version that they need not say', async () => {
  got.mockResolvedValueOnce({ percent: 40, version: 'x' } as never);
  expect((await ask(GET)).headers).not.toHaveProperty('etag');
  await ask(GET, { headers: { 'if-match': 'x', 'idempotency-key': '/' } });
  expect(Object.keys(got.mock.calls.at(-1)?.[0] as object)).not.toContain('ifMatch');
});

describe('an operation under a key', () => {
  const add = (key?: string) =>
    ask(ADD, {
      pathParameters: {},
      body: '{"percent":0}',
      headers: { 'accept-language': 'en', ...(key !== undefined && { 'idempotency-key': key }) },
    });

  test.each([
    ['k', 'k'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"8e03978e-40d5"', '8e03978e-40d5'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('takes %s', async (header, key) => {
    expect(await add(header)).toMatchObject({ statusCode: 201 });
    expect(added).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ key }));
  });

  test.each([undefined, '', ' ', '""', '"k', 'k"', 'a b', 'a/b', '钥', 'x'.repeat(65), `"${'x'.repeat(65)}"`, '../k'])(
    'is not done with %s',
    async (key) => {
      expect(await add(key)).toMatchObject({ statusCode: 400, body: { code: 'idempotency-key-required' } });
      expect(added).not.toHaveBeenCalled();
    },
  );
});
