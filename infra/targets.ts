import type { Channel } from '#functions/emergency/roster.ts';
import type { Load } from './capacity.ts';
import { LocalError } from './local/processes.ts';

/** Where the district can be deployed. The same stacks serve all; what differs is here and nowhere else. */
export interface Target {
  readonly name: 'local' | 'aws' | 'aws-cn' | 'aws-us-gov';
  readonly region: string;
  /** The other regions of the partition that a test lints the templates for. */
  readonly alsoIn: readonly string[];
  /** Data is kept when a stack goes away. The local cloud is thrown away by hand. */
  readonly retain: boolean;
  /** Queues, topics and asset buckets refuse plain HTTP, which is all that the emulator speaks (on the loopback only). */
  readonly tlsOnly: boolean;
  /** Lambda on Graviton, a fifth cheaper, where the partition has it in all of its regions. */
  readonly arm: boolean;
  /** Instead of the district's own targets: what one computer can bear. */
  readonly load?: Load;
  /** IoT Core logs what it refuses; the emulator doesn't know the resource. */
  readonly iotLog: boolean;
  /** The console shows the local outbox as phones. */
  readonly phones: boolean;
  /** How people can be reached from there. SNS sends no text messages from China's regions. https://docs.amazonaws.cn/en_us/aws/latest/userguide/sns.html */
  readonly channels: readonly Channel['type'][];
}

export const TARGETS: Readonly<Record<Target['name'], Target>> = {
  local: {
    name: 'local',
    region: 'us-east-1',
    alsoIn: [],
    retain: false,
    tlsOnly: false,
    arm: false,
    load: { devices: 100_000, readingsPerMinutePerDevice: 1 },
    iotLog: false,
    phones: true,
    channels: ['phone', 'webhook'],
  },
  aws: {
    name: 'aws',
    region: 'ap-southeast-1',
    alsoIn: [],
    retain: true,
    tlsOnly: true,
    arm: true,
    iotLog: true,
    phones: false,
    channels: ['sms', 'webhook'],
  },
  'aws-cn': {
    name: 'aws-cn',
    region: 'cn-north-1',
    alsoIn: ['cn-northwest-1'],
    retain: true,
    tlsOnly: true,
    arm: false,
    iotLog: true,
    phones: false,
    channels: ['webhook'],
  },
  'aws-us-gov': {
    name: 'aws-us-gov',
    region: 'us-gov-west-1',
    alsoIn: ['us-gov-east-1'],
    retain: true,
    tlsOnly: true,
    arm: false,
    iotLog: true,
    phones: false,
    channels: ['sms', 'webhook'],
  },
};

export const targetNamed = (name: string | undefined): Target => {
  const target = TARGETS[(name ?? '') as Target['name']];
  if (!target) {
    const known = Object.keys(TARGETS);
    throw new LocalError(`没有目标“${name}”，可用：${known.join('、')}`, `No target "${name}"; use one of: ${known.join(', ')}`);
  }
  return target;
};
