// Every port of the local cloud in one row from one base, so that two checkouts run beside each other by one variable.
import { createServer } from 'node:net';
import { LocalError } from './processes.ts';

export const defaultBase = 4560;

export interface Ports {
  /** The origin a browser opens: pages, API, live updates (stands for the custom domain). */
  frontDoor: number;
  /** The local OpenID Connect issuer. */
  oidc: number;
  /** What tests and the simulator steer the run with. */
  control: number;
  /** The AWS APIs (4566 by default, which is what people expect of an emulator). */
  gateway: number;
  /** MQTT over mutual TLS. */
  iot: number;
}

export function ports(base = Number(process.env.LOCAL_PORT_BASE ?? defaultBase)): Ports {
  if (!Number.isInteger(base) || base < 1024 || base > 65_500) {
    throw new LocalError(
      `LOCAL_PORT_BASE 应为 1024 到 65500 之间的整数，当前为“${process.env.LOCAL_PORT_BASE ?? base}”。`,
      `LOCAL_PORT_BASE must be an integer from 1024 to 65500; it is "${process.env.LOCAL_PORT_BASE ?? base}".`,
    );
  }
  return { frontDoor: base, oidc: base + 1, control: base + 2, gateway: base + 6, iot: base + 7 };
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
