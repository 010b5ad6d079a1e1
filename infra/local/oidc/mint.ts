/** An access token as the local issuer would sign it, without a browser: for curl and for tests. */
import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { Config } from '../../config/schema.ts';
import type { Persona } from '../personas.ts';
import { ALGORITHM, signingKey } from './keys.ts';

export const ACCESS_TOKEN_SECONDS = 3600;

/** The claims by which the platform knows its caller, under the names that the district's YAML gives them. */
export const claimsOf = ({ district }: Config, { name, roles, towns }: Persona): Record<string, unknown> => ({
  name: name.zh,
  [district.identity.claims.roles]: [...roles],
  [district.identity.claims.towns]: [...towns],
});

export interface Mint {
  readonly config: Config;
  readonly keysFile: string;
  readonly issuer: string;
  readonly persona: Persona;
  /** Seconds */
  readonly expiresIn?: number | undefined;
  /** ms since the epoch */
  readonly now?: number | undefined;
}

export const mintToken = async ({
  config,
  keysFile,
  issuer,
  persona,
  expiresIn = ACCESS_TOKEN_SECONDS,
  now = Date.now(),
}: Mint): Promise<string> => {
  const key = await signingKey(keysFile);
  const { audience, clientId } = config.district.identity;
  const seconds = Math.floor(now / 1000);
  return new SignJWT({ ...claimsOf(config, persona), client_id: clientId, jti: randomUUID() })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', ...(key.kid !== undefined && { kid: key.kid }) })
    .setSubject(persona.sub)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + expiresIn)
    .sign(await importJWK(key, ALGORITHM));
};
