/** From sources to what the `cdk` CLI deploys: bundles, pages, templates of one target, in cdk.out/<target>. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hurried } from './config/hurried.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { LocalError, type Report, root } from './local/processes.ts';
import type { Target } from './targets.ts';

export interface Assembly {
  readonly directory: string;
  readonly stacks: readonly string[];
  readonly config: Config;
}

export interface AssemblyOptions {
  /** Instead of the configured OIDC issuer: the local one. */
  readonly issuer?: string;
  readonly outdir?: string;
  /** So many times shorter waits of escalations: for tests and demonstrations, never deployed elsewhere. */
  readonly hurry?: number | undefined;
  /** Take what is there if no source has changed since: a second start takes seconds. */
  readonly reuse?: boolean;
}

const withIssuer = (config: Config, issuer: string | undefined): Config =>
  issuer === undefined ? config : { ...config, district: { ...config.district, identity: { ...config.district.identity, issuer } } };

/** Everything that a template or a function is made of. */
const SOURCES = ['events', 'functions', 'stacks', 'infra', 'districts', 'domains', 'web', 'package-lock.json'];

/** By content, not by time: a checkout touches every file. */
const sourcesHash = (target: Target, options: AssemblyOptions): string => {
  const hash = createHash('sha256').update(JSON.stringify([target, options.issuer, options.hurry, process.env.DISTRICT]));
  for (const source of SOURCES) {
    const path = join(root, source);
    const files = statSync(path).isFile()
      ? [path]
      : readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
};

interface Stamp {
  readonly hash: string;
  readonly stacks: readonly string[];
}

const readStamp = (file: string): Stamp | undefined => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stamp) : undefined);

/** CDK and the bundlers take a second to load: only for those who need them. */
const synthesize = async (target: Target, config: Config, directory: string, report: Report): Promise<readonly string[]> => {
  const [{ districtApp }, { bundle }, { buildConsole }] = await Promise.all([
    import('./app.ts'),
    import('./bundle.ts'),
    import('./console.ts'),
  ]);
  await Promise.all([bundle(), buildConsole(report)]);
  const assembly = districtApp({ target, config, outdir: directory }).synth();
  const findings = assembly.stacks.flatMap((stack) => stack.messages.filter(({ level }) => level === 'error'));
  if (findings.length > 0) {
    const list = findings.map(({ id, entry }) => `${id}: ${entry.data}`).join('\n');
    throw new LocalError(
      `模板检查发现 ${findings.length} 处问题：\n${list}`,
      'cdk-nag found the above: mend it, or accept it with a reason in infra/nag.ts.',
    );
  }
  return assembly.stacks.map((stack) => stack.stackName);
};

export const cloudAssembly = async (target: Target, report: Report, options: AssemblyOptions = {}): Promise<Assembly> => {
  const configured = withIssuer(loadConfig(root), options.issuer);
  const config = options.hurry === undefined ? configured : hurried(configured, options.hurry);
  const directory = options.outdir ?? join(root, 'cdk.out', target.name);
  const file = join(directory, '.sources');
  const hash = sourcesHash(target, options);
  const known = options.reuse ? readStamp(file) : undefined;
  if (known?.hash === hash) return { directory, config, stacks: known.stacks };
  const stacks = await synthesize(target, config, directory, report);
  writeFileSync(file, JSON.stringify({ hash, stacks } satisfies Stamp));
  return { directory, config, stacks };
};
