/** The API under 50 clients that read and write, each a request a second or so, beside an operation that does nothing but answer. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../pace.ts';
import type { Figure, Part } from '../part.ts';
import { type BenchDistrict, withDistrict } from '../road/support/district.ts';

const CLIENTS = 50;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 40);
const WARM_UP_SECONDS = 15;
/** Of each client. The emulator's one core answers some hundred requests a second: beyond that its queue would be measured. */
const PAUSE_MS = 1_500;

/** One officer stands for fifty: ten times the requests that one may make in a minute. */
const MANY_REQUESTS = { HURRY: '10' };

const REACH = { p50: 40, p99: 200 };

const FORM = {
  system: { name: '测量用系统', level: 2, owner: { name: '蒋河', phone: '13800001111' } },
  purpose: '测量接口的响应时间，不提交',
  dataClasses: ['internal'],
  zone: 'government',
  environment: 'test',
  amounts: { vcpu: 2, memoryGiB: 4 },
  months: 3,
};

type Kind = 'empty' | 'read' | 'list' | 'write';
type Samples = Record<Kind, number[]>;

interface Stored {
  readonly caseId: string;
  readonly version: number;
}

/** One officer at work: reads a request, saves it, looks at the list; now and then asks who they are. */
class Client {
  readonly #district: BenchDistrict;
  readonly #token: string;
  #case: Stored;
  #turn: number;

  private constructor(district: BenchDistrict, token: string, first: Stored, turn: number) {
    this.#district = district;
    this.#token = token;
    this.#case = first;
    this.#turn = turn;
  }

  static async start(district: BenchDistrict, turn: number): Promise<Client> {
    const token = await district.token('it-officer-education');
    const body = { formId: 'cloud-quota', department: 'education', data: FORM };
    const made = await district.call<Stored>(token, 'POST', '/v1/cases', body, { 'idempotency-key': randomUUID() });
    return new Client(district, token, made, turn);
  }

  async act(): Promise<Kind> {
    const kinds: readonly Kind[] = ['read', 'write', 'list', 'empty'];
    const kind = kinds[this.#turn++ % kinds.length] as Kind;
    const path = `/v1/cases/${this.#case.caseId}`;
    if (kind === 'empty') await this.#district.call(this.#token, 'GET', '/v1/me');
    else if (kind === 'list') await this.#district.call(this.#token, 'GET', '/v1/cases?department=education&limit=20');
    else if (kind === 'read') this.#case = await this.#district.call<Stored>(this.#token, 'GET', path);
    else
      this.#case = await this.#district.call<Stored>(
        this.#token,
        'PUT',
        `${path}/data`,
        { data: { ...FORM, months: 1 + (this.#turn % 12) } },
        {
          'if-match': `"${this.#case.version}"`,
        },
      );
    return kind;
  }
}

const work = async (client: Client, until: number, samples: Samples | undefined): Promise<void> => {
  // Not all at the same instant.
  await sleep(Math.random() * PAUSE_MS);
  while (performance.now() < until) {
    const began = performance.now();
    const kind = await client.act();
    const took = performance.now() - began;
    samples?.[kind].push(took);
    await sleep(Math.max(0, PAUSE_MS - took));
  }
};

const at = (values: readonly number[], percent: number): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    percent,
  );
const ms = (value: number): string => value.toFixed(0);

const figure = (what: string, values: readonly number[], floor: readonly number[]): Figure => {
  const [p50, p99] = [at(values, 50), at(values, 99)];
  const times = (p: number) => (at(values, p) / at(floor, p)).toFixed(1);
  return {
    what: `${what}, ${values.length} requests, p50 / p99`,
    reach: `≤ ${REACH.p50} / ${REACH.p99} ms`,
    measured: `${ms(p50)} / ${ms(p99)} ms, ${times(50)} / ${times(99)} × the empty handler`,
    met: p50 <= REACH.p50 && p99 <= REACH.p99,
  };
};

const measure = async (district: BenchDistrict): Promise<Samples> => {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => Client.start(district, i)));
  const everybody = (until: number, samples?: Samples) => Promise.all(clients.map((client) => work(client, until, samples)));
  await everybody(performance.now() + WARM_UP_SECONDS * 1000);
  const samples: Samples = { empty: [], read: [], list: [], write: [] };
  await everybody(performance.now() + SECONDS * 1000, samples);
  return samples;
};

export const part: Part = {
  name: 'api',
  run: (report) =>
    withDistrict(
      report,
      async (district) => {
        report(`${CLIENTS} 个客户端 clients, ${SECONDS} s`);
        const { empty, read, list, write } = await measure(district);
        return [
          {
            what: `empty handler (GET /v1/me: gateway, authorizer, policies, no table), ${empty.length} requests, p50 / p99`,
            reach: 'floor',
            measured: `${ms(at(empty, 50))} / ${ms(at(empty, 99))} ms`,
          },
          figure('GET a request (two reads)', read, empty),
          figure('GET a department’s list', list, empty),
          figure('PUT its data (read, decide, transaction of two items)', write, empty),
          figure(`all together, ${CLIENTS} clients`, [...read, ...list, ...write], empty),
        ];
      },
      MANY_REQUESTS,
    ),
};
