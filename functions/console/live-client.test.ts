import {
  ApiGatewayManagementApiClient,
  ForbiddenException,
  GoneException,
  PayloadTooLargeException,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { poster } from './live-client.ts';

const ENDPOINT = 'https://abc123.execute-api.cn-north-1.amazonaws.com.cn/live';
const about = { message: 'as API Gateway says it', $metadata: {} };

interface Request {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** What would go over the wire, and what comes back. */
let sent: Request[];
let answer: { statusCode: number; headers: Record<string, string> };

beforeEach(() => {
  sent = [];
  answer = { statusCode: 200, headers: {} };
  for (const [name, value] of Object.entries({ AWS_REGION: 'cn-north-1', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }))
    vi.stubEnv(name, value);
  vi.stubEnv('AWS_ENDPOINT_URL', undefined);
  // The SDK's own way, down to the socket.
  const send = ApiGatewayManagementApiClient.prototype.send as (this: ApiGatewayManagementApiClient, command: unknown) => Promise<unknown>;
  vi.spyOn(ApiGatewayManagementApiClient.prototype, 'send').mockImplementation(function (
    this: ApiGatewayManagementApiClient,
    command: unknown,
  ) {
    const handle = async (request: Request) => {
      sent.push(request);
      return { response: { ...answer, body: new Uint8Array() } };
    };
    Object.assign(this.config, { requestHandler: { handle } });
    return send.call(this, command);
  } as never);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('a message is posted to its connection at the stage’s own address', async () => {
  expect(await poster(ENDPOINT)('L0SM9cOFIA=', '["开闸"]')).toBe('sent');
  expect(sent).toMatchObject([
    {
      method: 'POST',
      protocol: 'https:',
      hostname: 'abc123.execute-api.cn-north-1.amazonaws.com.cn',
      path: '/live/@connections/L0SM9cOFIA%3D',
      headers: { host: 'abc123.execute-api.cn-north-1.amazonaws.com.cn' },
    },
  ]);
  expect(Buffer.from(sent[0]?.body as Uint8Array).toString()).toBe('["开闸"]');
});

test('beside an emulator it is posted to that, under the name by which it routes', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566');
  expect(await poster(ENDPOINT)('conn-1', '[]')).toBe('sent');
  expect(sent).toMatchObject([
    {
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: 4566,
      path: '/live/@connections/conn-1',
      headers: { host: 'abc123.execute-api.localhost:4566' },
    },
  ]);
});

/** Once, without what the SDK would make of it: how it tells errors apart is its own. */
const fails = (error: Error) => vi.spyOn(ApiGatewayManagementApiClient.prototype, 'send').mockRejectedValueOnce(error as never);

test('a connection that ended is gone, which is no error', async () => {
  fails(new GoneException(about));
  expect(await poster(ENDPOINT)('conn-1', '[]')).toBe('gone');
});

test('HTTP 410 is how API Gateway says so', async () => {
  answer = { statusCode: 410, headers: { 'x-amzn-errortype': 'GoneException' } };
  expect(await poster(ENDPOINT)('conn-1', '[]')).toBe('gone');
});

test.each([new ForbiddenException(about), new PayloadTooLargeException(about), new Error('socket hang up')])(
  '$name is an error',
  async (error) => {
    fails(error);
    await expect(poster(ENDPOINT)('conn-1', '[]')).rejects.toBe(error);
  },
);
