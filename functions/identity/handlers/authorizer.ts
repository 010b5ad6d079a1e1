import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { logger } from '#runtime/logger.ts';
import { bearerOf } from '../bearer.ts';
import type { Identified } from '../claims.ts';
import type { IdentityConfig } from '../config.ts';
import { dayOf, hasLeft } from '../directory.ts';
import { authorizerEnv } from '../environment.ts';
import { type Context, toContext } from '../principal.ts';
import { Directory } from '../store.ts';
import type { Principal } from '../terms.ts';
import { type Expected, issuerKeys, verify } from '../verify.ts';

const env = readEnv(authorizerEnv);
const { officers, bureau, timezone } = readConfig<IdentityConfig>();
const directory = new Directory(dynamo(), env.DIRECTORY_TABLE, officers);
const keys = issuerKeys(env.OIDC_ISSUER, env.JWKS_URI);
const expected: Expected = {
  issuer: env.OIDC_ISSUER,
  audience: env.OIDC_AUDIENCE,
  claims: { roles: env.ROLES_CLAIM, towns: env.TOWNS_CLAIM },
};

type HttpAnswer = APIGatewaySimpleAuthorizerWithContextResult<Context | Record<string, never>>;

/** The authorizer of a WebSocket answers with a policy. */
interface ConnectEvent {
  readonly methodArn: string;
  readonly headers?: Record<string, string | undefined>;
}

const policy = (effect: 'Allow' | 'Deny', resource: string, context: Context | undefined): APIGatewayAuthorizerResult => ({
  principalId: context?.id ?? 'nobody',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }] },
  ...(context && { context: { ...context } }),
});

/** Undefined for whoever has left: to the platform they are nobody, whatever their issuer says. */
const withDuties = async (identified: Identified): Promise<Principal | undefined> => {
  const today = dayOf(Date.now(), timezone);
  const { entry, duties } = await directory.holder(identified.id, today);
  if (entry && hasLeft(entry, today)) return undefined;
  return { ...identified, kind: entry?.kind ?? 'person', duties, bureau };
};

const contextOf = async (headers: Record<string, string | undefined> | undefined): Promise<Context | undefined> => {
  const token = bearerOf(headers ?? {});
  if (token === undefined) return undefined;
  const verified = await verify(token, keys, expected);
  // The reason, never the token.
  if (!('id' in verified)) logger.info('token refused', { reason: verified.reason });
  const principal = 'id' in verified ? await withDuties(verified) : undefined;
  if ('id' in verified && !principal) logger.info('token refused', { reason: 'left' });
  return principal && toContext(principal);
};

/** Serves the HTTP API and the WebSocket's $connect. What it cannot find out is an error, not a permission. */
export const handler = async (
  event: APIGatewayRequestAuthorizerEventV2 | ConnectEvent,
): Promise<HttpAnswer | APIGatewayAuthorizerResult> => {
  const context = await contextOf(event.headers);
  if ('methodArn' in event) return policy(context ? 'Allow' : 'Deny', event.methodArn, context);
  return { isAuthorized: context !== undefined, context: context ?? {} };
};
