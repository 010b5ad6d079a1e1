/** Which of the cloud's metrics say how much of which kind a tagged resource used on a day. */
import type { Amounts } from './amounts.ts';

/** A resource carries its allocation's id in this tag; blueprints set it. */
export const ALLOCATION_TAG = 'luojiang:allocation';

export interface Resource {
  readonly arn: string;
  readonly allocationId: string;
}

export interface Query {
  readonly resource: Resource;
  readonly kind: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: 'Maximum' | 'Average' | 'Sum';
  /** Seconds */
  readonly period: number;
  /** How many days back a value counts: some metrics come once a day, and late. */
  readonly days: number;
  /** Of one value, in the kind's unit. */
  readonly toUnit: (value: number) => number;
}

const GiB = 1024 ** 3;
const DAY_SECONDS = 86_400;
/** What a line is measured by: its busiest five minutes. */
const BUSY_SECONDS = 300;

const perDay = { period: DAY_SECONDS, days: 1 } as const;
const busiest = { period: BUSY_SECONDS, days: 1, stat: 'Sum' } as const;
const megabits = (bytes: number): number => (bytes * 8) / BUSY_SECONDS / 1e6;

interface Named {
  readonly service: string;
  /** Of the ARN: what follows account and region. */
  readonly name: string;
}

/** arn:<partition>:<service>:<region>:<account>:<name>; the name may hold colons. */
const named = ({ arn }: Resource): Named => {
  const [, , service = '', , , ...name] = arn.split(':');
  return { service, name: name.join(':') };
};

const after = (text: string, prefix: string): string | undefined => (text.startsWith(prefix) ? text.slice(prefix.length) : undefined);

type Part = Omit<Query, 'resource'>;

const lambdaFunction = (name: string): Part[] => {
  const dimensions = { FunctionName: name.split(':')[0] as string };
  const of = { kind: 'functionConcurrency', namespace: 'AWS/Lambda', metric: 'ConcurrentExecutions' };
  return [{ ...of, dimensions, stat: 'Maximum', ...perDay, toUnit: (value) => value }];
};

const line = (namespace: string, metric: string, dimensions: Record<string, string>): Part[] => [
  { kind: 'bandwidthMbps', namespace, metric, dimensions, ...busiest, toUnit: megabits },
];

const balancer = (name: string): Part[] => {
  const namespace = name.startsWith('net/') ? 'AWS/NetworkELB' : 'AWS/ApplicationELB';
  return line(namespace, 'ProcessedBytes', { LoadBalancer: name });
};

const partsOf = ({ service, name }: Named): Part[] => {
  const fn = after(name, 'function:');
  const cluster = after(name, 'cluster:');
  const gateway = after(name, 'natgateway/');
  const balanced = after(name, 'loadbalancer/');
  if (service === 'lambda' && fn !== undefined) return lambdaFunction(fn);
  if (service === 's3') {
    const dimensions = { BucketName: name, StorageType: 'StandardStorage' };
    const size = { kind: 'objectGiB', namespace: 'AWS/S3', metric: 'BucketSizeBytes', dimensions, stat: 'Average' } as const;
    return [{ ...size, period: DAY_SECONDS, days: 3, toUnit: (bytes) => bytes / GiB }];
  }
  if (service === 'rds' && cluster !== undefined) {
    const dimensions = { DBClusterIdentifier: cluster };
    const size = { kind: 'databaseGiB', namespace: 'AWS/RDS', metric: 'VolumeBytesUsed', dimensions, stat: 'Maximum' } as const;
    return [{ ...size, ...perDay, toUnit: (bytes) => bytes / GiB }];
  }
  if (service === 'ec2' && gateway !== undefined) return line('AWS/NATGateway', 'BytesOutToDestination', { NatGatewayId: gateway });
  if (service === 'elasticloadbalancing' && balanced !== undefined) return balancer(balanced);
  return [];
};

export const queriesOf = (resource: Resource): Query[] => partsOf(named(resource)).map((part) => ({ ...part, resource }));

export const tableNamed = (resource: Resource): string | undefined => {
  const { service, name } = named(resource);
  return service === 'dynamodb' ? after(name, 'table/') : undefined;
};

export interface Measured {
  readonly resource: Resource;
  readonly kind: string;
  /** In the kind's unit. */
  readonly amount: number;
}

/** The highest of a query's values. */
export const measuredBy = (query: Query, values: readonly number[]): Measured[] => {
  if (values.length === 0) return [];
  const { resource, kind, toUnit } = query;
  return [{ resource, kind, amount: Math.max(...values.map(toUnit)) }];
};

export const sizeOf = (resource: Resource, kind: string, bytes: number): Measured => ({ resource, kind, amount: bytes / GiB });

/** To a thousandth: what is shown and compared, not the meter's noise. */
const rounded = (amount: number): number => Math.round(amount * 1000) / 1000;

/** By allocation: its resources' together, by kind. */
export const usedBy = (measured: readonly Measured[]): Map<string, Amounts> => {
  const used = new Map<string, Record<string, number>>();
  for (const { resource, kind, amount } of measured) {
    const amounts = used.get(resource.allocationId) ?? {};
    used.set(resource.allocationId, { ...amounts, [kind]: rounded((amounts[kind] ?? 0) + amount) });
  }
  return used;
};
