/** Answers the consumer's calls as DynamoDB would, over HTTP, in a process of its own, and counts what they would cost. */
import { createServer } from 'node:http';

interface Item {
  version: number;
  state?: string;
}

const items = new Map<string, Item>();
const counts = { reads: 0, writes: 0, calls: 0 };

const crc = { 'content-type': 'application/x-amz-json-1.0' };

const read = (id: string) => {
  counts.reads++;
  const { version, state } = items.get(id) ?? { version: 0 };
  return {
    id: { S: id },
    type: { S: 'water-main' },
    town: { S: 'wanan' },
    name: { M: { zh: { S: id }, en: { S: id } } },
    place: { M: { lon: { N: '104.51' }, lat: { N: '31.32' } } },
    version: { N: String(version) },
    ...(state !== undefined && { state: { S: state } }),
  };
};

type Value = { S?: string; N?: string };

const execute = ({ Parameters }: { Parameters: Value[] }) => {
  const state = Parameters[0]?.S as string;
  const id = Parameters.at(-2)?.S as string;
  const version = Number(Parameters.at(-1)?.N);
  const known = items.get(id)?.version ?? 0;
  counts.writes += Math.ceil(state.length / 1024);
  if (known !== version) return { Error: { Code: 'ConditionalCheckFailed', Message: 'x', Item: read(id) } };
  items.set(id, { version: version + 1, state });
  return { TableName: 't' };
};

interface Update {
  Update?: { Key: { id: Value }; ExpressionAttributeValues: Record<string, Value> };
}

const transact = ({ TransactItems }: { TransactItems: Update[] }) => {
  for (const { Update } of TransactItems) {
    // Transactional writes cost two units each.
    counts.writes += 2;
    if (!Update) continue;
    const id = Update.Key.id.S as string;
    const state = Object.values(Update.ExpressionAttributeValues).find(({ S }) => S?.startsWith('{"v":1'))?.S;
    items.set(id, { version: (items.get(id)?.version ?? 0) + 1, ...(state !== undefined && { state }) });
  }
  return {};
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
    case 'TransactWriteItems':
      return transact(body);
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
