/** What the deployment tells the console before anything else. */
export interface RuntimeConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** The API's name at the issuer: the access token is a JWT for it (RFC 8707). */
  readonly audience: string;
  readonly districtId: string;
  readonly districtName: { readonly zh: string; readonly en: string };
  /** Where events are pushed: a path of this origin, or a wss: URL. */
  readonly liveUrl: string;
  /** Show the local outbox as phones. */
  readonly phones: boolean;
  /** OpenID Connect Core section 11 asks for `consent` with offline_access; an issuer that consents by itself wants ''. */
  readonly prompt?: string;
  readonly scope?: string;
}

export const loadConfig = async (): Promise<RuntimeConfig> => {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`config.json: HTTP ${response.status}`);
  return (await response.json()) as RuntimeConfig;
};
