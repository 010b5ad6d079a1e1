/** A generated app, written beside this checkout and run as the `cdk` CLI runs it. */
import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files } from '#functions/cloud-quota/blueprint.ts';
import { writeFiles } from './blueprint.ts';
import { localDir, root, runCommand } from './processes.ts';
import { ensurePython } from './python.ts';

export interface Synthesised {
  readonly folder: string;
  readonly code: number;
  readonly output: string;
  /** Paths of the templates. */
  readonly templates: readonly string[];
  readonly resources: readonly { readonly Type: string; readonly Properties: Readonly<Record<string, never>> }[];
  /** What cdk-nag and CDK's own validation found, warnings apart. */
  readonly findings: readonly string[];
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<string, { readonly metadata?: Readonly<Record<string, readonly { readonly type: string; readonly data: unknown }[]>> }>
  >;
}

export const write = (name: string, files: Files): string => {
  const folder = join(localDir, 'test-blueprints', name);
  rmSync(folder, { recursive: true, force: true });
  writeFiles(folder, files);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
};

const findingsIn = (folder: string): string[] => {
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'cdk.out', 'manifest.json'), 'utf8')) as Manifest;
  return Object.values(artifacts).flatMap(({ metadata = {} }) =>
    Object.entries(metadata).flatMap(([path, entries]) =>
      entries.filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => `${path}: ${data}`),
    ),
  );
};

export const synthesise = async (name: string, files: Files, settings: Readonly<Record<string, string>> = {}): Promise<Synthesised> => {
  const folder = write(name, files);
  const { app, context } = JSON.parse(files['cdk.json'] ?? '{}') as { app: string; context: Record<string, unknown> };
  const outdir = join(folder, 'cdk.out');
  const [, ...args] = app.split(' ');
  const { code, output } = await runCommand(process.execPath, args, undefined, folder, {
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...settings }),
  });
  if (code !== 0) return { folder, code, output, templates: [], resources: [], findings: [] };
  const templates = readdirSync(outdir)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => join(outdir, file));
  const resources = templates.flatMap((file) => Object.values(JSON.parse(readFileSync(file, 'utf8')).Resources as object));
  return { folder, code, output, templates, resources, findings: findingsIn(folder) };
};

/** What cfn-lint says of templates in those regions; nothing is well. */
export const lint = async (templates: readonly string[], regions: readonly string[]): Promise<string> => {
  const python = await ensurePython(() => undefined);
  // CDK writes a DependsOn beside a reference that already says so.
  const args = ['--ignore-checks', 'W3005', '--regions', ...regions, '--template', ...templates];
  return (await runCommand(join(dirname(python), 'cfn-lint'), args)).output;
};
