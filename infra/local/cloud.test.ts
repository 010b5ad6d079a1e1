// The local cloud as a whole: started, used, ended and killed. What AWS documents is asserted, not what the emulator happens to do.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  DescribeCertificateCommand,
  IoTClient,
} from '@aws-sdk/client-iot';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { consumerSource, template } from './cloud.fixture.ts';
import { type Cloud, cloudEnvironment, startCloud } from './cloud.ts';
import { ensurePython } from './python.ts';

// A whole emulator, beside whatever else the tests keep the computer busy with.
vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), 'luojiang-cloud-'));
const seen = join(folder, 'seen');
const stateDir = join(folder, 'state');

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });
}

const ports = { gateway: await freePort(), iot: await freePort() };
const options = {
  ports,
  stateDir,
  logFile: join(folder, 'emulator.log'),
  caFile: join(folder, 'ca.pem'),
  settings: { AUTOSAVE_SECONDS: '1' },
};

let cloud: Cloud;
const client = {
  endpoint: `http://127.0.0.1:${ports.gateway}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const kinesis = new KinesisClient(client);
const lambda = new LambdaClient(client);
const sqs = new SQSClient(client);
const iot = new IoTClient(client);
const dynamodb = new DynamoDBClient(client);

interface Invocation {
  readonly data: readonly string[];
  readonly shard: string;
  readonly at: number;
}

const invocations = (): Invocation[] =>
  existsSync(seen)
    ? readFileSync(seen, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Invocation)
    : [];
/** What the consumer was given, invocation by invocation, of the records that this test named so. */
const invokedWith = (prefix: string): string[] =>
  invocations()
    .map(({ data }) => data.filter((each) => each.startsWith(prefix)).join(' '))
    .filter((line) => line !== '');

async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, limit = 10_000): Promise<T> {
  const deadline = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`not within ${limit} ms: ${what}\n${JSON.stringify(invocations())}`);
    await sleep(20);
  }
}

/** Explicit hash keys choose the shard: the first of two, or the last. */
const put = (stream: string, shard: 'first' | 'last', ...data: string[]) =>
  kinesis.send(
    new PutRecordsCommand({
      StreamName: stream,
      Records: data.map((each) => ({
        Data: Buffer.from(each),
        PartitionKey: 'k',
        ExplicitHashKey: shard === 'first' ? '0' : String(2n ** 128n - 1n),
      })),
    }),
  );

const queueUrl = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl as string;

async function receive(QueueName: string): Promise<Record<string, unknown>> {
  const QueueUrl = await queueUrl(QueueName);
  const body = await until(`a message in ${QueueName}`, async () => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1 }));
    return Messages?.[0]?.Body;
  });
  return JSON.parse(body) as Record<string, unknown>;
}

async function mapping(source: string): Promise<string> {
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({}));
  return EventSourceMappings?.find(({ EventSourceArn }) => EventSourceArn?.includes(source))?.UUID as string;
}

/** Processes of a group that live; one that is dead but not yet collected doesn't count. */
const livingIn = (group: number): string[] =>
  execFileSync('ps', ['-eo', 'pgid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => new RegExp(`^\\s*${group}\\s+[^Z]`).test(line));

beforeAll(async () => {
  cloud = await startCloud(options);
  const cloudFormation = new CloudFormationClient(client);
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: 'trial',
      TemplateBody: template(consumerSource, seen),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { StackName: 'trial' });
}, 120_000);

afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
}, 40_000);

describe('a stream that a function reads', () => {
  test('a partial failure is retried from the failed record on, and holds no other shard', async () => {
    await put('partial', 'first', 'p1', 'p2-once', 'p3');
    await put('partial', 'last', 'q1', 'q2');
    await until('the retry', () => invokedWith('p').length === 2);
    expect(invokedWith('p')).toEqual(['p1 p2-once p3', 'p2-once p3']);
    expect(invokedWith('q')).toEqual(['q1 q2']);
  });

  test('a poison record is isolated, tried as often as configured, and told to the on-failure queue', async () => {
    const { Records } = await put('poison', 'first', 'a1', 'a2', 'a3-poison', 'a4', 'a5');
    const message = await receive('discarded');
    await until('the rest of the batch', () => invokedWith('a').at(-1) === 'a4 a5');
    expect(invokedWith('a')).toEqual(['a1 a2 a3-poison a4 a5', 'a1 a2 a3-poison', 'a1 a2', 'a3-poison', 'a3-poison', 'a4 a5']);
    expect(message).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      KinesisBatchInfo: {
        batchSize: 1,
        startSequenceNumber: Records?.[2]?.SequenceNumber,
        endSequenceNumber: Records?.[2]?.SequenceNumber,
      },
    });
  });

  test('a table’s stream is read the same way, and through its filter', async () => {
    for (const id of ['d1', 'ignored', 'd2']) await dynamodb.send(new PutItemCommand({ TableName: 'outbox', Item: { id: { S: id } } }));
    await until('both rows', () => invokedWith('d').join(' ').includes('d2'));
    expect(invokedWith('d').join(' ')).toBe('d1 d2');
    expect(invokedWith('ignored')).toEqual([]);
  });

  test('a mapping switched off waits, and goes on where it stood', async () => {
    const UUID = await mapping('stream/partial');
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    // A reader notices at the latest when it looks up from waiting.
    await sleep(1_200);
    await put('partial', 'first', 'w1');
    await sleep(300);
    expect(invokedWith('w')).toEqual([]);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
    await until('the record that waited', () => invokedWith('w').length > 0);
    expect(invokedWith('w')).toEqual(['w1']);
  });
});

describe('a rule with a Kinesis action', () => {
  test('brings the bytes of a message unchanged, and tells the error action what failed', async () => {
    const { certificateArn, certificateId, certificatePem, keyPair } = await iot.send(
      new CreateKeysAndCertificateCommand({ setAsActive: true }),
    );
    const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] };
    await iot.send(new CreatePolicyCommand({ policyName: 'device', policyDocument: JSON.stringify(allow) }));
    await iot.send(new AttachPolicyCommand({ policyName: 'device', target: certificateArn }));
    expect(certificateId).toBeDefined();
    const device = await connectAsync(`mqtts://${cloud.iotHost}:${cloud.iotPort}`, {
      clientId: 'm1',
      cert: certificatePem as string,
      key: keyPair?.PrivateKey as string,
      ca: readFileSync(cloud.caFile as string),
      servername: 'localhost',
    });
    const malformed = Buffer.from([0x6d, 0xff, 0xfe, 0x00, 0x80]);
    await device.publishAsync('$aws/rules/to_stream/d/m1', malformed, { qos: 1 });
    await device.publishAsync('$aws/rules/to_stream/d/m1', 'm {broken', { qos: 1 });
    await device.publishAsync('$aws/rules/to_nowhere/d/m1', malformed, { qos: 1 });
    await device.publishAsync('$aws/rules/to_forbidden/d/m1', 'x', { qos: 1 });
    await device.endAsync();
    await until('both messages', () => invokedWith('m').join('').includes('broken'));
    expect(invokedWith('m').join('|').replaceAll(' m', '|m')).toBe(`${malformed.toString('latin1')}|m {broken`);
    expect(await receive('failed-rules')).toMatchObject({
      ruleName: 'to_nowhere',
      // Of Basic Ingest, the topic after the rule's name.
      topic: 'd/m1',
      clientId: 'm1',
      base64OriginalPayload: malformed.toString('base64'),
      failures: [
        {
          failedAction: 'KinesisAction',
          failedResource: 'nowhere',
          errorMessage: expect.stringContaining('not found'),
        },
      ],
    });
    expect(await receive('forbidden-rules')).toMatchObject({
      failures: [{ errorMessage: expect.stringContaining('not authorized to perform: kinesis:PutRecord') }],
    });
  });
});

