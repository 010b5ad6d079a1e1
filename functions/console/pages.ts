/** Which file answers a request for a page, and with which headers: the console is one page, its paths are its own. */
export interface PageFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  /** Held as brotli: text is, fonts and pictures are compressed already. */
  readonly compressed: boolean;
}

export type Page =
  | { readonly status: 404 }
  | { readonly status: 304; readonly headers: Readonly<Record<string, string>> }
  | { readonly status: 200; readonly headers: Readonly<Record<string, string>>; readonly file: PageFile; readonly brotli: boolean };

export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const ORIGIN = /^(\w+:\/\/[^/]+)/;

/** Nothing from elsewhere runs in the console or frames it; it talks to its own origin, the issuer, the live endpoint and where files go. */
export const securityHeaders = (issuer: string, liveUrl: string, uploadsUrl: string): Record<string, string> => {
  const origins = [issuer, liveUrl, uploadsUrl].flatMap((url) => ORIGIN.exec(url)?.[1] ?? []);
  return {
    'content-security-policy': [
      "default-src 'self'",
      `connect-src ${["'self'", ...origins].join(' ')}`,
      // Ant Design writes its styles at run time.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'cross-origin-opener-policy': 'same-origin',
  };
};

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
};

export const typeOf = (path: string): string => TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** What brotli makes smaller. */
export const isText = (path: string): boolean => !/\.(woff2|png|ico)$/.test(path);

/** Vite names assets by their content. */
const isImmutable = (path: string): boolean => path.startsWith('/assets/');

const lookUp = (files: ReadonlyMap<string, PageFile>, path: string): PageFile | undefined => {
  const file = files.get(path);
  if (file) return file;
  const isPage = !path.startsWith('/v1/') && !path.slice(path.lastIndexOf('/')).includes('.');
  return isPage ? files.get('/index.html') : undefined;
};

export const answerPage = (
  files: ReadonlyMap<string, PageFile>,
  security: Readonly<Record<string, string>>,
  request: PageRequest,
): Page => {
  const file = request.method === 'GET' || request.method === 'HEAD' ? lookUp(files, request.path) : undefined;
  if (!file) return { status: 404 };
  const caching = isImmutable(file.path) ? 'public, max-age=31536000, immutable' : 'no-cache';
  const headers = { ...security, 'cache-control': caching, etag: file.etag, vary: 'accept-encoding' };
  if (request.headers['if-none-match'] === file.etag) return { status: 304, headers };
  const brotli = file.compressed && /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
  return {
    status: 200,
    headers: { ...headers, 'content-type': file.type, ...(brotli && { 'content-encoding': 'br' }) },
    file,
    brotli,
  };
};
