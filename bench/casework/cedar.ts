/** What a decision by the policies costs, warm, against other ways of asking; and what the engine adds to a function and to its start. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, CEDAR_WASM } from '#infra/bundle.ts';
import type { Report } from '#infra/local/processes.ts';
import { type Deployed, deployedFunctions, emptyInit, medianInit } from '../init.ts';
import { type Figure, median, type Part } from '../part.ts';
import { ownCount } from './support/questions.ts';

const ROUNDS = 5;
const MANY = 200;
const REACH_MS = 0.5;
/** An API function as they are: it decides, reads a table, answers. */
const FUNCTION = 'alerts-api';

const VARIANTS = [
  { way: 'sliced', count: ownCount, words: `ours: a set per action, parsed once; our ${ownCount} policies` },
  { way: 'sliced', count: MANY, words: `ours, ${MANY} policies` },
  { way: 'unsliced', count: MANY, words: `one set, parsed once, ${MANY} policies` },
  { way: 'naive', count: ownCount, words: `isAuthorized with the policies’ text, our ${ownCount}` },
  { way: 'naive', count: MANY, words: `isAuthorized with the text, ${MANY} policies` },
] as const;

interface Measured {
  readonly preparing: number;
  readonly cold: number;
  readonly median: number;
  readonly p99: number;
  readonly decisions: readonly string[];
}

const run = (way: string, count: number): Measured => {
  const worker = join(import.meta.dirname, 'support', 'cedar-worker.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [worker, way, String(count)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
};

const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

const decisions = (report: (line: string) => void): Figure[] => {
  const rounds = new Map<(typeof VARIANTS)[number], Measured[]>(VARIANTS.map((variant) => [variant, []]));
  for (let round = 0; round < ROUNDS; round++) {
    // In turn from either end: what the machine does meanwhile hits all alike.
    for (const variant of round % 2 === 0 ? VARIANTS : VARIANTS.toReversed()) rounds.get(variant)?.push(run(variant.way, variant.count));
    report(VARIANTS.map((variant) => `${variant.way} ${variant.count}: ${ms(rounds.get(variant)?.at(-1)?.median ?? 0)}`).join(', '));
  }
  const answers = new Set([...rounds.values()].flat().map((one) => one.decisions.join()));
  if (answers.size !== 1) throw new Error(`The ways disagree: ${[...answers].join(' / ')}`);
  return VARIANTS.map((variant): Figure => {
    const all = rounds.get(variant) ?? [];
    const of = (field: 'median' | 'p99' | 'cold' | 'preparing') => median(all.map((one) => one[field]));
    const measured = `${ms(of('median'))} / ${ms(of('p99'))} ms; to prepare ${ms(of('preparing'))} ms`;
    const figure = { what: `Cedar decision, warm, median / p99: ${variant.words}`, measured };
    return variant.way === 'sliced'
      ? { ...figure, reach: `median ≤ ${REACH_MS} ms`, met: of('median') <= REACH_MS }
      : { ...figure, reach: '' };
  });
};

/** In place of the engine: everybody may. */
const STUB =
  'exports.preparsePolicySet=()=>({type:"success"});exports.statefulIsAuthorized=()=>({type:"success",response:{decision:"allow",diagnostics:{reason:[],errors:[]}}});';

const weight = async (report: Report): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'luojiang-cedar-'));
  try {
    const at = (name: string) => join(folder, name);
    const empty = emptyInit(folder);
    const deployed = (await deployedFunctions(report)).find(({ handler }) => handler === FUNCTION) as Deployed;
    writeFileSync(at('stub.js'), STUB);
    await bundle({ outdir: at('bundles'), alias: { '@cedar-policy/cedar-wasm/nodejs': at('stub.js') } });
    cpSync(deployed.folder, at('without'), { recursive: true });
    cpSync(join(at('bundles'), FUNCTION), at('without'), { recursive: true });
    const kb = (of: string, file: string) => (statSync(join(of, file)).size / 1000).toFixed(0);
    const carrying = medianInit(deployed);
    const bare = medianInit({ ...deployed, folder: at('without') });
    return [
      {
        what: `${FUNCTION} with the engine: JavaScript and, beside it, WebAssembly`,
        reach: '',
        measured: `${kb(deployed.folder, 'index.js')} kB + ${kb(deployed.folder, CEDAR_WASM)} kB; without ${kb(at('without'), 'index.js')} kB`,
      },
      {
        what: `init of ${FUNCTION} in a fresh Node, the engine loaded and warmed up, against the same without it and an empty handler`,
        reach: '',
        measured: `${ms(carrying)} ms, without ${ms(bare)} ms, empty ${ms(empty)} ms`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const part: Part = {
  name: 'cedar',
  run: async (report) => [...decisions(report), ...(await weight(report))],
};
