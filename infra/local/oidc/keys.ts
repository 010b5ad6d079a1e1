/** The key that the local issuer signs with: kept in a file, so that tokens outlive a restart and `npm run token` can sign too. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export const ALGORITHM = 'ES256';

const newKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' };
};

/** The private key, made when there is none yet. */
export const signingKey = async (keysFile: string): Promise<JWK> => {
  if (existsSync(keysFile)) {
    const key = (JSON.parse(readFileSync(keysFile, 'utf8')) as { keys: JWK[] }).keys[0];
    if (!key) throw new Error(`${keysFile}: no key; delete the file to have a new one made`);
    return key;
  }
  const key = await newKey();
  mkdirSync(dirname(keysFile), { recursive: true });
  writeFileSync(keysFile, `${JSON.stringify({ keys: [key] }, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return key;
};
