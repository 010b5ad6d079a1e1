/** Starts everything that the district needs on one computer, in order, and ends it in order, whatever fails on the way. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assembly, cloudAssembly } from '../assembly.ts';
import { TARGETS } from '../targets.ts';
import { type Cloud, cloudEnvironment, startCloud } from './cloud.ts';
import { deployLocally, type StackOutputs } from './deployment.ts';
import { startFrontDoor } from './front-door.ts';
import { startIssuer } from './oidc/issuer.ts';
import { type Outputs, outputsFile, runFile, stackOutput } from './outputs.ts';
import { type Ports, ports as portsFrom, requireFreePorts } from './ports.ts';
import { isAlive, LocalError, localDir, readRunRecord } from './processes.ts';
import { Progress } from './progress.ts';
import { seedFleet } from './simulator/fleet.ts';
import { simulate } from './simulator/simulate.ts';

export interface DistrictOptions {
  /** Without the simulated devices' traffic. */
  readonly headless: boolean;
  /** Readings per device and minute; the simulator's own without it. */
  readonly pace?: number | undefined;
  /** So many times shorter waits of escalations. */
  readonly hurry?: number | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

export interface District {
  readonly outputs: Outputs;
  /** When everything has ended in order; rejects when something died. */
  readonly ended: Promise<void>;
}

const STEPS = 6;

/** One at a time in one folder: two would overwrite each other's state. */
const refuseSecond = (): void => {
  const running = readRunRecord(runFile);
  if (running && isAlive(running.pid)) {
    throw new LocalError(
      `罗江云已在运行（进程 ${running.pid}）。先执行 npm run stop。`,
      `Luojiang Cloud is already running (process ${running.pid}); end it with npm run stop.`,
    );
  }
};

const toOutputs = (cloud: Cloud, url: string, issuer: string, stacks: StackOutputs): Outputs => ({
  apiUrl: url,
  consoleUrl: url,
  citizenUrl: `${url}/citizen`,
  oidcIssuer: issuer,
  iotHost: cloud.iotHost,
  iotPort: cloud.iotPort,
  iotCaFile: cloud.caFile ?? '',
  region: cloud.region,
  endpointUrl: cloud.endpointUrl,
  stacks,
});

type Stop = () => Promise<void> | void;

/** Ends what runs, the last first; one that fails to end doesn't keep the others alive. */
const endAll = async (running: Stop[]): Promise<void> => {
  for (const stop of running.reverse()) {
    await Promise.resolve(stop()).catch((error: unknown) => process.stderr.write(`  ! ${String(error)}\n`));
  }
};

const warmUp = async (url: string): Promise<void> => {
  for (const path of ['/config.json', '/v1/me']) {
    const { status } = await fetch(`${url}${path}`);
    if (status >= 500)
      throw new LocalError(`${path} 返回 ${status}，详见 .local/emulator.log。`, `${path} answers ${status}; see .local/emulator.log.`);
  }
};

export const startDistrict = async ({ headless, pace, hurry, signal }: DistrictOptions): Promise<District | undefined> => {
  refuseSecond();
  const ports = portsFrom();
  await requireFreePorts(ports);
  mkdirSync(localDir, { recursive: true });
  rmSync(outputsFile, { force: true });
  const running: Stop[] = [() => rmSync(outputsFile, { force: true }), () => rmSync(runFile, { force: true })];
  const progress = new Progress(headless ? STEPS - 1 : STEPS);
  const url = `http://localhost:${ports.frontDoor}`;
  const issuer = `http://localhost:${ports.oidc}`;
  const died = Promise.withResolvers<never>();
  died.promise.catch(() => undefined);
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  /** A step is left behind at once when somebody presses Ctrl-C or a child dies. */
  const orEnd = <T>(work: Promise<T>): Promise<T> =>
    Promise.race([work, died.promise, aborted.then(() => Promise.reject(new Interrupted()))]);

  try {
    const cloud = await progress.step({ zh: '本地云', en: 'local cloud' }, (report) => startCloud({ ports, report }));
    running.push(() => cloud.stop());
    cloud.onExit((error) => died.reject(error));
    writeFileSync(
      runFile,
      JSON.stringify({ pid: process.pid, cloudPid: cloud.pid ?? 0, endpointUrl: cloud.endpointUrl, startedAt: new Date().toISOString() }),
    );
    const assembly = await orEnd(
      progress.step({ zh: '打包与模板', en: 'bundles and templates' }, (report) =>
        cloudAssembly(TARGETS.local, report, { issuer, hurry, outdir: join(localDir, 'cdk.out'), reuse: true }),
      ),
    );
    const oidc = await orEnd(progress.step({ zh: '身份服务', en: 'identity' }, () => startOidc(assembly, ports, url)));
    running.push(() => oidc.stop());
    const stacks = await orEnd(
      progress.step({ zh: '部署', en: 'deploy' }, (report) => deployLocally(assembly, cloudEnvironment(cloud), report)),
    );
    const outputs = toOutputs(cloud, url, issuer, stacks);
    await orEnd(
      progress.step({ zh: '设备与控制台', en: 'devices and console' }, async (report) => {
        const door = await startFrontDoor({
          port: ports.frontDoor,
          gatewayPort: Number(new URL(cloud.endpointUrl).port),
          apiId: stackOutput(outputs, 'ApiId'),
          webSocketApiId: stackOutput(outputs, 'LiveApiId'),
          webSocketStage: 'live',
        });
        running.push(() => door.stop());
        await seedFleet({ outputs, config: assembly.config, report });
        await warmUp(url);
      }),
    );
    if (!headless) {
      await progress.step({ zh: '模拟设备', en: 'simulated devices' }, async (report) => {
        const player = await simulate({ outputs, config: assembly.config, pace, report });
        running.push(() => player.stop());
      });
    }
    const temporary = `${outputsFile}.new`;
    writeFileSync(temporary, JSON.stringify(outputs, null, 2));
    renameSync(temporary, outputsFile);
    return { outputs, ended: Promise.race([aborted, died.promise]).finally(() => endAll(running)) };
  } catch (error) {
    await endAll(running);
    if (error instanceof Interrupted) return undefined;
    throw error;
  }
};

class Interrupted extends Error {}

const startOidc = (assembly: Assembly, ports: Ports, consoleOrigin: string) =>
  startIssuer({
    port: ports.oidc,
    config: assembly.config,
    consoleOrigin,
    keysFile: join(localDir, 'oidc-keys.json'),
    clientsFile: join(localDir, 'oidc-clients.json'),
  });
