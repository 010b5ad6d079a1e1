/** `npm run synth -- <target>`: writes the templates that would be deployed there to cdk.out/<target>. */
import { parseArgs } from 'node:util';
import { cloudAssembly } from './assembly.ts';
import { missingFor } from './config/readiness.ts';
import { runScript } from './local/script.ts';
import { targetNamed } from './targets.ts';

await runScript(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const target = targetNamed(positionals[0] ?? 'local');
  const { directory, stacks, config } = await cloudAssembly(target, console.error);
  for (const stack of stacks) console.log(stack);
  for (const { zh, en } of missingFor(config, target)) console.error(`! ${zh}\n  ${en}`);
  console.error(`✓ ${directory}`);
});
