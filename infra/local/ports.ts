// Every port of the local cloud in one row from one base, so that two checkouts run beside each other by one variable.
import { createServer } from 'node:net';
import { LocalError } from './processes.ts';

export const defaultBase = 4560;

export interface Ports {
  /** The origin a browser opens: pages, API, live updates (stands for the custom domain). */
  frontDoor: number;
  /** The local OpenID Connect issuer. */
  oidc: number;
  /** The AWS APIs (4566 by default, which is what people expect of an emulator). */
  gateway: number;
  /** MQTT over mutual TLS. */
  iot: number;
}

/** Browsers and fetch refuse these, so a page served there can't be opened. https://fetch.spec.whatwg.org/#port-blocking */
const REFUSED = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

export function ports(base = Number(process.env.LOCAL_PORT_BASE ?? defaultBase)): Ports {
  if (!Number.isInteger(base) || base < 1024 || base > 65_500) {
    throw new LocalError(
      `LOCAL_PORT_BASE 应为 1024 到 65500 之间的整数，当前为“${process.env.LOCAL_PORT_BASE ?? base}”。`,
      `LOCAL_PORT_BASE must be an integer from 1024 to 65500; it is "${process.env.LOCAL_PORT_BASE ?? base}".`,
    );
  }
  const chosen = { frontDoor: base, oidc: base + 1, gateway: base + 6, iot: base + 7 };
  const refused = Object.values(chosen).find((port) => REFUSED.has(port));
  if (refused === undefined) return chosen;
  throw new LocalError(
    `浏览器拒绝访问端口 ${refused}，请换一个 LOCAL_PORT_BASE（当前为 ${base}）。`,
    `Browsers refuse port ${refused}: choose another LOCAL_PORT_BASE (it is ${base}).`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', () => answer(false));
    // Without a host: the emulator binds every interface, so a listener on any of them is in its way.
    server.listen({ port, exclusive: true }, () => server.close(() => answer(true)));
  });
}

/** Throws naming each port that is taken, what it was for, and how to move them all. */
export async function requireFreePorts(wanted: Partial<Ports>): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(wanted)) {
    if (!(await isFree(port))) taken.push(`${port} (${name})`);
  }
  if (taken.length === 0) return;
  throw new LocalError(
    `端口已被占用：${taken.join('，')}。请关闭占用的程序，或换一组端口：LOCAL_PORT_BASE=5560 npm start`,
    `Ports in use: ${taken.join(', ')}. Close what holds them, or move all of them: LOCAL_PORT_BASE=5560 npm start`,
  );
}
