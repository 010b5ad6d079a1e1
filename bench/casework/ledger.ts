/** A thousand requests race for the last hundred vCPU: in process against a stand-in for DynamoDB, and on the local cloud from the bus on. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { QuotaConfig } from '#functions/cloud-quota/config.ts';
import { intake, type StepEvent } from '#functions/cloud-quota/intake.ts';
import { freeOf } from '#functions/cloud-quota/ledger.ts';
import { QuotaStore } from '#functions/cloud-quota/store.ts';
import { loadConfig } from '#infra/config/load.ts';
import type { Config } from '#infra/config/schema.ts';
import { stackOutput } from '#infra/local/outputs.ts';
import type { Report } from '#infra/local/processes.ts';
import { pagesOf } from '#runtime/batch.ts';
import type { Figure, Part } from '../part.ts';
import { type BenchDistrict, withDistrict } from '../road/support/district.ts';
import { LEFT, REQUESTS, requests, ZONE } from './support/race.ts';

/** As the subscription hands them over (stacks/cloud-quota.ts). */
const BATCH = 10;
const LANES = 2;
const LIMIT_SECONDS = 60;

interface Counts {
  readonly transactions: number;
  readonly refused: number;
  readonly calls: number;
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The district's cloud with so much left in the pool. */
const quotaConfig = ({ district }: Config): QuotaConfig => {
  const zones = district.cloud.zones.map((zone) => (zone.id === ZONE ? { ...zone, capacity: { ...zone.capacity, vcpu: LEFT } } : zone));
  const { departments, timezone, code, identity } = district;
  return { cloud: { ...district.cloud, zones }, departments, timezone, apps: { code, region: 'us-east-1', identity } };
};

/** What fails comes again, as from a queue. */
const runLanes = async (store: QuotaStore, config: QuotaConfig, events: readonly StepEvent[], lanes: number): Promise<void> => {
  const queue = events.map((event, i) => ({ messageId: String(i), event }));
  const lane = async (): Promise<void> => {
    for (let next = queue.splice(0, BATCH); next.length > 0; next = queue.splice(0, BATCH)) {
      const failed = await intake(store, config, next, Date.now);
      queue.push(...next.filter(({ messageId }) => failed.includes(messageId)));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

const inProcess = async (config: Config, lanes: number): Promise<Figure> => {
  const standIn = fork(join(import.meta.dirname, 'support/dynamodb-stand-in.ts'));
  try {
    const [port] = (await once(standIn, 'message')) as [number];
    const endpoint = `http://127.0.0.1:${port}`;
    const store = new QuotaStore(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }), 'quota');
    const began = performance.now();
    await runLanes(store, quotaConfig(config), requests(config, Date.now()), lanes);
    const seconds = (performance.now() - began) / 1000;
    const answer = await fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': 'x.Counts' } });
    const { transactions, refused, calls } = (await answer.json()) as Counts;
    const books = (await store.books(ZONE))?.value;
    const granted = books ? LEFT - (freeOf(books).vcpu ?? 0) : 0;
    return {
      what: `${REQUESTS} requests for the last ${LEFT} vCPU, in process, ${lanes} batches of ${BATCH} at once`,
      reach: `${LEFT} granted, ≤ ${LIMIT_SECONDS} s`,
      measured: `${granted} granted in ${seconds.toFixed(1)} s: ${transactions} transactions, ${refused} of them refused and decided again, ${calls} calls`,
      met: granted === LEFT && seconds <= LIMIT_SECONDS,
    };
  } finally {
    standIn.disconnect();
  }
};

interface Seen {
  readonly answered: number;
  readonly granted: number;
  /** Answers that were asked for more than once. */
  readonly again: number;
}

const look = async (client: DynamoDBClient, TableName: string): Promise<Seen> => {
  let [answered, granted, again] = [0, 0, 0];
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ...(ExclusiveStartKey && { ExclusiveStartKey }) }));
    for (const { part, value, told } of page.Items ?? []) {
      if (!part?.S?.startsWith('answer#')) continue;
      answered++;
      if (value?.M?.outcome?.S === 'granted') granted++;
      if (Number(told?.N) > 1) again++;
    }
    ExclusiveStartKey = page.LastEvaluatedKey as never;
  } while (ExclusiveStartKey);
  return { answered, granted, again };
};

const leave = async (district: BenchDistrict, token: string): Promise<void> => {
  const url = `${district.outputs.apiUrl}/v1/cloud-quota/pools`;
  const authorization = `Bearer ${token}`;
  const pools = (await (await fetch(url, { headers: { authorization } })).json()) as { items: { zone: string; version: number }[] };
  const version = pools.items.find(({ zone }) => zone === ZONE)?.version;
  const headers = { authorization, 'if-match': `"${version}"` };
  const answer = await fetch(`${url}/${ZONE}`, { method: 'PATCH', headers, body: JSON.stringify({ capacity: { vcpu: LEFT } }) });
  if (!answer.ok) throw new Error(`Capacity: ${answer.status} ${await answer.text()}`);
};

const send = async (bus: EventBridgeClient, EventBusName: string, events: readonly StepEvent[]): Promise<void> => {
  for (const page of pagesOf(events, 10)) {
    const Entries = page.map(({ source, name, metadata, data }) => ({
      EventBusName,
      Source: source,
      DetailType: name,
      Detail: JSON.stringify({ metadata, data }),
    }));
    const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount) throw new Error(`The bus refused ${FailedEntryCount} events`);
  }
};

const onTheLocalCloud = async (district: BenchDistrict, report: Report): Promise<Figure> => {
  const { endpointUrl, region } = district.outputs;
  const options = { endpoint: endpointUrl as string, region, credentials };
  const client = new DynamoDBClient(options);
  const table = stackOutput(district.outputs, 'QuotaTableName');
  await leave(district, await district.token('operator'));
  const began = performance.now();
  await send(new EventBridgeClient(options), district.config.district.id, requests(district.config, Date.now()));
  let seen = await look(client, table);
  while (seen.answered < REQUESTS && performance.now() - began < 3 * LIMIT_SECONDS * 1000) {
    await sleep(500);
    seen = await look(client, table);
    report(`${seen.answered} 已答复 answered`);
  }
  const seconds = (performance.now() - began) / 1000;
  const { answered, granted, again } = seen;
  return {
    what: `the same on the local cloud, from the bus to the last answer`,
    reach: `${LEFT} granted, ≤ ${LIMIT_SECONDS} s`,
    measured: `${granted} granted, ${answered} answered in ${seconds.toFixed(1)} s, ${again} of them delivered more than once`,
    met: granted === LEFT && answered === REQUESTS && seconds <= LIMIT_SECONDS,
  };
};

export const part: Part = {
  name: 'ledger',
  run: async (report) => {
    const config = loadConfig();
    const figures = [await inProcess(config, LANES), await inProcess(config, 10)];
    return [...figures, await withDistrict(report, (district) => onTheLocalCloud(district, report))];
  },
};
