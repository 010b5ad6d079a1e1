// The embedded local cloud: MiniStack with what it lacks (infra/local/emulator/), started, watched and stopped in order.
// A set AWS_ENDPOINT_URL wins: nothing is started, and whatever answers there serves in its place.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ports, requireFreePorts } from './ports.ts';
import { LocalError, lastLines, localDir, type Report, root } from './processes.ts';
import { ensurePython } from './python.ts';

const launcher = join(root, 'infra', 'local', 'emulator', 'launcher.py');
const defaultRegion = 'us-east-1';
const startLimit = 40_000;
/** The state of a long run takes seconds to write. */
const stopLimit = 30_000;
/** An emulator whose parent was killed stops by itself within this time, and gives its ports back. */
const portsLimit = 3_000;
const groupLimit = 1_000;
const groupLook = 20;
/** What launcher.py ends with when another emulator holds the state folder. */
const exitStateInUse = 75;

export interface Cloud {
  readonly endpointUrl: string;
  readonly iotHost: string;
  readonly iotPort: number;
  /** The authority that signed the MQTT endpoint's certificate; absent where the system's own ones do (a real account). */
  readonly caFile?: string;
  readonly region: string;
  /** The emulator's process, leader of its group; absent where nothing was started. */
  readonly pid?: number;
  /** Ends it in order, its state saved. Does nothing the second time, or where nothing was started. */
  stop(): Promise<void>;
  /** Called once if it ends without `stop`. */
  onExit(callback: (error: LocalError) => void): void;
}

export interface CloudOptions {
  readonly ports: Pick<Ports, 'gateway' | 'iot'>;
  readonly stateDir?: string;
  readonly logFile?: string;
  readonly caFile?: string;
  readonly report?: Report;
  /** Settings of the emulator on top, such as `AUTOSAVE_SECONDS`, or `_SFN_WAIT_SCALE` that shortens waits. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What the CDK CLI, SDK clients and scripts need. The key `test` acts as the account's root in the emulator. */
export function cloudEnvironment(cloud: Pick<Cloud, 'endpointUrl' | 'region'>): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: cloud.endpointUrl,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
  };
}

function givenCloud(endpointUrl: string): Cloud {
  const { IOT_HOST, IOT_PORT, IOT_CA_FILE, AWS_REGION } = process.env;
  if (!URL.canParse(endpointUrl)) {
    throw new LocalError(`AWS_ENDPOINT_URL 不是有效网址：“${endpointUrl}”。`, `AWS_ENDPOINT_URL is not a URL: "${endpointUrl}".`);
  }
  return {
    endpointUrl,
    iotHost: IOT_HOST ?? new URL(endpointUrl).hostname,
    iotPort: Number(IOT_PORT ?? 8883),
    ...(IOT_CA_FILE ? { caFile: IOT_CA_FILE } : {}),
    region: AWS_REGION ?? defaultRegion,
    stop: async () => {},
    onExit: () => {},
  };
}

function emulatorEnvironment(options: CloudOptions, stateDir: string, temporary: string): NodeJS.ProcessEnv {
  // A person's own AWS settings must not leak into the functions that the emulator runs.
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  return {
    ...own,
    PATH: [join(root, 'node_modules', 'node', 'bin'), own.PATH ?? ''].join(delimiter),
    // Anyone who reaches the gateway is root in it, so nobody beyond this machine may.
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(options.ports.gateway),
    IOT_MTLS_PORT: String(options.ports.iot),
    MINISTACK_REGION: defaultRegion,
    SFTP_ENABLED: '0',
    LAMBDA_EXECUTOR: 'local',
    LAMBDA_WARM_TTL_SECONDS: '300',
    AUTH: 'true',
    PERSIST_STATE: '1',
    STATE_DIR: stateDir,
    S3_PERSIST: '1',
    S3_DATA_DIR: join(stateDir, 's3'),
    TMPDIR: temporary,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    ...options.settings,
  };
}

