/** What holds for the API as a whole: its reference for everybody, a limit for each caller. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { WINDOW_MS } from '#runtime/rate.ts';
import { as, aws, config, eventually, output, outputs, root, tokenOf } from './support/district.ts';

const fetchAs = async (persona: string, path: string) =>
  fetch(`${outputs().apiUrl}${path}`, { headers: { 'accept-language': 'en', authorization: `Bearer ${await tokenOf(persona)}` } });

describe('the reference', () => {
  test('is the document of this version, for everybody', async () => {
    const response = await fetch(`${outputs().apiUrl}/openapi.json`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(JSON.parse(readFileSync(join(root, 'docs/api/openapi.json'), 'utf8')));
  });

  test('has a page that runs nothing but its own', async () => {
    const response = await fetch(`${outputs().apiUrl}/docs/api`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  test('tells the truth of tokens: without one 401, with one that is not good 403, by the gateway', async () => {
    const ask = (headers: Record<string, string>) => fetch(`${outputs().apiUrl}/v1/me`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: 'Bearer x.y.z' })).status).toBe(403);
  });
});

describe('a caller’s limit', () => {
  const exhaust = async (sub: string) => {
    const dynamo = new DynamoDBClient(aws());
    const minute = Math.floor(Date.now() / WINDOW_MS);
    for (const window of [minute, minute + 1, minute + 2]) {
      const Item = { id: { S: `${sub}#${window}` }, taken: { N: '1000000' }, expires: { N: String((window + 2) * 60) } };
      await dynamo.send(new PutItemCommand({ TableName: output('RatesTableName'), Item }));
    }
  };

  test('is told with each answer', async () => {
    const { headers } = await fetchAs('reviewer', '/v1/me');
    expect(headers.get('ratelimit-policy')).toMatch(/^"person";q=\d+;w=60$/);
    expect(headers.get('ratelimit')).toMatch(/^"person";r=\d+;t=\d+$/);
    expect((await fetchAs('education-service', '/v1/me')).headers.get('ratelimit-policy')).toMatch(/^"service";/);
  });

  test('used up is answered with 429 and when to come back, and is nobody else’s concern', async () => {
    const { id } = config.district.officers.find(({ duties }) => duties.some(({ duty }) => duty === 'auditor')) ?? { id: '' };
    await exhaust(id);
    // What a container had leased before may still be spent.
    const refused = await eventually('a refusal', async () => {
      const response = await fetchAs('auditor', '/v1/me');
      return response.status === 429 && response;
    });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toMatch(/^"person";r=0;t=\d+$/);
    expect(await refused.json()).toMatchObject({ type: 'urn:luojiang:problem:too-many-requests', status: 429 });
    expect((await as('reviewer').get('/v1/me')).status).toBe(200);
  });
});

describe('docs/api/README.md', () => {
  const readme = readFileSync(join(root, 'docs/api/README.md'), 'utf8');
  /** By their order on the page: what a reader would paste. */
  const blocks = [...readme.matchAll(/```bash\n(.*?)```/gs)].map(([, block]) => block as string).filter((block) => block.includes('curl'));

  const paste = async (block: string, variables: Record<string, string> = {}): Promise<string> => {
    const here = block.replace(/^TOKEN=.*$/m, '').replaceAll('curl ', 'curl -sS ');
    const env = { ...process.env, API: outputs().apiUrl, TOKEN: await tokenOf('it-officer-education'), ...variables };
    return (await promisify(execFile)('bash', ['-euc', here], { env })).stdout;
  };

  test('can be pasted line by line, and does what it says', async () => {
    const [me, error, create, save, list, limits] = blocks as [string, string, string, string, string, string];
    expect(blocks).toHaveLength(6);
    expect(JSON.parse(await paste(me))).toMatchObject({ name: expect.any(String) });
    expect(await paste(error)).toMatch(/404 Not Found.*unknown-case/s);
    const created = await paste(create);
    expect(created).toMatch(/201 Created.*etag: "1"/s);
    const { caseId } = JSON.parse(created.slice(created.indexOf('{'))) as { caseId: string };
    expect(await paste(create)).toContain(caseId);
    expect(await paste(create.replace('"data":{}', '"data":{"term":{}}'))).toMatch(/ 400 /);
    expect(await paste(save, { CASE: caseId })).toMatch(/200 OK.*etag: "2"/s);
    expect(await paste(save, { CASE: caseId })).toMatch(/412 .*stale-version/s);
    const [first = '', next = ''] = list.trim().split('\n');
    const { items } = JSON.parse(await paste(first.replace('limit=20', 'limit=1'))) as { items: unknown[] };
    expect(items).toHaveLength(1);
    expect(await paste(next, { NEXT: 'bm9uc2Vuc2U' })).toContain('invalid-cursor');
    expect(await paste(limits)).toMatch(/ratelimit: "person";r=\d+;t=\d+/);
  });
});