describe('the end of the emulator', () => {
  const item = (id: string) => dynamodb.send(new GetItemCommand({ TableName: 'outbox', Key: { id: { S: id } } }));

  test('in order: everything is there again, unread records are read then, and none twice', async () => {
    const { certificateId } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    for (const source of ['stream/partial', 'table/outbox']) {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID: await mapping(source), Enabled: false }));
    }
    await sleep(1_200);
    await put('partial', 'last', 'r1');
    await dynamodb.send(new PutItemCommand({ TableName: 'outbox', Item: { id: { S: 'dr1' } } }));
    await sqs.send(new SendMessageCommand({ QueueUrl: await queueUrl('kept'), MessageBody: '{"kept":true}' }));
    await put('poison', 'first', 's-slow');
    await until('a function at work', () => invokedWith('s').length > 0);
    const before = invocations().length;
    await cloud.stop();
    expect(livingIn(cloud.pid as number)).toEqual([]);
    cloud = await startCloud(options);
    expect((await item('dr1')).Item).toEqual({ id: { S: 'dr1' } });
    expect(await receive('kept')).toEqual({ kept: true });
    expect((await iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription?.status).toBe('ACTIVE');
    for (const source of ['stream/partial', 'table/outbox']) {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID: await mapping(source), Enabled: true }));
    }
    await until('the unread records', () => invocations().length >= before + 2);
    await sleep(200);
    expect(
      invocations()
        .slice(before)
        .flatMap(({ data }) => data)
        .sort(),
    ).toEqual(['dr1', 'r1']);
  }, 40_000);

  test('by kill -9: the last save is there again, no process is left, and the message names the log', async () => {
    await dynamodb.send(new PutItemCommand({ TableName: 'outbox', Item: { id: { S: 'ignored-too' } } }));
    const written = Date.now();
    // A save that began after the write, on an interval of a second.
    await until(
      'an autosave',
      () =>
        statSync(join(stateDir, 'dynamodb.json')).mtimeMs > written &&
        readFileSync(join(stateDir, 'dynamodb.json'), 'utf8').includes('ignored-too'),
    );
    expect(Date.now() - written).toBeLessThan(4_000);
    const died = new Promise<Error>((done) => cloud.onExit(done));
    const { pid } = cloud;
    expect(livingIn(pid as number).length).toBeGreaterThan(1);
    process.kill(pid as number, 'SIGKILL');
    expect((await died).message).toContain(options.logFile);
    await until('an empty process group', () => livingIn(pid as number).length === 0);
    cloud = await startCloud(options);
    expect((await item('ignored-too')).Item).toEqual({ id: { S: 'ignored-too' } });
    await put('partial', 'first', 'k1');
    await until('a consumer at work', () => invokedWith('k').length > 0);
  }, 40_000);

  test('with its parent killed: it saves, ends, and leaves nothing', async () => {
    const own = { ports: { gateway: await freePort(), iot: await freePort() }, stateDir: join(folder, 'orphan') };
    const script = `import { startCloud } from '${join(import.meta.dirname, 'cloud.ts')}';
      const cloud = await startCloud({ ...${JSON.stringify(own)}, logFile: '${folder}/orphan.log', caFile: '${folder}/orphan.pem' });
      process.send(cloud.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const pid = await new Promise<number>((told) => parent.once('message', (message) => told(message as number)));
    parent.kill('SIGKILL');
    await until('the end of the emulator', () => livingIn(pid).length === 0);
    expect(existsSync(join(own.stateDir, 'iot.json'))).toBe(true);
  }, 40_000);
});

describe('what stands in the way is named', () => {
  test('a port that is taken', async () => {
    const taken = createServer().listen(0);
    const { port } = taken.address() as { port: number };
    const clash = startCloud({ ...options, ports: { gateway: port, iot: ports.iot }, stateDir: join(folder, 'clash') });
    await expect(clash).rejects.toThrow(new RegExp(`端口已被占用：.*${port}`));
    taken.close();
  }, 20_000);

  test('no Python', async () => {
    const { PATH } = process.env;
    process.env.PATH = '';
    try {
      await expect(ensurePython(() => {}, join(folder, 'venv'))).rejects.toThrow(/Python 3\.10[\s\S]*sudo apt install python3/);
    } finally {
      process.env.PATH = PATH;
    }
  });

  test('a given endpoint is used, and nothing started', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://cloud.example:4566';
    try {
      const given = await startCloud(options);
      expect(given.pid).toBeUndefined();
      expect(cloudEnvironment(given)).toMatchObject({
        AWS_ENDPOINT_URL: 'http://cloud.example:4566',
        AWS_REGION: 'us-east-1',
      });
    } finally {
      delete process.env.AWS_ENDPOINT_URL;
    }
  });
});
