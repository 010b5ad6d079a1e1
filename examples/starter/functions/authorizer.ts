import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';

const { OIDC_ISSUER: issuer = '', OIDC_AUDIENCE: audience = '' } = process.env;

/** Signed with a private key: with a shared one, whoever can verify could sign. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

let keys: Promise<JWTVerifyGetKey> | undefined;

const discover = async (): Promise<JWTVerifyGetKey> => {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(3_000) });
  if (!answer.ok) throw new Error(`OIDC discovery: HTTP ${answer.status}`);
  return createRemoteJWKSet(new URL(((await answer.json()) as { jwks_uri: string }).jwks_uri));
};

/** What jose says when the issuer doesn't hand out its keys: not the token's fault, so it must not be remembered as a refusal. */
const isIssuersFault = ({ code }: errors.JOSEError): boolean =>
  [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code].includes(code);

const subjectOf = async (token: string): Promise<string | undefined> => {
  // An issuer that was away is asked again by the next request.
  keys ??= discover().catch((error: unknown) => {
    keys = undefined;
    throw error;
  });
  try {
    const { payload } = await jwtVerify(token, await keys, { issuer, audience, algorithms: ALGORITHMS, requiredClaims: ['exp', 'sub'] });
    return payload.sub;
  } catch (error) {
    if (error instanceof errors.JOSEError && !isIssuersFault(error)) return undefined;
    throw error;
  }
};

type Answer = APIGatewaySimpleAuthorizerWithContextResult<{ readonly id?: string }>;

/** Lets in whoever the district's identity provider vouches for, and tells the function who it is. */
export const handler = async ({ headers }: APIGatewayRequestAuthorizerEventV2): Promise<Answer> => {
  const token = /^Bearer (\S+)$/i.exec(headers?.authorization ?? '')?.[1];
  const id = token && (await subjectOf(token));
  return id ? { isAuthorized: true, context: { id } } : { isAuthorized: false, context: {} };
};