async function waitForPorts(ports: CloudOptions['ports']): Promise<void> {
  const deadline = Date.now() + portsLimit;
  for (;;) {
    try {
      return await requireFreePorts({ gateway: ports.gateway, iot: ports.iot });
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

class Emulator {
  readonly exited: Promise<void>;
  #child: ChildProcess;
  #logFile: string;
  #ended = false;
  #stopping = false;
  #callbacks: ((error: LocalError) => void)[] = [];
  #failure: LocalError | undefined;

  constructor(child: ChildProcess, logFile: string) {
    this.#child = child;
    this.#logFile = logFile;
    this.exited = new Promise((done) => {
      const end = (how: string) => {
        if (this.#ended) return;
        this.#ended = true;
        this.#signalGroup('SIGKILL');
        if (!this.#stopping) this.#failure = this.#died(how);
        if (this.#failure) for (const callback of this.#callbacks) callback(this.#failure);
        done();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(code === null ? String(signal) : String(code)));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get failure(): LocalError | undefined {
    return this.#failure;
  }

  onExit(callback: (error: LocalError) => void): void {
    if (this.#failure) callback(this.#failure);
    else this.#callbacks.push(callback);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#ended) return;
    this.#child.kill('SIGTERM');
    const limit = new AbortController();
    await Promise.race([this.exited, sleep(stopLimit, undefined, { signal: limit.signal }).catch(() => {})]);
    limit.abort();
    if (!this.#ended) this.#signalGroup('SIGKILL');
    await this.exited;
    // Workers were told to end with it; one in the midst of its start takes a moment.
    for (let left = groupLimit; left > 0 && this.#signalGroup('SIGKILL'); left -= groupLook) await sleep(groupLook);
  }

  /** The group holds the functions' worker processes too. False: nobody is left in it. */
  #signalGroup(signal: NodeJS.Signals): boolean {
    if (!this.#child.pid) return false;
    try {
      return process.kill(-this.#child.pid, signal);
    } catch {
      return false;
    }
  }

  #died(how: string): LocalError {
    const tail = lastLines(this.#logFile);
    if (how === String(exitStateInUse)) {
      return new LocalError(
        '另一个本地云正在使用同一数据目录，请先运行 npm run stop。',
        'Another local cloud uses the same state folder; run npm run stop first.',
      );
    }
    return new LocalError(
      `本地云意外退出（${how}）。日志：${this.#logFile}，末尾：\n${tail}`,
      `The local cloud ended unexpectedly (${how}). Log: ${this.#logFile}; its last lines are above.`,
    );
  }
}

async function waitUntilReady(emulator: Emulator, endpointUrl: string, logFile: string): Promise<void> {
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    if (emulator.failure) throw emulator.failure;
    try {
      const answer = await fetch(`${endpointUrl}/_ministack/ready`, { signal: AbortSignal.timeout(2_000) });
      const { iot_mtls } = (await answer.json()) as { iot_mtls?: string };
      if (answer.ok && iot_mtls === 'listening') return;
      if (iot_mtls !== 'starting' && iot_mtls !== undefined) break;
    } catch {
      // Not listening yet.
    }
    await sleep(50);
  }
  if (emulator.failure) throw emulator.failure;
  throw new LocalError(
    `本地云没有就绪。日志：${logFile}，末尾：\n${lastLines(logFile)}`,
    `The local cloud did not become ready. Log: ${logFile}; its last lines are above.`,
  );
}

async function fetchAuthority(endpointUrl: string, caFile: string): Promise<void> {
  const answer = await fetch(`${endpointUrl}/_ministack/iot/ca.pem`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) {
    throw new LocalError(
      `无法取得物联网根证书（HTTP ${answer.status}）。`,
      `The IoT authority's certificate was not given out (HTTP ${answer.status}).`,
    );
  }
  writeFileSync(caFile, await answer.text());
}

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const given = process.env.AWS_ENDPOINT_URL;
  const report = options.report ?? (() => {});
  if (given) {
    report(`使用已设置的云端点 ${given} / Using the endpoint given by AWS_ENDPOINT_URL`);
    return givenCloud(given);
  }
  if (process.platform === 'win32') {
    throw new LocalError(
      '内置本地云需要 Linux 或 macOS；在 Windows 上请使用 WSL。',
      'The embedded local cloud needs Linux or macOS; on Windows, use WSL.',
    );
  }
  const python = await ensurePython(report);
  await waitForPorts(options.ports);
  const stateDir = options.stateDir ?? join(localDir, 'state');
  const logFile = options.logFile ?? join(localDir, 'emulator.log');
  const caFile = options.caFile ?? join(localDir, 'ca.pem');
  // What functions left in it when an earlier run was killed.
  const temporary = join(stateDir, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  for (const folder of [temporary, dirname(logFile), dirname(caFile)]) mkdirSync(folder, { recursive: true });
  // Functions are CommonJS, as on Lambda, whatever the package.json above this folder says.
  writeFileSync(join(temporary, 'package.json'), '{ "type": "commonjs" }\n');
  const log = openSync(logFile, 'w');
  // A group of its own: Ctrl-C in the terminal must reach this process only, which then stops the emulator in order.
  const child = spawn(python, [launcher], {
    cwd: stateDir,
    env: emulatorEnvironment(options, stateDir, temporary),
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const emulator = new Emulator(child, logFile);
  const endpointUrl = `http://127.0.0.1:${options.ports.gateway}`;
  try {
    await waitUntilReady(emulator, endpointUrl, logFile);
    await fetchAuthority(endpointUrl, caFile);
  } catch (error) {
    await emulator.stop();
    throw error;
  }
  return {
    endpointUrl,
    iotHost: '127.0.0.1',
    iotPort: options.ports.iot,
    caFile,
    region: defaultRegion,
    pid: emulator.pid,
    stop: () => emulator.stop(),
    onExit: (callback) => emulator.onExit(callback),
  };
}
