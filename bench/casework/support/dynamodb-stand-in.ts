/** The in-memory DynamoDB of the tests behind HTTP, in a process of its own: what is measured is the client, with SDK and wire. */
import { createServer } from 'node:http';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { Dynamo } from '#runtime/dynamo.fixture.ts';

const table = new Dynamo('id', 'part');

/** Of writes: how many were tried, and how many a condition refused. */
const counts = { transactions: 0, refused: 0, calls: 0 };

interface Answer {
  readonly status: number;
  readonly body: object;
}

const failed = (error: unknown): Answer => {
  const { name, message } = error as Error;
  const reasons = error instanceof TransactionCanceledException ? { CancellationReasons: error.CancellationReasons } : {};
  return { status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...reasons } };
};

const answer = async (operation: string, input: object): Promise<Answer> => {
  if (operation === 'Counts') return { status: 200, body: counts };
  counts.calls++;
  const transaction = operation === 'TransactWriteItems';
  if (transaction) counts.transactions++;
  // The fixture reads a command by its class's name.
  const command = { constructor: { name: `${operation}Command` }, input };
  try {
    return { status: 200, body: (await table.send(command)) as object };
  } catch (error) {
    if (transaction) counts.refused++;
    return failed(error);
  }
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const text = Buffer.concat(chunks).toString();
    const { status, body } = await answer(operation, text === '' ? {} : (JSON.parse(text) as object));
    // What it remembers of each call would grow without end.
    table.sent.length = 0;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
});

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
process.on('disconnect', () => process.exit());
