import { describe, expect, test } from 'vitest';
import { Bill, columnsOf, costOf, fieldsOf } from './costs.ts';
import { type Measured, measuredBy, queriesOf, type Resource, sizeOf, tableNamed, usedBy } from './measures.ts';

const resource = (arn: string, allocationId = 'alc_1'): Resource => ({ arn, allocationId });
const FUNCTION = resource('arn:x:lambda:cn-north-1:1:function:enrol');
const asked = (arn: string) =>
  queriesOf(resource(arn)).map(({ kind, namespace, metric, dimensions, stat }) => ({ kind, namespace, metric, dimensions, stat }));

describe('a tagged resource', () => {
  test.each([
    [
      'arn:x:s3:::files',
      [
        {
          kind: 'objectGiB',
          namespace: 'AWS/S3',
          metric: 'BucketSizeBytes',
          dimensions: { BucketName: 'files', StorageType: 'StandardStorage' },
          stat: 'Average',
        },
      ],
    ],
    [
      'arn:x:rds:cn-north-1:1:cluster:main',
      [
        {
          kind: 'databaseGiB',
          namespace: 'AWS/RDS',
          metric: 'VolumeBytesUsed',
          dimensions: { DBClusterIdentifier: 'main' },
          stat: 'Maximum',
        },
      ],
    ],
    [
      'arn:x:ec2:cn-north-1:1:natgateway/nat-1',
      [
        {
          kind: 'bandwidthMbps',
          namespace: 'AWS/NATGateway',
          metric: 'BytesOutToDestination',
          dimensions: { NatGatewayId: 'nat-1' },
          stat: 'Sum',
        },
      ],
    ],
    [
      'arn:x:elasticloadbalancing:cn-north-1:1:loadbalancer/app/web/9',
      [
        {
          kind: 'bandwidthMbps',
          namespace: 'AWS/ApplicationELB',
          metric: 'ProcessedBytes',
          dimensions: { LoadBalancer: 'app/web/9' },
          stat: 'Sum',
        },
      ],
    ],
    [
      'arn:x:elasticloadbalancing:cn-north-1:1:loadbalancer/net/web/9',
      [
        {
          kind: 'bandwidthMbps',
          namespace: 'AWS/NetworkELB',
          metric: 'ProcessedBytes',
          dimensions: { LoadBalancer: 'net/web/9' },
          stat: 'Sum',
        },
      ],
    ],
    ['arn:x:sqs:cn-north-1:1:queue', []],
    ['arn:x:rds:cn-north-1:1:db:main', []],
    ['nonsense', []],
  ])('%s is asked for by its metric', (arn, queries) => expect(asked(arn)).toEqual(queries));

  test('of Lambda by its executions at once, whichever version of it ran', () => {
    const [query, ...others] = queriesOf(resource('arn:x:lambda:cn-north-1:1:function:enrol:live'));
    expect([query?.metric, query?.dimensions, query?.stat]).toEqual(['ConcurrentExecutions', { FunctionName: 'enrol' }, 'Maximum']);
    expect(query && measuredBy(query, [2, 7, 3])).toMatchObject([{ kind: 'functionConcurrency', amount: 7 }]);
    expect(others).toEqual([]);
  });

  test('without a metric is told by its size', () => {
    expect(tableNamed(resource('arn:x:dynamodb:cn-north-1:1:table/rows'))).toBe('rows');
    expect(tableNamed(FUNCTION)).toBeUndefined();
  });
});

test('megabits a second are those of the busiest five minutes', () => {
  const [query] = queriesOf(resource('arn:x:ec2:cn-north-1:1:natgateway/nat-1'));
  expect(query && measuredBy(query, [375_000_000, 37_500_000])).toMatchObject([{ amount: 10 }]);
  expect(query && measuredBy(query, [])).toEqual([]);
});

test('an allocation’s use is that of its resources together, to a thousandth', () => {
  const of = (one: Resource, kind: string, amount: number): Measured => ({ resource: one, kind, amount });
  const used = usedBy([
    of(FUNCTION, 'functionConcurrency', 4),
    of(resource('arn:x:lambda:cn-north-1:1:function:mail'), 'functionConcurrency', 2),
    sizeOf(resource('arn:x:s3:::files'), 'objectGiB', 3 * 1024 ** 3),
    of(resource('arn:x:s3:::theirs', 'alc_2'), 'objectGiB', 0.12349),
  ]);
  expect([...used]).toEqual([
    ['alc_1', { functionConcurrency: 6, objectGiB: 3 }],
    ['alc_2', { objectGiB: 0.123 }],
  ]);
});

describe('a cost report', () => {
  const HEADER =
    'identity/LineItemId,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost,product/name,resourceTags/user:luojiang:allocation';
  const columns = columnsOf(HEADER) as NonNullable<ReturnType<typeof columnsOf>>;
  const cost = (line: string) => costOf(line, columns, 'CNY', 'Asia/Shanghai');

  test('is read by its columns, wherever they stand', () => {
    expect(cost('x,2026-07-01T15:00:00Z,CNY,1.255,"S3, ""standard""",alc_1')).toEqual({
      allocationId: 'alc_1',
      day: '2026-07-01',
      fen: 125.49999999999999,
    });
    expect(cost('x,2026-07-01T16:00:00Z,CNY,1,,alc_1')?.day).toBe('2026-07-02');
  });

  test.each([
    'x,2026-07-01T15:00:00Z,CNY,1,a,',
    'x,2026-07-01T15:00:00Z,USD,1,a,alc_1',
    'x,never,CNY,1,a,alc_1',
    'x,2026-07-01T15:00:00Z,CNY,much,a,alc_1',
    '',
  ])('leaves out what is nobody’s, of another currency or unreadable: %s', (line) => expect(cost(line)).toBeUndefined());

  test('without the tag’s column is of no use', () => expect(columnsOf('lineItem/UsageStartDate,lineItem/UnblendedCost')).toBeUndefined());

  test('adds up by allocation and day, to whole fen, never below nothing', () => {
    const bill = new Bill();
    for (const [allocationId, day, fen] of [
      ['a', '2026-07-01', 0.4],
      ['a', '2026-07-01', 0.3],
      ['a', '2026-07-02', -5],
      ['b', '2026-07-01', 7],
    ] as const)
      bill.add({ allocationId, day, fen });
    expect([...bill.byAllocation]).toEqual([
      [
        'a',
        [
          { day: '2026-07-01', costFen: 1 },
          { day: '2026-07-02', costFen: 0 },
        ],
      ],
      ['b', [{ day: '2026-07-01', costFen: 7 }]],
    ]);
  });

  test.each([
    ['a,b,c', ['a', 'b', 'c']],
    ['a,,c', ['a', '', 'c']],
    ['a,b,', ['a', 'b', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a ""b""",c', ['a "b"', 'c']],
    [',', ['', '']],
    ['a', ['a']],
  ])('has fields: %s', (line, fields) => expect(fieldsOf(line)).toEqual(fields));
});
