/** Who is logged in, by OIDC authorization code with PKCE; tokens live in this tab's sessionStorage only. */
import { ErrorResponse, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { RuntimeConfig } from './config.ts';

export interface Session {
  /** A token that is good for a while yet; undefined sends to the login. */
  token(): Promise<string | undefined>;
  /** After a 401: a new token by the refresh token, or undefined. */
  renew(): Promise<string | undefined>;
  login(): Promise<void>;
  logout(): Promise<void>;
}

/** A token this near its end is renewed first: a request must not be overtaken by it. */
const MARGIN_SECONDS = 60;
const CALLBACK = '/callback';
const SIGNED_OUT = '/signed-out';
const LAST_LOGIN = 'luojiang.last-login';
/** A login that the API refuses at once would send round and round. */
const LOOP_MS = 20_000;

export class LoginLoop extends Error {
  override readonly name = 'LoginLoop';
}

export const isCallback = (): boolean => location.pathname === CALLBACK;
export const isSignedOut = (): boolean => location.pathname === SIGNED_OUT;

export const createSession = (config: RuntimeConfig): Session & { finishLogin(): Promise<string> } => {
  const store = new WebStorageStateStore({ store: sessionStorage, prefix: 'luojiang.' });
  const prompt = config.prompt ?? 'consent';
  const resource = config.audience;
  const manager = new UserManager({
    authority: config.issuer,
    client_id: config.clientId,
    redirect_uri: location.origin + CALLBACK,
    post_logout_redirect_uri: location.origin + SIGNED_OUT,
    response_type: 'code',
    scope: config.scope ?? 'openid profile offline_access',
    ...(prompt === '' ? {} : { prompt }),
    resource,
    // With `openid` in the scope an issuer hands out a token for its own userinfo unless the exchange names the API too.
    extraTokenParams: { resource },
    userStore: store,
    stateStore: store,
    automaticSilentRenew: false,
    monitorSession: false,
    loadUserInfo: false,
  });

  let renewing: Promise<string | undefined> | undefined;
  const refresh = async (): Promise<string | undefined> => {
    if (!(await manager.getUser())?.refresh_token) return undefined;
    try {
      return (await manager.signinSilent({ resource }))?.access_token;
    } catch (error) {
      // Refused by the issuer: log in anew. Unreachable: say so, and leave the page with its alerts where it is.
      if (error instanceof ErrorResponse) return undefined;
      throw error;
    }
  };
  const renew = (): Promise<string | undefined> => {
    // One at a time: a refresh token that rotates may be used once only.
    renewing ??= refresh().finally(() => {
      renewing = undefined;
    });
    return renewing;
  };

  return {
    renew,
    async token() {
      const user = await manager.getUser();
      if (!user) return undefined;
      const left = user.expires_in ?? Number.POSITIVE_INFINITY;
      if (left > MARGIN_SECONDS) return user.access_token;
      if (left <= 0) return renew();
      return (await renew().catch(() => undefined)) ?? user.access_token;
    },
    async login() {
      const last = Number(sessionStorage.getItem(LAST_LOGIN) ?? 0);
      if (Date.now() - last < LOOP_MS) {
        sessionStorage.removeItem(LAST_LOGIN);
        throw new LoginLoop('logged in a moment ago and refused');
      }
      await manager.removeUser();
      const back = isCallback() || isSignedOut() ? '/' : location.pathname + location.search;
      await manager.signinRedirect({ state: { back } });
    },
    async finishLogin() {
      const user = await manager.signinRedirectCallback();
      sessionStorage.setItem(LAST_LOGIN, String(Date.now()));
      const back = (user.state as { back?: unknown } | undefined)?.back;
      // Only a path of our own: `//host` would lead elsewhere.
      return typeof back === 'string' && /^\/(?![/\\])/.test(back) ? back : '/';
    },
    async logout() {
      sessionStorage.removeItem(LAST_LOGIN);
      try {
        await manager.revokeTokens(['refresh_token']);
      } catch {
        // An issuer without revocation: the token ends with the session at the issuer.
      }
      try {
        await manager.signoutRedirect();
      } catch {
        await manager.removeUser();
        location.assign(SIGNED_OUT);
      }
    },
  };
};
