/** One esbuild pass for every handler: functions/<capability>/handlers/<name>.ts -> dist/functions/<capability>-<name>/index.js. A capability may lie within another. */
import { copyFileSync, globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { build, type Metafile } from 'esbuild';

const root = join(import.meta.dirname, '..');
export const BUNDLES = join(root, 'dist', 'functions');
/** Bundles with their functions' configuration beside them (constructs/function.ts). */
export const ASSETS = join(root, 'dist', 'assets');

/** Names of all functions, `<capability>-<handler>` with a nested capability's folders before it, and their source files. */
export const entries = (): Record<string, string> => {
  const functions = join(root, 'functions');
  const files = globSync('**/handlers/*.ts', { cwd: functions, exclude: ['**/*.test.ts'] }).sort();
  return Object.fromEntries(
    files.map((file) => {
      const capability = dirname(dirname(file)).split(sep);
      return [[...capability, basename(file, '.ts')].join('-'), join(functions, file)];
    }),
  );
};

/** Cedar's WebAssembly is read from beside the code: functions that decide by policies carry it. */
const CEDAR = 'cedar_wasm';
export const CEDAR_WASM = `${CEDAR}_bg.wasm`;
const cedar = dirname(createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs'));

export interface BundleOptions {
  /** Elsewhere than where the stacks take them from: for tests and measurements. */
  readonly outdir?: string;
  /** Modules that stand in the place of others, beside those that always do. */
  readonly alias?: Readonly<Record<string, string>>;
}

/** The SDK is bundled too: what a runtime happens to bring changes under a running system. CommonJS starts faster than ESM and needs no shim. */
export const bundle = async ({ outdir = BUNDLES, alias = {} }: BundleOptions = {}): Promise<Metafile> => {
  const { metafile } = await build({
    entryPoints: Object.entries(entries()).map(([name, file]) => ({ in: file, out: join(name, 'index') })),
    outdir,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    alias: {
      typebox: join(root, 'infra/bundle/typebox.ts'),
      '@aws-sdk/credential-provider-node': join(root, 'infra/bundle/credentials.ts'),
      ...alias,
    },
    metafile: true,
    logLevel: 'error',
  });
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    if (Object.keys(inputs).some((input) => input.endsWith(`nodejs/${CEDAR}.js`)))
      copyFileSync(join(cedar, CEDAR_WASM), join(resolve(output), '..', CEDAR_WASM));
  }
  return metafile;
};
