/** `npm run deploy [-- <target>]`: brings the configuration as it stands now onto the running local cloud, or onto the account that the environment names. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Text } from '#events/envelope.ts';
import { cloudAssembly } from '../assembly.ts';
import { missingFor } from '../config/readiness.ts';
import { targetNamed } from '../targets.ts';
import { cdkOrFail, deployLocally } from './deployment.ts';
import { environmentOf, outputsFile, readOutputs } from './outputs.ts';
import { LocalError, localDir } from './processes.ts';
import { Progress } from './progress.ts';
import { runScript } from './script.ts';

const deployHere = async (): Promise<void> => {
  const outputs = readOutputs();
  const progress = new Progress(2);
  const assembly = await progress.step({ zh: '打包与模板', en: 'bundles and templates' }, (report) =>
    cloudAssembly(targetNamed('local'), report, { issuer: outputs.oidcIssuer, outdir: join(localDir, 'cdk.out'), reuse: true }),
  );
  const stacks = await progress.step({ zh: '部署', en: 'deploy' }, (report) => deployLocally(assembly, environmentOf(outputs), report));
  writeFileSync(outputsFile, JSON.stringify({ ...outputs, stacks }, null, 2));
};

const deployTo = async (name: string): Promise<void> => {
  const target = targetNamed(name);
  const { directory, config } = await cloudAssembly(target, console.error);
  const missing = missingFor(config, target);
  if (missing.length > 0) {
    const list = (language: keyof Text) => missing.map((one) => `\n  - ${one[language]}`).join('');
    throw new LocalError(`districts/${config.district.id}.yaml 还不能部署：${list('zh')}`, `It cannot be deployed yet:${list('en')}`);
  }
  await cdkOrFail(
    '部署',
    ['deploy', '--app', directory, '--all', '--require-approval', 'broadening'],
    { AWS_REGION: target.region },
    console.log,
  );
};

await runScript(async () => {
  const name = parseArgs({ allowPositionals: true }).positionals[0] ?? 'local';
  await (name === 'local' ? deployHere() : deployTo(name));
});
