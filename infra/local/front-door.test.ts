import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type FrontDoor, startFrontDoor } from './front-door.ts';
import { serveOnLoopback } from './loopback.ts';

const DOOR = 14_810;
const GATEWAY = 14_811;
const NOBODY = 14_812;
const options = { port: DOOR, gatewayPort: GATEWAY, apiId: 'abc', webSocketApiId: 'xyz', webSocketStage: 'live' };

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body?: string;
}

/** Answers a WebSocket as the emulator does: MQTT's subprotocol is echoed, of the API's nothing is said. */
const upgrades: IncomingMessage[] = [];
const webSockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false) });
const upstream = createServer(async (incoming, answer) => {
  if (incoming.url === '/slow') {
    answer.write('first');
    await sleep(300);
    answer.end('last');
    return;
  }
  if (incoming.url === '/broken') {
    answer.writeHead(200, { 'content-length': '100' }).write('half', () => incoming.socket.destroy());
    return;
  }
  const body = (await incoming.toArray()).join('');
  answer.setHeader('etag', '"1"');
  answer.end(JSON.stringify({ url: incoming.url, headers: incoming.headers, body } satisfies Seen));
});
upstream.on('upgrade', (incoming, socket, head) => {
  upgrades.push(incoming);
  if ((incoming.headers['sec-websocket-protocol'] ?? '').includes('bearer.never')) return;
  if ((incoming.headers['sec-websocket-protocol'] ?? '').includes('bearer.bad')) {
    socket.end('HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nForbidden\r\n0\r\n\r\n');
    return;
  }
  webSockets.handleUpgrade(incoming, socket, head, (client) => client.on('message', (data) => client.send(`echo ${data}`)));
});

let door: FrontDoor;
let stopUpstream: () => Promise<void>;

beforeAll(async () => {
  stopUpstream = await serveOnLoopback(upstream, GATEWAY);
  door = await startFrontDoor(options);
});
afterAll(async () => {
  await door.stop();
  await stopUpstream();
});

const open = (path: string, protocols: string[]) => new WebSocket(`ws://127.0.0.1:${DOOR}${path}`, protocols);
const refusal = async (socket: WebSocket): Promise<IncomingMessage> =>
  ((await once(socket, 'unexpected-response')) as [unknown, IncomingMessage])[1];

describe('HTTP', () => {
  test('reaches the API by its name, whole, and comes back whole', async () => {
    const response = await fetch(`${door.url}/v1/alerts?level=red&x=%20`, {
      method: 'POST',
      body: 'a body',
      headers: {
        authorization: 'Bearer a.b.c',
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-host': 'evil.example',
        forwarded: 'for=1.2.3.4',
      },
    });
    const { url, headers, body } = (await response.json()) as Seen;
    expect([response.status, response.headers.get('etag'), url, body]).toEqual([200, '"1"', '/v1/alerts?level=red&x=%20', 'a body']);
    expect(headers).toMatchObject({
      host: `abc.execute-api.localhost:${GATEWAY}`,
      authorization: 'Bearer a.b.c',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': `localhost:${DOOR}`,
      'x-forwarded-proto': 'http',
    });
    expect(headers.forwarded).toBeUndefined();
  });

  test('connections to the emulator are kept', async () => {
    let connections = 0;
    const count = () => connections++;
    upstream.on('connection', count);
    for (let i = 0; i < 10; i++) await (await fetch(door.url)).text();
    upstream.off('connection', count);
    expect(connections).toBeLessThanOrEqual(1);
  });

  test('an answer flows as it comes; half an answer is not taken for a whole one', async () => {
    const began = performance.now();
    const outgoing = request(`http://127.0.0.1:${DOOR}/slow`).end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const [first] = (await once(answer, 'data')) as [Buffer];
    expect([first.toString(), performance.now() - began < 250]).toEqual(['first', true]);
    await expect(fetch(`${door.url}/broken`).then((response) => response.text())).rejects.toThrow();
  });

  test('an emulator that does not answer is told as a problem, in the caller’s language', async () => {
    const lonely = await startFrontDoor({ ...options, port: NOBODY, gatewayPort: NOBODY + 1 });
    try {
      const ask = async (tongue: string) => {
        const response = await fetch(lonely.url, { headers: { 'accept-language': tongue } });
        return { type: response.headers.get('content-type'), status: response.status, problem: (await response.json()) as object };
      };
      const { type, status, problem } = await ask('zh-CN,en;q=0.5');
      expect([type, status]).toEqual(['application/problem+json; charset=utf-8', 502]);
      expect(problem).toMatchObject({
        type: 'urn:luojiang:problem:local-cloud-away',
        status: 502,
        title: '本地云没有应答',
        detail: expect.stringContaining('npm start'),
      });
      expect((await ask('en')).problem).toMatchObject({ title: 'The local cloud does not answer' });
      const answer = await refusal(new WebSocket(`ws://127.0.0.1:${NOBODY}/live`));
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([502, 'application/problem+json; charset=utf-8']);
    } finally {
      await lonely.stop();
    }
  });
});

describe('WebSocket', () => {
  test('/live reaches the WebSocket API’s stage; the subprotocol that the emulator leaves out is said', async () => {
    const socket = open('/live?since=1', ['luojiang.v1', 'bearer.a.b.c']);
    await once(socket, 'open');
    expect(socket.protocol).toBe('luojiang.v1');
    const { url, headers } = upgrades.at(-1) as IncomingMessage;
    expect([url, headers.host, headers['sec-websocket-protocol']]).toEqual([
      '/live?since=1',
      `xyz.execute-api.localhost:${GATEWAY}`,
      'luojiang.v1,bearer.a.b.c',
    ]);
    socket.send('ping');
    expect(String(((await once(socket, 'message')) as [Buffer])[0])).toBe('echo ping');
    socket.close();
    expect((await once(socket, 'close'))[0]).toBe(1005);
  });

  test('/mqtt reaches the device gateway and keeps the subprotocol that it chose', async () => {
    const socket = open('/mqtt', ['mqtt']);
    await once(socket, 'open');
    expect([socket.protocol, upgrades.at(-1)?.headers.host]).toEqual(['mqtt', `data-ats.iot.local.localhost:${GATEWAY}`]);
    socket.close();
    await once(socket, 'close');
  });

  test('a bad token is refused as the API refuses it, another path here', async () => {
    const refused = await refusal(open('/live', ['luojiang.v1', 'bearer.bad']));
    expect([refused.statusCode, (await refused.toArray()).join('')]).toEqual([403, 'Forbidden']);
    for (const path of ['/elsewhere', '//']) expect((await refusal(open(path, ['luojiang.v1']))).statusCode).toBe(404);
  });

  test('a browser that goes away in mid handshake harms nobody', async () => {
    const socket = connect(DOOR, '127.0.0.1');
    const reached = once(upstream, 'upgrade');
    socket.write(
      'GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: bearer.never\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [{ socket: held }] = (await reached) as [IncomingMessage];
    socket.resetAndDestroy();
    await sleep(20);
    held.destroy();
    expect((await fetch(door.url)).status).toBe(200);
  });

  test('ends with the door', async () => {
    const other = await startFrontDoor({ ...options, port: NOBODY + 2 });
    const socket = new WebSocket(`ws://127.0.0.1:${NOBODY + 2}/live`);
    await once(socket, 'open');
    await Promise.all([once(socket, 'close'), other.stop()]);
    await expect(fetch(other.url)).rejects.toThrow();
  });
});
