/** Verifies a bearer token against an OIDC issuer: signature, issuer, audience, time. Any issuer, by configuration. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type ClaimNames, type Identified, principalFrom, type Unacceptable } from './claims.ts';

export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: ClaimNames;
}

/** Public-key signatures only: with an HMAC, whoever holds the public key could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Seconds that two clocks may differ. */
const TOLERANCE = 30;

const TIMEOUT_MS = 3_000;

/** Fetches the issuer's keys when first needed, and again when a token names one that isn't known. */
export const issuerKeys = (issuer: string, jwksUri: string): JWTVerifyGetKey => {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const discover = async (): Promise<JWTVerifyGetKey> => {
    const uri = jwksUri || (await discoverJwks(issuer));
    return createRemoteJWKSet(new URL(uri), { timeoutDuration: TIMEOUT_MS });
  };
  return async (header, token) => {
    keys ??= discover().catch((error: unknown) => {
      // An issuer that was away is asked again by the next request. Keys once found stay: a stranger's token, which names
      // a key that nobody knows, must not make them forgotten while the issuer is away.
      keys = undefined;
      throw error;
    });
    return (await keys)(header, token);
  };
};

const discoverJwks = async (issuer: string): Promise<string> => {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`OIDC discovery: HTTP ${response.status}`);
  const { jwks_uri } = (await response.json()) as { jwks_uri?: string };
  if (!jwks_uri) throw new Error('OIDC discovery: no jwks_uri');
  return jwks_uri;
};

/**
 * What jose says of an issuer that does not hand out its keys (no answer in time, another status than 200, not a key set). Taken for the
 * token's fault, it would lock everybody out for as long as the gateway keeps the refusal, and look like their own mistake.
 */
const ISSUER_FAULTS: readonly string[] = [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code];

/** Why a token is not taken; throws when that cannot be told because the issuer doesn't answer. */
export const verify = async (
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, claims }: Expected,
): Promise<Identified | Unacceptable> => {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: TOLERANCE,
      requiredClaims: ['exp', 'sub'],
    });
    return principalFrom(payload, claims);
  } catch (error) {
    if (error instanceof errors.JOSEError && !ISSUER_FAULTS.includes(error.code)) return { reason: error.code };
    throw error;
  }
};
