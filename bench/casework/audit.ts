/**
 * The audit log's own work, with stores in memory: what the network and the services add is theirs. Writes of a batch go out at once, so they
 * add some round trips to a batch, not to a record.
 */
import { randomBytes } from 'node:crypto';
import { proveConsistency, proveInclusion, type ReadTile, remembering } from '#functions/identity/audit/prove.ts';
import type { Logged } from '#functions/identity/audit/record.ts';
import { seal } from '#functions/identity/audit/record.ts';
import { ed25519 } from '#functions/identity/audit/signer.ts';
import { AuditStore } from '#functions/identity/audit/store.ts';
import { pathOf } from '#functions/identity/audit/tiles.ts';
import { type Edge, EMPTY_EDGE, extend, leafHash, rootOf } from '#functions/identity/audit/tree.ts';
import { hashLeaf, verifyInclusion } from '#functions/identity/audit/verify.ts';
import { verifyLog } from '#functions/identity/audit/verify-log.ts';
import { type Files, type Ledger, Writer } from '#functions/identity/audit/writer.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { newId } from '#runtime/ids.ts';
import { percentile } from '../pace.ts';
import { type Figure, median, type Part, percent, thousands } from '../part.ts';

const BATCH = 1_000;
const BATCHES = 30;
const LEAVES = 1_000_000;
const PROOFS = 400;

const record = (n: number): Logged => ({
  id: newId('aud', Date.now()),
  at: new Date().toISOString(),
  action: 'casework/StepDecided',
  actor: `person:officer-${n % 500}`,
  department: 'education',
  resource: `case:case_${n % 5_000}`,
  subject: `person:citizen-${n % 9_000}`,
  ground: '材料齐全，符合上云标准',
  outcome: 'done',
  detail: { sha256: 'a2418c5be1d7ffc2fa2b478c1d659c0f1baeee960b22240c6c402b4816f427b2' },
});

const filesIn = (objects: Map<string, Uint8Array>): Files => ({
  get: async (path) => objects.get(path),
  put: async (path, bytes) => void objects.set(path, bytes),
});

const memoryLedger = (): Ledger => {
  let head: Awaited<ReturnType<Ledger['head']>>;
  const ids = new Set<string>();
  return {
    head: async () => head,
    known: async (asked) => new Set(asked.filter((id) => ids.has(id))),
    commit: async (before, after) => {
      head = { ...before, ...after, version: before.version + 1, pending: { from: before.size, parts: 1 } };
      return head;
    },
    staged: async () => undefined,
    index: async (entries) => entries.forEach(({ id }) => void ids.add(id)),
    complete: async ({ pending: _, ...before }, after) => {
      head = { ...before, ...after, version: before.version + 1 };
      return true;
    },
  };
};

const ms = async (work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** Records a second of each round, and the ratio to hashing the same leaves and nothing else. */
const appends = async (ledger: Ledger): Promise<{ perSecond: number; ratio: number }> => {
  const signer = ed25519('bench', 'secret');
  const writer = new Writer({ ledger, files: filesIn(new Map()), signer, salt: () => randomBytes(16), pause: async () => undefined });
  const rounds: { readonly work: number; readonly floor: number }[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const records = Array.from({ length: BATCH }, (_, n) => record(batch * BATCH + n));
    const leaves = records.map((one) => Buffer.from(seal(one, () => randomBytes(16)).leaf));
    const floor = await ms(() => leaves.forEach(leafHash));
    rounds.push({ work: await ms(() => writer.append(records)), floor });
  }
  // The first ones warm the compiler.
  const warm = rounds.slice(5);
  return { perSecond: (BATCH / median(warm.map(({ work }) => work))) * 1000, ratio: median(warm.map(({ work, floor }) => floor / work)) };
};

const figure = (what: string, { perSecond, ratio }: Awaited<ReturnType<typeof appends>>): Figure => ({
  what,
  reach: '≥ 1,000/s',
  measured: `${thousands(perSecond)}/s on one core; hashing the bare leaves would take ${percent(ratio)} of it`,
  met: perSecond >= 1_000,
});

const million = (): { readonly files: Map<string, Uint8Array>; readonly edge: Edge } => {
  const files = new Map<string, Uint8Array>();
  let edge: Edge = EMPTY_EDGE;
  for (let from = 0; from < LEAVES; from += 10_000) {
    const next = extend(
      edge,
      Array.from({ length: 10_000 }, (_, n) => Buffer.from(`entry ${from + n}`)),
    );
    for (const { tile, bytes } of next.files) files.set(pathOf(tile), bytes);
    edge = next.edge;
  }
  return { files, edge };
};

const proofs = async ({ files, edge }: ReturnType<typeof million>): Promise<Figure[]> => {
  const root = rootOf(edge);
  const read: ReadTile = async (tile) => files.get(pathOf(tile)) as Uint8Array;
  const cached = remembering(read, 512);
  const inclusion: number[] = [];
  const consistency: number[] = [];
  let tiles = 0;
  for (let n = 0; n < PROOFS; n++) {
    const index = Math.floor(((n * 0.618_034) % 1) * LEAVES);
    let proof: Uint8Array[] = [];
    inclusion.push(
      await ms(async () => {
        proof = await proveInclusion(index, LEAVES, cached);
      }),
    );
    if (n % 40 === 0 && !(await verifyInclusion(await hashLeaf(Buffer.from(`entry ${index}`)), { index, size: LEAVES, proof }, root)))
      throw new Error(`The proof of ${index} does not hold`);
    consistency.push(await ms(() => proveConsistency(index + 1, LEAVES, LEAVES, cached)));
    await proveInclusion(index, LEAVES, async (tile) => {
      tiles++;
      return read(tile);
    });
  }
  const at = (all: number[], rank: number) => percentile(Float64Array.from(all).sort(), rank).toFixed(2);
  return [
    {
      what: `inclusion proof at ${thousands(LEAVES)} leaves, tiles at hand: p50 / p99 / max, ms`,
      reach: '≤ 20 ms',
      measured: `${at(inclusion, 50)} / ${at(inclusion, 99)} / ${at(inclusion, 100)}; a cold one reads ${(tiles / PROOFS).toFixed(1)} tiles at once`,
      met: Number(at(inclusion, 99)) <= 20,
    },
    {
      what: 'consistency proof from any size, p50 / p99, ms',
      reach: '≤ 20 ms',
      measured: `${at(consistency, 50)} / ${at(consistency, 99)}`,
      met: Number(at(consistency, 99)) <= 20,
    },
  ];
};

export const part: Part = {
  name: 'audit',
  run: async (report) => {
    const alone = await appends(memoryLedger());
    const dynamo = new Dynamo('id');
    const stored = await appends(new AuditStore(dynamo.client, 'audit', (at) => at.slice(0, 10)));
    report(`${thousands(LEAVES)} leaves`);
    const log = million();
    const verifying = await ms(() =>
      verifyLog(async (path) => log.files.get(path) as Uint8Array, { size: LEAVES, root: rootOf(log.edge) }),
    );
    return [
      figure(
        `audit appends sustained, batches of ${thousands(BATCH)}: salts, commitments, tree, files, checkpoint; stores in memory`,
        alone,
      ),
      figure('the same with the table’s own code (gzip, marshalling, 25 inserts a call), DynamoDB in memory', stored),
      ...(await proofs(log)),
      {
        what: 'checking the whole log by WebCrypto alone, as in a browser',
        reach: '',
        measured: `${thousands((LEAVES / verifying) * 1000)} entries/s`,
      },
    ];
  },
};
