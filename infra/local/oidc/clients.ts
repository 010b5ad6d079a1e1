/** The machine clients of departments: officers of the kind `service`, who log in by OIDC client credentials instead of choosing whom to be. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ClientMetadata } from 'oidc-provider';
import type { Config } from '../../config/schema.ts';
import { ALGORITHM } from './keys.ts';

export type Secrets = Readonly<Record<string, string>>;

export const machineClients = ({ district }: Config): string[] =>
  district.officers.filter(({ kind }) => kind === 'service').map(({ id }) => id);

/** Client id -> secret, as they were made when the issuer first started with that client. */
export const readSecrets = (file: string): Secrets => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Secrets) : {});

/** Makes the secrets that are missing; those that are there stay, also over a restart. */
export const clientSecrets = (file: string, ids: readonly string[]): Secrets => {
  const known = readSecrets(file);
  const missing = ids.filter((id) => known[id] === undefined);
  if (missing.length === 0) return known;
  const all = { ...known, ...Object.fromEntries(missing.map((id) => [id, randomBytes(32).toString('base64url')])) };
  mkdirSync(dirname(file), { recursive: true });
  // Whole or not at all; nobody else may read it at any moment.
  writeFileSync(`${file}.new`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return all;
};

export const clientMetadata = (id: string, secret: string): ClientMetadata => ({
  client_id: id,
  client_secret: secret,
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  id_token_signed_response_alg: ALGORITHM,
});
