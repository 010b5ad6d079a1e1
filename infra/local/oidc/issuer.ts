/**
 * The local cloud's OpenID Connect issuer: it stands for the province's, speaks the same protocol (code flow with PKCE, refresh tokens
 * that rotate, client credentials, JWT access tokens), and instead of asking for a password lets one choose who to be.
 */

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Configuration, errors, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Config } from '../../config/schema.ts';
import { serveOnLoopback } from '../loopback.ts';
import { type Persona, personas } from '../personas.ts';
import { clientMetadata, clientSecrets, machineClients } from './clients.ts';
import { serveFont } from './fonts.ts';
import { ALGORITHM, signingKey } from './keys.ts';
import { memoryAdapter } from './memory.ts';
import { ACCESS_TOKEN_SECONDS, claimsOf } from './mint.ts';
import { contentSecurityPolicy, errorPage, loggedOutPage, loginPage, logoutPage } from './page.ts';
import { isForm, readForm, withoutAudience } from './request.ts';

export { mintToken } from './mint.ts';

export interface IssuerOptions {
  readonly port: number;
  readonly config: Config;
  /** Where the console is opened: the one client's origin. */
  readonly consoleOrigin: string;
  readonly keysFile: string;
  /** The secrets of the machine clients. */
  readonly clientsFile: string;
}

export interface Issuer {
  readonly issuer: string;
  stop(): Promise<void>;
}

const SCOPES = ['openid', 'profile', 'offline_access'];
/** How long somebody stays logged in: a shift, with the time to hand over. */
const SESSION_SECONDS = 26 * 3600;
/** The API under the name that the provider knows it by; tokens carry the district's audience. */
const API = 'urn:luojiang:api';

/** The one client for people is the platform's own: it is granted what it asks for, and nobody is asked for consent. */
const withoutConsent = () => {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.clear();
  return policy;
};

const grantAll = async (ctx: KoaContextWithOIDC) => {
  const { account, client, session, provider } = ctx.oidc;
  if (!account || !client) return undefined;
  const held = session?.grantIdFor(client.clientId);
  const existing = held ? await provider.Grant.find(held) : undefined;
  if (existing?.accountId === account.accountId) return existing;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(SCOPES.join(' '));
  await grant.save();
  return grant;
};

const configure = async ({ port, config, consoleOrigin, keysFile, clientsFile }: IssuerOptions): Promise<Configuration> => {
  const { audience, clientId } = config.district.identity;
  const personaOf = (sub: string | undefined): Persona | undefined => personas(config, Date.now()).find((persona) => persona.sub === sub);
  const machines = machineClients(config);
  const secrets = clientSecrets(clientsFile, machines);
  const policy = contentSecurityPolicy(consoleOrigin);
  const show = (ctx: KoaContextWithOIDC, html: string): void => {
    ctx.set('content-security-policy', policy);
    ctx.type = 'html';
    ctx.body = html;
  };
  return {
    adapter: memoryAdapter(),
    jwks: { keys: [await signingKey(keysFile)] } as NonNullable<Configuration['jwks']>,
    clients: [
      {
        client_id: clientId,
        client_name: 'Luojiang Cloud',
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${consoleOrigin}/callback`],
        post_logout_redirect_uris: [`${consoleOrigin}/signed-out`],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: ALGORITHM,
      },
      ...machines.map((id) => clientMetadata(id, secrets[id] as string)),
    ],
    scopes: SCOPES,
    claims: { openid: ['sub'], profile: ['name'] },
    // With the name in the ID token a client needs no userinfo, which takes no token that is for the API.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    clientBasedCORS: (_, origin) => origin === consoleOrigin,
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      // Cookies know no ports: beside another checkout's issuer this one would log people out of it.
      names: { session: `oidc-${port}-session`, interaction: `oidc-${port}-interaction`, resume: `oidc-${port}-resume` },
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: 3600,
      Session: SESSION_SECONDS,
      Grant: SESSION_SECONDS,
      RefreshToken: SESSION_SECONDS,
    },
    interactions: { policy: withoutConsent(), url: (_, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: grantAll,
    findAccount: (_, sub) => {
      const persona = personaOf(sub);
      return persona && { accountId: sub, claims: () => ({ sub, name: persona.name.zh }) };
    },
    extraTokenClaims: (_, token) => {
      // A machine client is its own account (RFC 9068 section 2.2).
      const persona = personaOf('accountId' in token ? token.accountId : token.clientId);
      return persona && claimsOf(config, persona);
    },
    renderError: (ctx, { error, error_description }) => show(ctx, errorPage(error, error_description)),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => show(ctx, logoutPage(form)),
        postLogoutSuccessSource: (ctx) => show(ctx, loggedOutPage()),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        getResourceServerInfo: (_, resource) => {
          if (resource !== API) throw new errors.InvalidTarget(`the only resource here is ${audience}`);
          return { audience, scope: '', accessTokenFormat: 'jwt', accessTokenTTL: ACCESS_TOKEN_SECONDS, jwt: { sign: { alg: ALGORITHM } } };
        },
      },
    },
  };
};

/** Shows who one can be, and logs in as the one chosen. The provider's cookie ties both to the browser that began. */
const interact = async (
  provider: Provider,
  { config, consoleOrigin }: IssuerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const answer = (status: number, html: string): void => {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(consoleOrigin),
      'cache-control': 'no-store',
    };
    response.writeHead(status, headers).end(html);
  };
  try {
    await provider.interactionDetails(request, response);
    const all = personas(config, Date.now());
    if (!isForm(request)) return answer(200, loginPage(config.district, all, request.url ?? ''));
    const wanted = (await readForm(request)).get('persona');
    const chosen = all.find(({ id }) => id === wanted);
    if (!chosen) return answer(400, errorPage('unknown_persona', wanted ?? undefined));
    await provider.interactionFinished(request, response, { login: { accountId: chosen.sub } }, { mergeWithLastSubmission: false });
  } catch (error) {
    // Of a login that was finished or began before a restart.
    if (!(error instanceof errors.SessionNotFound)) throw error;
    answer(400, errorPage(error.error, error.error_description));
  }
};

export const startIssuer = async (options: IssuerOptions): Promise<Issuer> => {
  const issuer = `http://localhost:${options.port}`;
  const provider = new Provider(issuer, await configure(options));
  provider.on('server_error', (_, error) => process.stderr.write(`  ! OIDC: ${error.stack ?? error.message}\n`));
  const serve = provider.callback();
  const { audience } = options.config.district.identity;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (serveFont(request, response)) return;
    if (request.url?.startsWith('/interaction/')) return interact(provider, options, request, response);
    await serve(await withoutAudience(request, audience), response);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`  ! OIDC: ${String(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  return { issuer, stop: await serveOnLoopback(server, options.port) };
};
