/** What a newcomer waits for: a fresh clone with an empty home, by the commands of the README. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInBackground } from '#infra/local/background.ts';
import { root } from '#infra/local/processes.ts';
import type { Part } from '../part.ts';

const PORT_BASE = '9560';
const FRESH_S = 120;
const WARM_S = 10;
const TEST_S = 300;

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

const told = (measured: number): string => `${measured.toFixed(1)} s on ${cpus().length} cores`;

export const part: Part = {
  name: 'startup',
  run: async (report) => {
    const folder = mkdtempSync(join(tmpdir(), 'luojiang-fresh-'));
    const checkout = join(folder, 'clone');
    const home = join(folder, 'home');
    mkdirSync(home);
    try {
      const { status, stderr } = spawnSync('git', ['clone', '--quiet', root, checkout], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      // Neither npm's nor pip's cache: nothing of this machine's but Node, npm and Python.
      const environment = {
        HOME: home,
        npm_config_cache: join(home, '.npm'),
        PIP_CACHE_DIR: join(home, '.pip'),
        LOCAL_PORT_BASE: PORT_BASE,
      };
      const start = async () => {
        const running = await startInBackground({ directory: join(checkout, '.local'), environment, checkout });
        return running.stop;
      };
      let stop = async (): Promise<void> => undefined;
      report('首次启动 npm start, nothing there');
      const fresh = await seconds(async () => {
        stop = await start();
      });
      await stop();
      report('再次启动 npm start again');
      const warm = await seconds(async () => {
        stop = await start();
      });
      await stop();
      report('npm test');
      const code = Promise.withResolvers<number | null>();
      const tested = await seconds(async () => {
        const child = spawn('npm', ['test'], { cwd: checkout, env: { ...process.env, ...environment }, stdio: 'ignore' });
        child.on('exit', (status) => code.resolve(status));
        await code.promise;
      });
      const passed = (await code.promise) === 0;
      return [
        {
          what: '`npm start` after a clone, caches empty, until all is ready',
          reach: `≤ ${FRESH_S} s`,
          measured: told(fresh),
          met: fresh <= FRESH_S,
        },
        { what: '`npm start` again', reach: `≤ ${WARM_S} s`, measured: told(warm), met: warm <= WARM_S },
        {
          what: '`npm test`, the whole suite',
          reach: `passes, ≤ ${TEST_S} s on 2 cores`,
          measured: `${passed ? 'passed' : 'failed'}, ${told(tested)}`,
          met: passed && tested <= TEST_S,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
