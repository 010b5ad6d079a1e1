/**
 * `npm run quarantine -- list`        what could not be used, with the reason
 * `npm run quarantine -- show <id>`   one record with its original bytes
 * `npm run quarantine -- replay <id>` sends it on the same way again, and takes it out of quarantine; `--all` for every record
 */
import { parseArgs } from 'node:util';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Held, readHeld } from '#functions/devices/held.ts';
import { environmentOf, readOutputs, stackOutput } from './outputs.ts';
import { LocalError } from './processes.ts';
import { runScript } from './script.ts';

interface Received extends Held {
  readonly receipt: string;
}

/** While a person looks, nobody else takes them; they are given back when the command ends. */
const HIDDEN_SECONDS = 120;

const receiveAll = async (queue: SQSClient, QueueUrl: string): Promise<Received[]> => {
  const all = new Map<string, Received>();
  for (;;) {
    const { Messages = [] } = await queue.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: HIDDEN_SECONDS, WaitTimeSeconds: 0 }),
    );
    for (const { MessageId = '', Body = '', ReceiptHandle = '' } of Messages) {
      all.set(MessageId, { ...readHeld(MessageId, Body), receipt: ReceiptHandle });
    }
    if (Messages.length === 0) return [...all.values()].sort((a, b) => a.arrivedAt - b.arrivedAt);
  }
};

const line = ({ id, arrivedAt, deviceId, reason, detail }: Held): string =>
  `${id}  ${arrivedAt > 0 ? new Date(arrivedAt).toISOString() : '-'.padEnd(24)}  ${(deviceId ?? '?').padEnd(26)} ${reason}: ${detail}`;

const show = (held: Held): string => {
  const bytes = held.data === undefined ? undefined : Buffer.from(held.data, 'base64');
  const text = bytes?.subarray(0, 4096).toString('utf8');
  return [
    line(held),
    `bytes: ${bytes?.length ?? 0}`,
    text ?? '(没有原始字节，只有批次信息 only the batch is known)',
    held.batch ? JSON.stringify(held.batch, null, 2) : '',
  ].join('\n');
};

const commands = ['list', 'show', 'replay'];

await runScript(async () => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean', default: false } } });
  const [command = 'list', id] = positionals;
  if (!commands.includes(command))
    throw new LocalError(
      `没有命令“${command}”，可用：${commands.join('、')}`,
      `No command "${command}"; use one of: ${commands.join(', ')}`,
    );
  const outputs = readOutputs();
  Object.assign(process.env, environmentOf(outputs));
  const queue = new SQSClient({ useQueueUrlAsEndpoint: false });
  const QueueUrl = stackOutput(outputs, 'QuarantineUrl');
  const held = await receiveAll(queue, QueueUrl);
  const chosen = values.all ? held : held.filter((one) => one.id.startsWith(id ?? '?'));
  const done = new Set<string>();
  try {
    if (command === 'list') {
      for (const one of held) console.log(line(one));
      console.error(`${held.length} 条 records`);
      return;
    }
    if (chosen.length === 0)
      throw new LocalError(`隔离区中没有 ${id ?? '（缺少编号）'}`, `Nothing in quarantine with the id ${id ?? '(missing)'}`);
    if (command === 'show') {
      for (const one of chosen) console.log(show(one));
      return;
    }
    const stream = new KinesisClient({});
    for (const one of chosen) {
      if (one.data === undefined || one.deviceId === undefined) {
        console.error(`! ${one.id} 没有原始字节或设备，不能重放 has no original bytes or device and cannot be replayed`);
        continue;
      }
      await stream.send(
        new PutRecordCommand({
          StreamName: stackOutput(outputs, 'StreamName'),
          PartitionKey: one.deviceId,
          Data: Buffer.from(one.data, 'base64'),
        }),
      );
      // Only now: a crash in between sends it twice, which the device's sequence number recognises.
      await queue.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: one.receipt }));
      done.add(one.id);
      console.log(`${one.id} 已重放 replayed`);
    }
  } finally {
    for (const one of held.filter(({ id: other }) => !done.has(other))) {
      await queue.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: one.receipt, VisibilityTimeout: 0 }));
    }
  }
});
