import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLES, bundle, CEDAR_WASM, entries } from '#infra/bundle.ts';
import { emptyHandler, medianInit, withConfig } from '../init.ts';
import type { Part } from '../part.ts';

const LIMIT_KB = 400;

export const part: Part = {
  name: 'bundle',
  run: async (report) => {
    await bundle();
    const folder = mkdtempSync(join(tmpdir(), 'luojiang-init-'));
    const names = Object.keys(entries());
    const empty = medianInit(emptyHandler(folder));
    const inits = names.map((name) => {
      const ms = medianInit(withConfig(join(BUNDLES, name), join(folder, name)));
      report(`${name}: ${ms.toFixed(0)} ms`);
      return { name, ms };
    });
    rmSync(folder, { recursive: true });
    const sizes = names.map((name) => ({ name, kb: statSync(join(BUNDLES, name, 'index.js')).size / 1000 }));
    const largest = sizes.reduce((a, b) => (a.kb > b.kb ? a : b));
    const slowestOf = (of: typeof inits) => of.reduce((a, b) => (a.ms > b.ms ? a : b));
    const decides = ({ name }: { name: string }) => existsSync(join(BUNDLES, name, CEDAR_WASM));
    const told = ({ name, ms }: { name: string; ms: number }) =>
      `${name} ${ms.toFixed(0)} ms, empty ${empty.toFixed(0)} ms: ${(ms / empty).toFixed(2)}×`;
    const slowest = slowestOf(inits.filter((one) => !decides(one)));
    return [
      {
        what: `bundle of each of ${names.length} functions, minified: the largest`,
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
        what: 'the same of those that decide by policies, the engine warmed up (decisions/cedar.md)',
        reach: '',
        measured: told(slowestOf(inits.filter(decides))),
      },
    ];
  },
};
