import { expect, test } from 'vitest';
import { answerPage, isText, type PageFile, securityHeaders, typeOf } from './pages.ts';

const file = (path: string): [string, PageFile] => [path, { path, type: typeOf(path), etag: `"${path}"`, compressed: isText(path) }];
const files = new Map(['/index.html', '/assets/app-1a2b.js', '/assets/noto-3c.woff2', '/config.json'].map(file));
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') => answerPage(files, {}, { method, path, headers });

test('a path of the console is the one page', () => {
  expect(get('/alerts/alt_01')).toMatchObject({ status: 200, file: { path: '/index.html' }, headers: { 'cache-control': 'no-cache' } });
});

test('what is no page and no file is not found', () => {
  expect(get('/assets/app-old.js').status).toBe(404);
  expect(get('/v1/unknown').status).toBe(404);
  expect(get('/', {}, 'POST').status).toBe(404);
});

test('assets are kept for ever, the rest is asked for again', () => {
  expect(get('/assets/app-1a2b.js')).toMatchObject({ headers: { 'cache-control': 'public, max-age=31536000, immutable' } });
  expect(get('/config.json')).toMatchObject({ headers: { 'cache-control': 'no-cache' } });
  expect(get('/config.json', { 'if-none-match': '"/config.json"' }).status).toBe(304);
});

test('brotli goes out only to those who ask for it, and never twice compressed', () => {
  expect(get('/assets/app-1a2b.js', { 'accept-encoding': 'gzip, br' })).toMatchObject({
    brotli: true,
    headers: { 'content-encoding': 'br' },
  });
  expect(get('/assets/app-1a2b.js', { 'accept-encoding': 'gzip' })).toMatchObject({ brotli: false });
  expect(get('/assets/noto-3c.woff2', { 'accept-encoding': 'br' })).toMatchObject({ brotli: false });
});

test('the page talks to its own origin, the issuer, the live endpoint and the files’ bucket, and to nobody else', () => {
  const policy = securityHeaders('https://id.example.gov.cn/realms/a', 'wss://live.example.gov.cn/live', 'https://files.example.gov.cn')[
    'content-security-policy'
  ];
  expect(policy).toContain("connect-src 'self' https://id.example.gov.cn wss://live.example.gov.cn https://files.example.gov.cn;");
  // No code is made from text at run time: forms are checked without it.
  expect(policy).not.toContain('unsafe-eval');
  expect(policy).toContain("frame-ancestors 'none'");
  expect(securityHeaders('http://localhost:4561', '/live', 'http://127.0.0.1:4566')['content-security-policy']).toContain(
    "connect-src 'self' http://localhost:4561 http://127.0.0.1:4566;",
  );
});
