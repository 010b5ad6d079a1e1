/** Answers the consumer's calls as DynamoDB would, over HTTP, in a process of its own, and counts what they would cost. */
import { createServer } from 'node:http';

interface Item {
  version: number;
  state?: string;
}

const items = new Map<string, Item>();
const counts = { reads: 0, writes: 0, history: 0, calls: 0 };

const crc = { 'content-type': 'application/x-amz-json-1.0' };

/** As long as real ones are. */
const registered = (id: string) => ({
  id,
  type: 'water-main',
  town: 'wanan',
  zh: '万安镇 1 号供水干管流量计',
  en: "Wan'an Town water main flow meter 1",
  lon: 104.51,
  lat: 31.32,
});

const read = (id: string) => {
  counts.reads++;
  const { version, state } = items.get(id) ?? { version: 0 };
  const { type, town, zh, en, lon, lat } = registered(id);
  return {
    id: { S: id },
    type: { S: type },
    town: { S: town },
    name: { M: { zh: { S: zh }, en: { S: en } } },
    place: { M: { lon: { N: String(lon) }, lat: { N: String(lat) } } },
    version: { N: String(version) },
    ...(state !== undefined && { state: { S: state } }),
  };
};

type Value = { S?: string; N?: string };

/** Write units: one for each begun KB of the whole item, names of attributes included. */
const unitsOf = (item: object): number => Math.ceil(Buffer.byteLength(JSON.stringify(item)) / 1024);

const execute = ({ Parameters }: { Parameters: Value[] }) => {
  const state = Parameters[0]?.S as string;
  const id = Parameters.at(-2)?.S as string;
  const version = Number(Parameters.at(-1)?.N);
  const outbox = Parameters.length > 4 ? Parameters[2]?.S : undefined;
  const old = read(id);
  if (old.version.N !== String(version)) return { Error: { Code: 'ConditionalCheckFailed', Message: 'x', Item: old } };
  counts.writes += unitsOf({ ...registered(id), state, outbox, version });
  items.set(id, { version: version + 1, state });
  return { TableName: 't' };
};

const put = (puts: readonly { PutRequest: { Item: object } }[]): void => {
  for (const { PutRequest } of puts) counts.history += unitsOf(PutRequest.Item);
};

const answer = (operation: string, body: never): object => {
  counts.calls++;
  switch (operation) {
    case 'BatchGetItem': {
      const [[table, { Keys }]] = Object.entries((body as { RequestItems: Record<string, { Keys: { id: Value }[] }> }).RequestItems) as [
        [string, { Keys: { id: Value }[] }],
      ];
      return { Responses: { [table]: Keys.map(({ id }) => read(id.S as string)) }, UnprocessedKeys: {} };
    }
    case 'BatchExecuteStatement':
      return { Responses: (body as { Statements: { Parameters: Value[] }[] }).Statements.map(execute) };
    case 'BatchWriteItem':
      for (const puts of Object.values((body as { RequestItems: Record<string, { PutRequest: { Item: object } }[]> }).RequestItems))
        put(puts);
      return { UnprocessedItems: {} };
    default:
      return counts;
  }
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    response.writeHead(200, crc).end(JSON.stringify(answer(operation, body as never)));
  });
});

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
process.on('disconnect', () => process.exit());
