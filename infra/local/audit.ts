/**
 * `npm run audit -- verify`     checks every entry, every tile, the signature, and that what was seen last time is still its beginning
 *   `--openings`                and that what is shown beside the log is what its leaves commit to (each page is a look, and logged)
 * `npm run audit -- show <id>`  one entry with its proof, checked
 * `npm run audit -- key`        the key that verifies the log, for whoever wants to check it with another tool (docs/audit.md)
 *
 * Of the local district as its auditor; `--url https://…` with a token in AUDIT_TOKEN of any other.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { EntryView, ProvenEntry } from '#functions/identity/audit/api.ts';
import { fromBase64 } from '#functions/identity/audit/bytes.ts';
import type { Checkpoint } from '#functions/identity/audit/note.ts';
import { Broken, hashLeaf, verifyCheckpoint, verifyConsistency, verifyInclusion, verifyOpening } from '#functions/identity/audit/verify.ts';
import { verifyLog } from '#functions/identity/audit/verify-log.ts';
import { loadConfig } from '../config/load.ts';
import { mintToken } from './oidc/mint.ts';
import { readOutputs } from './outputs.ts';
import { personas } from './personas.ts';
import { LocalError, localDir, root } from './processes.ts';
import { runScript } from './script.ts';
import { choose } from './token.ts';

/** What was seen of each log: the key that it had, and its last checkpoint. */
const seenFile = join(localDir, 'audit-checkpoint');
type Seen = Readonly<Record<string, { readonly vkey: string; readonly checkpoint: string }>>;
const readSeen = (): Seen => (existsSync(seenFile) ? (JSON.parse(readFileSync(seenFile, 'utf8')) as Seen) : {});

const says = (zh: string, en: string) => console.log(`✓ ${zh}\n  ${en}`);
const count = (number: number): string => number.toLocaleString('en-US');

type Ask = (path: string) => Promise<Response>;

const askAs =
  (url: string, token: string): Ask =>
  (path) =>
    fetch(`${url}/v1/audit/${path}`, { headers: { authorization: `Bearer ${token}` } });

const localToken = async (): Promise<string> => {
  const config = loadConfig(root);
  const persona = choose(personas(config, Date.now()), 'auditor');
  return mintToken({ config, keysFile: join(localDir, 'oidc-keys.json'), issuer: readOutputs().oidcIssuer, persona });
};

const connect = async (url: string | undefined): Promise<{ readonly url: string; readonly ask: Ask }> => {
  if (url === undefined) {
    const { apiUrl } = readOutputs();
    return { url: apiUrl, ask: askAs(apiUrl, await localToken()) };
  }
  const token = process.env.AUDIT_TOKEN;
  if (!token)
    throw new LocalError('请把访问令牌放入环境变量 AUDIT_TOKEN。', 'Put an access token into the environment variable AUDIT_TOKEN.');
  return { url: url.replace(/\/$/, ''), ask: askAs(url.replace(/\/$/, ''), token) };
};

const refused = async (path: string, response: Response): Promise<never> => {
  const { detail = '' } = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new LocalError(`${path}：HTTP ${response.status} ${detail}`, `${path} answers HTTP ${response.status}`);
};

const json = async <T>(ask: Ask, path: string): Promise<T> => {
  const response = await ask(path);
  return response.ok ? ((await response.json()) as T) : refused(path, response);
};

const file = async (ask: Ask, path: string): Promise<Uint8Array> => {
  const response = await ask(`log/${path}`);
  if (response.status === 404) throw new Broken(path, '文件缺失', 'the file is missing');
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : refused(path, response);
};

interface Current {
  readonly vkey: string;
  readonly checkpoint: string;
  readonly head: Checkpoint;
}

/** Verified by the key that the log had when it was first seen. */
const current = async (url: string, ask: Ask): Promise<Current> => {
  const { checkpoint, vkey } = await json<{ checkpoint: string; vkey: string }>(ask, 'checkpoint');
  const known = readSeen()[url];
  if (known && known.vkey !== vkey) {
    const hint = {
      zh: `日志的公钥变了：曾是 ${known.vkey}，现为 ${vkey}。若确系新建的日志，请删除 ${seenFile}`,
      en: `the log has another key than before: ${known.vkey} then, ${vkey} now. If you began a new log, remove ${seenFile}`,
    };
    throw new Broken('checkpoint', hint.zh, hint.en);
  }
  const head = await verifyCheckpoint(checkpoint, vkey);
  says(`检查点签名有效：${head.origin}，${count(head.size)} 条记录`, `The checkpoint is signed by the key ${vkey.split('+')[1]}`);
  return { vkey, checkpoint, head };
};

const checkConsistency = async (ask: Ask, seen: Checkpoint, head: Checkpoint): Promise<void> => {
  if (seen.size === 0 || seen.size > head.size) return;
  const { proof } = await json<{ proof: string[] }>(ask, `proofs/consistency?from=${seen.size}&to=${head.size}`);
  if (!(await verifyConsistency(seen, head, proof.map(fromBase64))))
    throw new Broken(`proofs/consistency?from=${seen.size}&to=${head.size}`, '一致性证明不成立', 'the consistency proof does not hold');
};

