/** From sources to what the `cdk` CLI deploys: bundles, pages, templates of one target, in cdk.out/<target>. */
import { join } from 'node:path';
import { districtApp } from './app.ts';
import { bundle } from './bundle.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { buildConsole } from './console.ts';
import { LocalError } from './local/processes.ts';
import type { Target } from './targets.ts';

const root = join(import.meta.dirname, '..');

export interface Assembly {
  readonly directory: string;
  readonly stacks: readonly string[];
  readonly config: Config;
}

export interface AssemblyOptions {
  /** Instead of the configured OIDC issuer: the local one. */
  readonly issuer?: string;
  readonly outdir?: string;
}

const withIssuer = (config: Config, issuer: string | undefined): Config =>
  issuer === undefined ? config : { ...config, district: { ...config.district, identity: { ...config.district.identity, issuer } } };

export const cloudAssembly = async (target: Target, report: (line: string) => void, options: AssemblyOptions = {}): Promise<Assembly> => {
  const config = withIssuer(loadConfig(root, process.env.DISTRICT), options.issuer);
  await Promise.all([bundle(), buildConsole(report)]);
  const directory = options.outdir ?? join(root, 'cdk.out', target.name);
  const assembly = districtApp({ target, config, outdir: directory }).synth();
  const findings = assembly.stacks.flatMap((stack) => stack.messages.filter(({ level }) => level === 'error'));
  if (findings.length > 0) {
    const list = findings.map(({ id, entry }) => `${id}: ${entry.data}`).join('\n');
    throw new LocalError(`模板检查发现 ${findings.length} 处问题：\n${list}`, 'cdk-nag found the above: mend it, or accept it with a reason in infra/nag.ts.');
  }
  return { directory, config, stacks: assembly.stacks.map((stack) => stack.stackName) };
};
