/** Brings an assembly onto a cloud by the `cdk` CLI, and remembers what was brought, so that nothing is deployed twice. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, CloudFormationServiceException, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Assembly } from '../assembly.ts';
import { LocalError, localDir, type Report, root, runCommand } from './processes.ts';

export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Where to deploy, as environment variables: an endpoint and credentials, or nothing for whatever the person has configured. */
export type CloudEnvironment = Readonly<Record<string, string>>;

const cli = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const deployedFile = join(localDir, 'deployed.json');

interface Deployed {
  readonly hash: string;
  readonly outputs: StackOutputs;
}

/** Templates name their assets by content, so they alone tell whether anything changed. */
const hashOf = ({ directory }: Assembly): string => {
  const hash = createHash('sha256');
  for (const file of readdirSync(directory).sort()) {
    if (/\.(template|assets)\.json$/.test(file)) hash.update(readFileSync(join(directory, file)));
  }
  return hash.digest('hex');
};

const readDeployed = (): Deployed | undefined =>
  existsSync(deployedFile) ? (JSON.parse(readFileSync(deployedFile, 'utf8')) as Deployed) : undefined;

const isStanding = async (stack: string, environment: CloudEnvironment): Promise<boolean> => {
  const client = new CloudFormationClient({
    endpoint: environment.AWS_ENDPOINT_URL as string,
    region: environment.AWS_REGION as string,
    credentials: { accessKeyId: environment.AWS_ACCESS_KEY_ID as string, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY as string },
    maxAttempts: 2,
  });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return /^(CREATE|UPDATE)_COMPLETE$/.test(Stacks?.[0]?.StackStatus ?? '');
  } catch (error) {
    // So it answers for a stack that doesn't exist.
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return false;
    throw error;
  }
};

const cdk = (args: string[], environment: CloudEnvironment, report: Report, folder: string) =>
  runCommand(process.execPath, [cli, ...args], report, folder, { ...environment, CDK_DISABLE_CLI_TELEMETRY: 'true', FORCE_COLOR: '0' });

const FINISHED = /(\S+) \| *(?:CREATE|UPDATE)_COMPLETE/;

/** In a folder whose cdk.json says how the app is run, or in ours. */
export const cdkOrFail = async (
  what: string,
  args: string[],
  environment: CloudEnvironment,
  report: Report,
  folder = root,
): Promise<void> => {
  const { code, output } = await cdk(args, environment, report, folder);
  if (code === 0) return;
  const tail = output.trimEnd().split('\n').slice(-30).join('\n');
  throw new LocalError(
    `${what}失败（退出码 ${code}）：\n${tail}`,
    `cdk ${args[0]} failed with exit code ${code}; its last lines are above.`,
  );
};

/** Deploys to the local cloud what isn't there yet. */
export const deployLocally = async (assembly: Assembly, environment: CloudEnvironment, report: Report): Promise<StackOutputs> => {
  const region = environment.AWS_REGION as string;
  const hash = hashOf(assembly);
  const before = readDeployed();
  if (before?.hash === hash && (await Promise.all(assembly.stacks.map((stack) => isStanding(stack, environment)))).every(Boolean)) {
    report('无变化 nothing changed');
    return before.outputs;
  }
  if (!(await isStanding('CDKToolkit', environment))) {
    await cdkOrFail('初始化', ['bootstrap', '--app', assembly.directory, `aws://000000000000/${region}`], environment, () => undefined);
  }
  const outputsFile = join(localDir, 'stack-outputs.json');
  mkdirSync(localDir, { recursive: true });
  let done = 0;
  const args = ['--app', assembly.directory, '--all', '--method', 'direct', '--require-approval', 'never', '--concurrency', '4'];
  await cdkOrFail('部署', ['deploy', ...args, '--progress', 'events', '--outputs-file', outputsFile], environment, (line) => {
    if (FINISHED.test(line)) report(`${++done} 个资源就绪 resources ready`);
  });
  const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as StackOutputs;
  writeFileSync(deployedFile, JSON.stringify({ hash, outputs } satisfies Deployed));
  return outputs;
};
