import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CEDAR_WASM } from '#infra/bundle.ts';
import { deployedFunctions, emptyInit, medianInit } from '../init.ts';
import type { Part } from '../part.ts';

const LIMIT_KB = 400;

/** What the issue on the road was about; other capabilities have their own measurements. */
const ROAD = /^(devices|alerts|emergency|console|runtime|identity)-/;

interface Measured {
  readonly name: string;
  readonly kb: number;
  readonly ms: number;
  /** By policies, with the engine that this takes. */
  readonly decides: boolean;
}

export const part: Part = {
  name: 'bundle',
  run: async (report) => {
    const folder = mkdtempSync(join(tmpdir(), 'luojiang-init-'));
    const empty = emptyInit(folder);
    rmSync(folder, { recursive: true });
    const functions = (await deployedFunctions(report)).filter(({ handler }) => ROAD.test(handler));
    const all = functions.map((one): Measured => {
      const ms = medianInit(one);
      report(`${one.handler}: ${ms.toFixed(0)} ms`);
      const kb = statSync(join(one.folder, 'index.js')).size / 1000;
      return { name: one.handler, kb, ms, decides: existsSync(join(one.folder, CEDAR_WASM)) };
    });
    const largest = all.reduce((a, b) => (a.kb > b.kb ? a : b));
    const slowestOf = (some: readonly Measured[]) => some.reduce((a, b) => (a.ms > b.ms ? a : b));
    const told = ({ name, ms }: Measured) => `${name} ${ms.toFixed(0)} ms, empty ${empty.toFixed(0)} ms: ${(ms / empty).toFixed(2)}×`;
    const slowest = slowestOf(all.filter(({ decides }) => !decides));
    return [
      {
        what: `bundle of each of ${all.length} functions, minified: the largest`,
        reach: `≤ ${LIMIT_KB} kB`,
        measured: `${largest.name} ${largest.kb.toFixed(0)} kB`,
        met: largest.kb <= LIMIT_KB,
      },
      {
        what: 'init in a fresh Node 24 (Node’s own start included), against an empty handler: the slowest',
        reach: '≤ 2×',
        measured: told(slowest),
        met: slowest.ms <= 2 * empty,
      },
      {
        what: 'the same of those that decide by policies, the engine loaded and warmed up (decisions/cedar.md)',
        reach: '',
        measured: told(slowestOf(all.filter(({ decides }) => decides))),
      },
    ];
  },
};
