/** A department's sample application on the local cloud: the blueprint of its allocation, with the school canteens written into it. */
import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Files } from '#functions/cloud-quota/blueprint.ts';
import { type Allocation, nameOf } from '../constructs/department/allocation.ts';
import { standAlone } from '../generate/blueprint.ts';
import { allocationIn, writeFiles } from './blueprint.ts';
import { cdkOrFail } from './deployment.ts';
import { environmentOf, type Outputs } from './outputs.ts';
import { LocalError, localDir, type Report, root } from './processes.ts';

const CANTEEN = join(root, 'examples', 'school-canteen');
const DELETED_SECONDS = 60;

/** What the department's own developers write over the starter. */
const canteen = (): Files =>
  Object.fromEntries(
    ['lib', 'functions'].flatMap((folder) =>
      readdirSync(join(CANTEEN, folder))
        .filter((file) => !file.endsWith('.test.ts'))
        .map((file) => {
          const path = join(folder, file);
          return [path, standAlone(path, readFileSync(join(CANTEEN, path), 'utf8'))] as const;
        }),
    ),
  );

export const sampleFiles = (starter: Files): Files => ({ ...starter, ...canteen() });

export interface Sample {
  readonly folder: string;
  readonly stack: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Of its API: curl and browsers find it, Node needs `callSample`. */
  readonly url: string;
}

/** Deploys an app made from a blueprint, whatever was written into it. Done again it changes nothing. */
export const deployApp = async (files: Files, running: Outputs, report: Report = () => undefined): Promise<Sample> => {
  if (running.endpointUrl === undefined) {
    throw new LocalError('示例应用只部署到本地云。', 'The sample is deployed to the local cloud only.');
  }
  const allocation = allocationIn(files);
  const folder = join(localDir, 'samples', allocation.allocationId);
  rmSync(folder, { recursive: true, force: true });
  writeFiles(folder, files);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const outputsFile = join(folder, 'outputs.json');
  const settings = { local: 'true', region: running.region, issuer: running.oidcIssuer };
  const context = Object.entries(settings).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const how = ['--all', '--method', 'direct', '--require-approval', 'never', '--outputs-file', outputsFile];
  await cdkOrFail('部署示例', ['deploy', ...how, ...context], environmentOf(running), report, folder);
  const stack = nameOf(allocation);
  const outputs = (JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, Record<string, string>>)[stack] ?? {};
  const port = new URL(running.endpointUrl).port;
  return { folder, stack, outputs, url: `http://${outputs.ApiId}.execute-api.localhost:${port}` };
};

/** The school canteens, within the allocation that the starter was made for. */
export const deploySample = (starter: Files, running: Outputs, report?: Report): Promise<Sample> =>
  deployApp(sampleFiles(starter), running, report);

const clientOptions = ({ endpointUrl, region }: Outputs) => ({
  ...(endpointUrl && { endpoint: endpointUrl, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
  region,
});

/** CloudFormation deletes no bucket that holds something. */
const empty = async (Bucket: string, s3: S3Client): Promise<void> => {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({ Key, ...(VersionId && { VersionId }) }));
    if (Objects.length === 0) return;
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
};

/** Takes it away with all that it holds; does nothing where there is none. */
export const destroySample = async (allocation: Pick<Allocation, 'systemId' | 'environment'>, running: Outputs): Promise<void> => {
  const StackName = nameOf(allocation);
  const client = new CloudFormationClient(clientOptions(running));
  const found = await client.send(new DescribeStackResourcesCommand({ StackName })).catch((error: Error) => {
    if (error.name === 'ValidationError') return undefined;
    throw error;
  });
  if (!found) return;
  const s3 = new S3Client({ ...clientOptions(running), forcePathStyle: true });
  for (const { ResourceType, PhysicalResourceId = '' } of found.StackResources ?? []) {
    if (ResourceType === 'AWS::S3::Bucket') await empty(PhysicalResourceId, s3);
  }
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: DELETED_SECONDS, minDelay: 1, maxDelay: 1 }, { StackName });
};

export interface SampleCall {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
}

/** Names under `.localhost` don't resolve in Node everywhere: the emulator is told by the Host header which API is meant. */
export const callSample = (
  { url }: Pick<Sample, 'url'>,
  path: string,
  { method = 'GET', token, body }: SampleCall = {},
): Promise<{ readonly status: number; readonly body: unknown }> =>
  new Promise((resolve, reject) => {
    const { host, port } = new URL(url);
    const headers = { host, 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers }, async (answer) => {
      const text = (await answer.toArray()).join('');
      resolve({ status: answer.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) });
    });
    outgoing.once('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
