/** `npm run diff [-- <target>]`: what `npm run deploy` would change, before it does. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cloudAssembly } from '../assembly.ts';
import { targetNamed } from '../targets.ts';
import { cdkOrFail } from './deployment.ts';
import { environmentOf, readOutputs } from './outputs.ts';
import { localDir } from './processes.ts';
import { runScript } from './script.ts';

await runScript(async () => {
  const target = targetNamed(parseArgs({ allowPositionals: true }).positionals[0] ?? 'local');
  const outputs = target.name === 'local' ? readOutputs() : undefined;
  const options = outputs && { issuer: outputs.oidcIssuer, outdir: join(localDir, 'cdk.out.diff') };
  const { directory } = await cloudAssembly(target, () => undefined, options);
  const environment = outputs ? environmentOf(outputs) : { AWS_REGION: target.region };
  await cdkOrFail('比较', ['diff', '--app', directory, '--all', '--method', 'template'], environment, console.log);
});
