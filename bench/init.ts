/** What a function's cold start costs in processor time: loading what is deployed of it in a fresh Node, with all that it reads at its start. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloudAssembly } from '#infra/assembly.ts';
import { ASSETS } from '#infra/bundle.ts';
import { localDir, type Report } from '#infra/local/processes.ts';
import { TARGETS } from '#infra/targets.ts';
import { median } from './part.ts';

const SPAWNS = 15;

export interface Deployed {
  /** `<capability>-<handler>` */
  readonly handler: string;
  /** Its code, with its configuration and files. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly FunctionName: string; readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> } };
}

/** In place of what only a deployment knows. */
const placeholder = (name: string): string => (/URL|ENDPOINT/.test(name) ? 'https://example.invalid/000000000000/x' : 'x');

/** Every function once, as the templates deploy it. */
export const deployedFunctions = async (report: Report): Promise<Deployed[]> => {
  const { directory } = await cloudAssembly(TARGETS.local, report, { outdir: join(localDir, 'bench-templates') });
  const files = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
  const resources = files.flatMap((file) =>
    Object.values((JSON.parse(readFileSync(join(directory, file), 'utf8')) as { Resources: Record<string, Resource> }).Resources),
  );
  const found = resources
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties: { FunctionName, Environment } }): Deployed => {
      const entries = Object.entries(Environment.Variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : placeholder(name),
      ]);
      const environment = Object.fromEntries(entries) as Record<string, string>;
      return {
        handler: environment.POWERTOOLS_SERVICE_NAME as string,
        folder: join(ASSETS, FunctionName.replace(/^[^-]+-/, '')),
        environment,
      };
    });
  return [...new Map(found.map((one) => [one.handler, one])).values()];
};

/** Milliseconds that a fresh Node needs, Node’s own start included. */
const initOf = ({ folder, environment }: Omit<Deployed, 'handler'>): number => {
  const script = `const b=process.hrtime.bigint();require(${JSON.stringify(join(folder, 'index.js'))});console.log(Number(process.hrtime.bigint()-b)/1e6+performance.nodeTiming.bootstrapComplete);process.exit()`;
  const env = { ...process.env, AWS_REGION: TARGETS.local.region, LAMBDA_TASK_ROOT: folder, ...environment };
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout.trim().split('\n').at(-1));
};

export const medianInit = (deployed: Omit<Deployed, 'handler'>): number => {
  // The bundles are CommonJS, whatever the folders above say.
  writeFileSync(join(deployed.folder, 'package.json'), '{ "type": "commonjs" }');
  return median(Array.from({ length: SPAWNS }, () => initOf(deployed)));
};

/** The floor: a function that does nothing. */
export const emptyInit = (folder: string): number => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'index.js'), 'exports.handler = async () => ({});');
  return medianInit({ folder: empty, environment: {} });
};
