import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLES, bundle, entries } from '#infra/bundle.ts';
import { loadConfig } from '#infra/config/load.ts';
import { median, type Part } from '../part.ts';
import { devicesConfig } from './support/readings.ts';

const SPAWNS = 15;
const LIMIT_KB = 400;

/** Milliseconds that a fresh Node needs to load a file, by its own clock: the start of Node itself is not in it. */
const initOf = (folder: string): number => {
  const script = `const b=process.hrtime.bigint();require(${JSON.stringify(join(folder, 'index.js'))});console.log(Number(process.hrtime.bigint()-b)/1e6+performance.nodeTiming.bootstrapComplete);process.exit()`;
  const env = { ...process.env, LAMBDA_TASK_ROOT: folder, ...ENVIRONMENT };
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
  const ms = Number(stdout.trim().split('\n').at(-1));
  if (!Number.isFinite(ms)) throw new Error(stderr);
  return ms;
};

/** Whatever any handler asks for. */
const ENVIRONMENT = Object.fromEntries(
  [
    'DEVICES_TABLE',
    'READINGS_TABLE',
    'ALERTS_TABLE',
    'INCIDENTS_TABLE',
    'CONNECTIONS_TABLE',
    'EVENT_BUS',
    'READING_DAYS',
    'OIDC_ISSUER',
    'OIDC_AUDIENCE',
    'ROLES_CLAIM',
    'TOWNS_CLAIM',
    'JWKS_URI',
    'LIVE_URL',
  ]
    .map((name): [string, string] => [name, '1'])
    .concat([
      ['AWS_REGION', 'us-east-1'],
      ['QUARANTINE_URL', 'https://sqs.us-east-1.amazonaws.com/000000000000/q'],
      ['LIVE_ENDPOINT', 'https://a.execute-api.us-east-1.amazonaws.com/live'],
      ['STATE_MACHINE_ARN', 'arn:aws:states:us-east-1:000000000000:stateMachine:x'],
    ]),
);

const configOf = (): object => {
  const { district, domains } = loadConfig();
  const plans = domains.flatMap((domain) => domain.plans.map((plan) => ({ domain: domain.id, plan })));
  return {
    ...devicesConfig(),
    towns: district.towns,
    people: district.people,
    posts: district.posts,
    plans,
    timezone: district.timezone,
    district: {},
    issuer: 'https://x',
  };
};

export const part: Part = {
  name: 'bundle',
  run: async (report) => {
    await bundle();
    const folder = mkdtempSync(join(tmpdir(), 'luojiang-init-'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
    const at = (name: string) => join(folder, name);
    mkdirSync(at('empty'));
    writeFileSync(join(at('empty'), 'index.js'), 'exports.handler = async () => ({});');
    const names = Object.keys(entries());
    for (const name of names) {
      mkdirSync(at(name));
      copyFileSync(join(BUNDLES, name, 'index.js'), join(at(name), 'index.js'));
      writeFileSync(join(at(name), 'config.json'), JSON.stringify(configOf()));
    }
    const measure = (name: string) => median(Array.from({ length: SPAWNS }, () => initOf(at(name))));
    const empty = measure('empty');
    const inits = names.map((name) => {
      const ms = measure(name);
      report(`${name}: ${ms.toFixed(0)} ms`);
      return { name, ms };
    });
    rmSync(folder, { recursive: true });
    const sizes = names.map((name) => ({ name, kb: statSync(join(BUNDLES, name, 'index.js')).size / 1000 }));
    const largest = sizes.reduce((a, b) => (a.kb > b.kb ? a : b));
    const slowest = inits.reduce((a, b) => (a.ms > b.ms ? a : b));
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
        measured: `${slowest.name} ${slowest.ms.toFixed(0)} ms, empty ${empty.toFixed(0)} ms: ${(slowest.ms / empty).toFixed(2)}×`,
        met: slowest.ms <= 2 * empty,
      },
    ];
  },
};
