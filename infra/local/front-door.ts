/**
 * The one origin that a browser opens: pages, API and live updates. It stands for the custom domain that a real account has, and hands on to the
 * emulator, which tells APIs apart by the Host header (names under `.localhost` don't resolve everywhere, so nobody could open those).
 */
import { Agent, createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import util from 'node:util';
import { language } from '#runtime/problem.ts';
import { serveOnLoopback } from './loopback.ts';

// http-proxy takes util._extend as it loads, which Node 24 calls deprecated in the middle of somebody's start.
Object.assign(util, { _extend: Object.assign });
const { default: httpProxy } = await import('http-proxy');

export interface FrontDoorOptions {
  readonly port: number;
  /** The emulator's. */
  readonly gatewayPort: number;
  readonly apiId: string;
  readonly webSocketApiId: string;
  readonly webSocketStage: string;
}

export interface FrontDoor {
  readonly url: string;
  stop(): Promise<void>;
}

/** The emulator closes a connection that was quiet for 75 s; one that is reused at that moment would fail. */
const IDLE_MS = 30_000;

/** What `$connect` answers with (functions/console/handlers/connect.ts). */
const SUBPROTOCOL = 'luojiang.v1';

const TITLES = { 404: { zh: '未找到', en: 'Not found' }, 502: { zh: '本地云没有应答', en: 'The local cloud does not answer' } };
const DETAILS = {
  404: { zh: '这里没有 WebSocket 服务', en: 'No WebSocket is served here' },
  502: {
    zh: '模拟器没有应答，详见 .local/emulator.log；或重新执行 npm start',
    en: 'The emulator does not answer; see .local/emulator.log, or run npm start again',
  },
};
const CODES = { 404: 'unknown-socket', 502: 'local-cloud-away' };

const problem = (status: 404 | 502, { headers }: IncomingMessage): string => {
  const tongue = language(headers['accept-language']);
  return JSON.stringify({
    type: `urn:luojiang:problem:${CODES[status]}`,
    title: TITLES[status][tongue],
    status,
    detail: DETAILS[status][tongue],
    code: CODES[status],
  });
};

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const refuseUpgrade = (status: 404 | 502, request: IncomingMessage, socket: Duplex): void => {
  const body = problem(status, request);
  const reason = status === 404 ? 'Not Found' : 'Bad Gateway';
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

/** Who called by which way is what the door saw, not what a caller says. */
const dropForwarded = ({ headers }: IncomingMessage): void => {
  for (const name of Object.keys(headers)) if (name === 'forwarded' || name.startsWith('x-forwarded-')) delete headers[name];
};

export const startFrontDoor = async ({
  port,
  gatewayPort,
  apiId,
  webSocketApiId,
  webSocketStage,
}: FrontDoorOptions): Promise<FrontDoor> => {
  const host = (name: string): string => `${name}.localhost:${gatewayPort}`;
  /** Path of an upgrade: what it becomes, and whom it is for. */
  const sockets: Readonly<Record<string, { readonly path: string; readonly host: string }>> = {
    '/live': { path: `/${webSocketStage}`, host: host(`${webSocketApiId}.execute-api`) },
    '/mqtt': { path: '/mqtt', host: host('data-ats.iot.local') },
  };
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${gatewayPort}`, xfwd: true });
  const upgraded = new WeakSet<Duplex>();

  proxy.on('error', (_, request, answer) => {
    if (!(answer instanceof ServerResponse)) {
      if (upgraded.has(answer)) answer.destroy();
      else refuseUpgrade(502, request, answer);
    } else if (answer.headersSent) {
      // Half an answer must not look like a whole one.
      answer.destroy();
    } else {
      answer.writeHead(502, { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' }).end(problem(502, request));
    }
  });
  proxy.on('proxyRes', (incoming, _, answer) => {
    // http-proxy would leave the caller waiting for the rest.
    incoming.once('close', () => incoming.complete || answer.destroy());
  });
  proxy.on('proxyReqWs', (outgoing, request, socket) => {
    // Before http-proxy's own listeners, which write the answer's head at once.
    outgoing.prependListener('upgrade', ({ headers }: IncomingMessage) => {
      upgraded.add(socket);
      // The emulator drops the headers of $connect's answer, and a browser drops a connection that takes none of its subprotocols.
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
      if (headers['sec-websocket-protocol'] === undefined && offered.includes(SUBPROTOCOL)) headers['sec-websocket-protocol'] = SUBPROTOCOL;
    });
    outgoing.prependListener('response', ({ headers }: IncomingMessage) => {
      // A refusal's body is written as it comes out of the chunks, and its end is the connection's.
      delete headers['transfer-encoding'];
      headers.connection = 'close';
    });
  });

  const server = createServer((request, response) => {
    dropForwarded(request);
    proxy.web(request, response, { agent, headers: { host: host(`${apiId}.execute-api`) } });
  });
  server.on('upgrade', (request, socket, head) => {
    // A browser that goes away before the answer would otherwise end the process.
    socket.on('error', () => socket.destroy());
    const [path = '', ...query] = (request.url ?? '').split('?');
    const to = sockets[path];
    if (!to) return refuseUpgrade(404, request, socket);
    dropForwarded(request);
    request.url = [to.path, ...query].join('?');
    proxy.ws(request, socket, head, { headers: { host: to.host } });
  });
  const close = await serveOnLoopback(server, port);
  return {
    url: `http://localhost:${port}`,
    stop: async () => {
      await close();
      agent.destroy();
    },
  };
};
