/** Where a request carries its token: `Authorization: Bearer …` (RFC 6750 §2.1), or, for WebSockets, as a subprotocol `bearer.<jwt>`. */
const header = (headers: Readonly<Record<string, string | undefined>>, name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];

const JWT = '[\\w-]+\\.[\\w-]+\\.[\\w-]+';

export const bearerOf = (headers: Readonly<Record<string, string | undefined>>): string | undefined => {
  const authorization = new RegExp(`^Bearer +(${JWT})$`, 'i').exec(header(headers, 'authorization') ?? '')?.[1];
  if (authorization) return authorization;
  const protocols = (header(headers, 'sec-websocket-protocol') ?? '').split(',').map((protocol) => protocol.trim());
  const offered = protocols.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
  return offered !== undefined && new RegExp(`^${JWT}$`).test(offered) ? offered : undefined;
};
