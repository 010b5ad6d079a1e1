/**
 * A client names the API it wants a token for by `resource`. RFC 8707 section 2 has that be an absolute URI and oidc-provider holds to it,
 * while the audiences of most issuers are plain names. The district's audience is what the provider assumes without a `resource`,
 * so that one is left out here; any other name reaches the provider and is refused there.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const FORM = 'application/x-www-form-urlencoded';

const without = (parameters: URLSearchParams, audience: string): URLSearchParams =>
  new URLSearchParams([...parameters].filter(([name, value]) => name !== 'resource' || value !== audience));

export const isForm = (request: IncomingMessage): boolean =>
  request.method === 'POST' && (request.headers['content-type'] ?? '').startsWith(FORM);

export const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => new URLSearchParams(await text(request));

/** The same request without the district's own audience as a resource. */
export const withoutAudience = async (request: IncomingMessage, audience: string): Promise<IncomingMessage> => {
  const [path = '/', ...search] = (request.url ?? '/').split('?');
  const query = without(new URLSearchParams(search.join('?')), audience);
  const url = query.size === 0 ? path : `${path}?${query}`;
  if (!isForm(request)) return Object.assign(request, { url });
  const body = Buffer.from(without(await readForm(request), audience).toString());
  const { method, socket, httpVersion, httpVersionMajor, httpVersionMinor } = request;
  const headers = { ...request.headers, 'content-length': String(body.length) };
  delete headers['transfer-encoding'];
  return Object.assign(Readable.from([body]), {
    method,
    url,
    headers,
    socket,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
  }) as unknown as IncomingMessage;
};
