import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const FUNCTIONS = join(import.meta.dirname, '../functions');

/** A file of functions/ with all that it imports: what a runtime happens to bring changes under a running system. */
export const bundled = (file: string): AssetCode => {
  const outdir = mkdtempSync(join(tmpdir(), 'bundle-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  buildSync({
    entryPoints: [join(FUNCTIONS, file)],
    outfile: join(outdir, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    legalComments: 'none',
  });
  return Code.fromAsset(outdir);
};
