/**
 * `npm run token`                          whom one can be
 * `npm run token -- <persona>`             an access token of that persona, and nothing else, on standard output
 * `npm run token -- <persona> --expires 8h`
 * `npm run token -- education-service --credentials`   with what a machine client gets its tokens by itself
 *
 * npm itself writes two lines first: `curl -H "Authorization: Bearer $(npm run -s token -- duty-officer-wanan)" …`
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { didYouMean } from '../config/names.ts';
import type { Config } from '../config/schema.ts';
import { readSecrets } from './oidc/clients.ts';
import { mintToken } from './oidc/mint.ts';
import { readOutputs } from './outputs.ts';
import { type Persona, personas } from './personas.ts';
import { LocalError, localDir, root } from './processes.ts';
import { runScript } from './script.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const seconds = (duration: string): number => {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(duration) ?? [];
  const length = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (!(length > 0)) {
    throw new LocalError(
      `--expires 应形如 90s、30m、1h、7d，实为“${duration}”。`,
      `--expires takes 90s, 30m, 1h or 7d; it is "${duration}".`,
    );
  }
  return length;
};

export const choose = (all: readonly Persona[], id: string): Persona => {
  const found = all.find((persona) => persona.id === id);
  if (found) return found;
  const known = all.map((persona) => persona.id);
  const hint = didYouMean(id, known);
  throw new LocalError(
    `没有身份“${id}”。${hint?.zh ?? ''}全部身份：npm run token`,
    `There is no persona "${id}"${hint ? `: ${hint.en}` : '.'} npm run token lists them.`,
  );
};

/** Chinese last: its characters are two columns wide, which would push what follows out of line. */
export const table = (all: readonly Persona[]): string => {
  const rows = all.map(({ id, roles, towns, name, title }) => [
    id,
    roles.join(',') || '-',
    towns.length > 3 ? `${towns.length} towns` : towns.join(',') || '-',
    `${name.zh} ${name.en} · ${title.zh} ${title.en}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
};

/** As lines that a shell can read, and the request that they are for. */
export const credentials = (id: string, secret: string | undefined, issuer: string): string => {
  if (secret === undefined) {
    throw new LocalError(
      `“${id}”不是机器账号，没有客户端凭据。`,
      `"${id}" is no machine client (an officer of the kind service) and has no credentials.`,
    );
  }
  return `CLIENT_ID=${id}
CLIENT_SECRET=${secret}
TOKEN_ENDPOINT=${issuer}/token
# curl -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials "$TOKEN_ENDPOINT"`;
};

/** Of the district that runs here. */
export const mintHere = (config: Config, persona: Persona, expiresIn?: number): Promise<string> =>
  mintToken({ config, persona, expiresIn, issuer: readOutputs().oidcIssuer, keysFile: join(localDir, 'oidc-keys.json') });

const main = async (): Promise<void> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { expires: { type: 'string', default: '1h' }, credentials: { type: 'boolean', default: false } },
  });
  const config = loadConfig(root, process.env.DISTRICT);
  const all = personas(config, Date.now());
  const [id] = positionals;
  if (id === undefined) {
    process.stdout.write(`${table(all)}\n`);
    return;
  }
  const persona = choose(all, id);
  const issuer = readOutputs().oidcIssuer;
  if (values.credentials) {
    const secret = readSecrets(join(localDir, 'oidc-clients.json'))[persona.sub];
    process.stdout.write(`${credentials(persona.sub, secret, issuer)}\n`);
    return;
  }
  const expiresIn = seconds(values.expires);
  const token = await mintHere(config, persona, expiresIn);
  process.stdout.write(`${token}\n`);
};

if (import.meta.main) await runScript(main);