/** Answers the number of openings. */
const checkOpenings = async ({ id, index, record, leaf, salts }: EntryView): Promise<number> => {
  const committed = JSON.parse(Buffer.from(leaf, 'base64').toString('utf8')) as Record<string, unknown>;
  const shown = record as Readonly<Record<string, unknown>>;
  for (const field of Object.keys(shown)) {
    const salt = salts[field];
    const same = salt === undefined ? shown[field] === committed[field] : await verifyOpening(committed[field], salt, shown[field]);
    if (!same)
      throw new Broken(`entries/${id} (${index}) ${field}`, '所示内容与日志中的承诺不符', 'what is shown is not what the log commits to');
  }
  return Object.keys(salts).length;
};

const checkAllOpenings = async (ask: Ask, leaves: readonly string[]): Promise<void> => {
  let [entries, openings, hidden] = [0, 0, 0];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page: { items: EntryView[]; next?: string } = await json(ask, `entries?limit=100${cursor ? `&cursor=${cursor}` : ''}`);
    for (const item of page.items.filter(({ index }) => index < leaves.length)) {
      if (item.leaf !== leaves[item.index])
        throw new Broken(`entries/${item.id} (${item.index})`, '与日志中的记录不同', 'it is not the entry in the log');
      entries++;
      openings += await checkOpenings(item);
      hidden += item.hidden.length;
    }
    cursor = page.next;
  }
  if (entries !== leaves.length)
    throw new Broken('entries', `只列出 ${entries} 条记录，应为 ${leaves.length} 条`, `${entries} of ${leaves.length} are listed`);
  says(
    `${count(openings)} 项个人信息与承诺相符，${count(hidden)} 项已删除`,
    `${count(openings)} openings are what the leaves commit to; ${count(hidden)} were erased`,
  );
};

const verify = async (url: string, ask: Ask, openings: boolean): Promise<void> => {
  const { vkey, checkpoint, head } = await current(url, ask);
  const known = readSeen()[url];
  const seen = known && (await verifyCheckpoint(known.checkpoint, known.vkey));
  const leaves: string[] = [];
  const entry = openings ? (leaf: Uint8Array) => void leaves.push(Buffer.from(leaf).toString('base64')) : undefined;
  const { entries, bundles, tiles } = await verifyLog((path) => file(ask, path), head, { entry, seen });
  says(
    `${count(entries)} 条记录、${count(bundles)} 个记录包、${count(tiles)} 个散列瓦片全部相符，根散列与检查点一致`,
    `${count(entries)} entries in ${count(bundles)} bundles and ${count(tiles)} tiles of hashes all fit, and make the signed root`,
  );
  if (seen) {
    await checkConsistency(ask, seen, head);
    says(`上次见过的 ${count(seen.size)} 条记录原样仍在`, `The ${count(seen.size)} entries seen last time are its beginning, unchanged`);
  }
  if (openings) await checkAllOpenings(ask, leaves);
  mkdirSync(dirname(seenFile), { recursive: true });
  writeFileSync(seenFile, JSON.stringify({ ...readSeen(), [url]: { vkey, checkpoint } }, null, 2));
};

const show = async (url: string, ask: Ask, id: string): Promise<void> => {
  const { vkey } = await current(url, ask);
  const found = await json<ProvenEntry>(ask, `entries/${id}`);
  const head = await verifyCheckpoint(found.checkpoint, vkey);
  const inclusion = { index: found.index, size: head.size, proof: found.proof.map(fromBase64) };
  if (!(await verifyInclusion(await hashLeaf(fromBase64(found.leaf)), inclusion, head.root)))
    throw new Broken(`entries/${id} (${found.index})`, '存在证明不成立', 'the inclusion proof does not hold');
  await checkOpenings(found);
  says(`是日志的第 ${found.index} 条，证明成立`, `It is entry ${found.index} of the log; the proof holds`);
  console.log(JSON.stringify({ id, ...found.record, ...(found.hidden.length > 0 && { hidden: found.hidden }) }, null, 2));
};

const COMMANDS = ['verify', 'show', 'key'];

await runScript(async () => {
  const options = { url: { type: 'string' }, openings: { type: 'boolean', default: false } } as const;
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const [command = 'verify', id] = positionals;
  if (!COMMANDS.includes(command))
    throw new LocalError(
      `没有命令“${command}”，可用：${COMMANDS.join('、')}`,
      `No command "${command}"; use one of: ${COMMANDS.join(', ')}`,
    );
  const { url, ask } = await connect(values.url);
  try {
    if (command === 'verify') await verify(url, ask, values.openings);
    else if (command === 'key') console.log((await json<{ vkey: string }>(ask, 'checkpoint')).vkey);
    else if (id === undefined)
      throw new LocalError('缺少记录编号：npm run audit -- show <编号>', 'Name an entry: npm run audit -- show <id>');
    else await show(url, ask, id);
  } catch (error) {
    if (error instanceof Broken) throw new LocalError(`${error.place}：${error.what.zh}`, `${error.place}: ${error.what.en}`);
    throw error;
  }
});
