/** What a function's cold start costs in processor time: loading its bundle in a fresh Node, with whatever it reads at its start. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '#infra/config/load.ts';
import { median } from './part.ts';
import { devicesConfig } from './road/support/readings.ts';

const SPAWNS = 15;

/** Milliseconds that a fresh Node needs to load a file, by its own clock: the start of Node itself is not in it. */
export const initOf = (folder: string): number => {
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
    'DIRECTORY_TABLE',
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
    departments: district.departments,
    bureau: district.bureau,
    officers: district.officers,
    district: {},
    issuer: 'https://x',
  };
};

/** A bundle with all that any handler reads beside it. */
export const withConfig = (bundled: string, folder: string): string => {
  cpSync(bundled, folder, { recursive: true });
  // The bundles are CommonJS, whatever the folders above say.
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configOf()));
  return folder;
};

/** The floor: a function that does nothing. */
export const emptyHandler = (folder: string): string => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(join(empty, 'index.js'), 'exports.handler = async () => ({});');
  return empty;
};

export const medianInit = (folder: string): number => median(Array.from({ length: SPAWNS }, () => initOf(folder)));
