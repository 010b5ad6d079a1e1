import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { Failure } from '#runtime/failure.ts';
import { toProblem } from '#runtime/problem.ts';
import type { PagesConfig } from '../config.ts';
import { pagesEnv } from '../environment.ts';
import { answerPage, type PageFile, securityHeaders, typeOf } from '../pages.ts';

const { LIVE_URL, UPLOADS_URL } = readEnv(pagesEnv);
const config = readConfig<PagesConfig>();
const root = join(process.env.LAMBDA_TASK_ROOT ?? '.', 'pages');
// An emulator serves every bucket at its one address, and presigns for that.
const security = securityHeaders(config.issuer, LIVE_URL, process.env.AWS_ENDPOINT_URL ?? UPLOADS_URL);

const etagOf = (bytes: Buffer | string): string => `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;

const bytes = new Map<string, Buffer>();
const files = new Map<string, PageFile>();
if (existsSync(root)) {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const stored = join(entry.parentPath, entry.name);
    const compressed = stored.endsWith('.br');
    const path = stored.slice(root.length).replace(/\.br$/, '');
    const content = readFileSync(stored);
    bytes.set(path, content);
    files.set(path, { path, type: typeOf(path), etag: etagOf(content), compressed });
  }
}
const settings = Buffer.from(JSON.stringify({ ...config, liveUrl: LIVE_URL }));
bytes.set('/config.json', settings);
files.set('/config.json', { path: '/config.json', type: 'application/json', etag: etagOf(settings), compressed: false });

const unknown = new Failure('notFound', 'unknown-page', { zh: '没有这个页面', en: 'No such page' });

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { requestContext, rawPath: path, headers } = event;
  const page = answerPage(files, security, { method: requestContext.http.method, path, headers });
  if (page.status === 404) {
    const problem = toProblem(unknown, headers['accept-language'], requestContext.requestId);
    return { statusCode: 404, headers: { ...security, 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) };
  }
  if (page.status === 304) return { statusCode: 304, headers: page.headers };
  const stored = bytes.get(page.file.path) as Buffer;
  const body = page.file.compressed && !page.brotli ? brotliDecompressSync(stored) : stored;
  return { statusCode: 200, headers: page.headers, body: body.toString('base64'), isBase64Encoded: true };
};
