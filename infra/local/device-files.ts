/** A device's folder: its key, its certificate, the broker's authority and `connection.json`, all that its software needs in any language. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly topic: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly deviceType: string;
  readonly town: string;
  readonly certificateId: string;
  /** A message as the platform takes it, with harmless values. */
  readonly payload: { readonly seq: number; readonly at: string; readonly values: Readonly<Record<string, number>> };
  /** Sends such a message, as typed into a shell. */
  readonly mosquitto: string;
}

export const deviceFiles = (folder: string, deviceId: string) => ({
  folder: join(folder, deviceId),
  key: join(folder, deviceId, 'private.key'),
  certificate: join(folder, deviceId, 'cert.pem'),
  ca: join(folder, deviceId, 'ca.pem'),
  connection: join(folder, deviceId, 'connection.json'),
});

export const readConnection = (folder: string, deviceId: string): Connection | undefined => {
  const { connection } = deviceFiles(folder, deviceId);
  return existsSync(connection) ? (JSON.parse(readFileSync(connection, 'utf8')) as Connection) : undefined;
};

/** Whole or not at all: half a key file after a crash would be taken for a key. */
export const writeWhole = (path: string, text: string, mode = 0o644): void => {
  writeFileSync(`${path}.part`, text, { mode });
  renameSync(`${path}.part`, path);
};

/** Within '…' a shell leaves everything alone, `$aws` too. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** With the time at which it is run, not written: a sequence number sent twice is a duplicate, and dropped. */
export const mosquittoLine = ({
  host,
  port,
  clientId,
  topic,
  caFile,
  certFile,
  keyFile,
  payload,
}: Omit<Connection, 'mosquitto'>): string => {
  const values = JSON.stringify(payload.values).replaceAll('"', '\\"');
  return [
    `mosquitto_pub -h ${host} -p ${port} -i ${clientId} -q 1`,
    `--cafile ${quoted(caFile)} --cert ${quoted(certFile)} --key ${quoted(keyFile)}`,
    `-t ${quoted(topic)}`,
    `-m "{\\"seq\\":$(date +%s)000,\\"at\\":\\"$(date -u +%FT%TZ)\\",\\"values\\":${values}}"`,
  ].join(' ');
};
