import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { logger } from '#runtime/logger.ts';
import { CostReports } from './cost-store.ts';
import { CloudMeters } from './meters.ts';

afterEach(() => void vi.restoreAllMocks());

/** What a client's calls are answered, one after another; and what it was asked. */
const answering = (client: { prototype: { send: unknown } }, answer: (input: never, call: number) => unknown) => {
  const asked: Record<string, never>[] = [];
  vi.spyOn(client.prototype as { send: (command: { input: never }) => Promise<unknown> }, 'send').mockImplementation(async ({ input }) => {
    asked.push(input);
    return answer(input, asked.length - 1);
  });
  return asked;
};

const FROM = Date.parse('2026-06-30T16:00:00Z');
const resource = (arn: string) => ({ arn, allocationId: 'alc_1' });
const FUNCTION = resource('arn:x:lambda:cn-north-1:1:function:enrol');
const BUCKET = resource('arn:x:s3:::files');
const TABLE = resource('arn:x:dynamodb:cn-north-1:1:table/rows');

describe('the cloud’s meters', () => {
  const meters = () => new CloudMeters(new DynamoDBClient({ region: 'cn-north-1' }));

  test('find what carries the tag, page by page', async () => {
    const page = (arn: string, token: string) => ({
      ResourceTagMappingList: [
        {
          ResourceARN: arn,
          Tags: [
            { Key: 'other', Value: 'x' },
            { Key: 'luojiang:allocation', Value: 'alc_1' },
          ],
        },
      ],
      PaginationToken: token,
    });
    const asked = answering(ResourceGroupsTaggingAPIClient, (_, call) => (call === 0 ? page(FUNCTION.arn, 'more') : page(BUCKET.arn, '')));
    expect(await meters().resources()).toEqual([FUNCTION, BUCKET]);
    expect(asked.map(({ PaginationToken }) => PaginationToken)).toEqual([undefined, 'more']);
  });

  test('ask for the day, and for what comes once a day for some days more', async () => {
    const asked = answering(
      CloudWatchClient,
      ({ MetricDataQueries, NextToken }: { MetricDataQueries: { Id: string }[]; NextToken?: string }) =>
        NextToken
          ? { MetricDataResults: [{ Id: 'm0', Values: [9] }] }
          : { MetricDataResults: MetricDataQueries.map(({ Id }) => ({ Id, Values: [3, 7] })), NextToken: 'more' },
    );
    answering(DynamoDBClient, () => ({ Table: { TableSizeBytes: 1024 ** 3 / 2 } }));
    const measured = await meters().measure([FUNCTION, BUCKET, TABLE], FROM);
    expect(measured).toEqual([
      { resource: FUNCTION, kind: 'functionConcurrency', amount: 9 },
      { resource: BUCKET, kind: 'objectGiB', amount: 9 / 1024 ** 3 },
      { resource: TABLE, kind: 'databaseGiB', amount: 0.5 },
    ]);
    const span = ({ StartTime, EndTime }: Record<string, never>) => (Number(EndTime) - Number(StartTime)) / 86_400_000;
    expect([...new Set(asked.map(span))]).toEqual([1, 3]);
    expect(asked.every(({ EndTime }) => Number(EndTime) === FROM + 86_400_000)).toBe(true);
  });

  test('go on past a table that is gone', async () => {
    const warned = vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
    answering(DynamoDBClient, () => {
      throw new Error('ResourceNotFoundException');
    });
    expect(await meters().measure([TABLE], FROM)).toEqual([]);
    expect(warned).toHaveBeenCalledOnce();
  });
});

describe('cost reports', () => {
  const FOLDER = 'cur/district/20260701-20260801';
  const HEADER = 'lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost,resourceTags/user:luojiang:allocation';
  const reports = () => new CostReports({ bucket: 'bills', prefix: 'cur', name: 'district' }, 'CNY', 'Asia/Shanghai');
  const holding = (objects: Record<string, Buffer | string>) =>
    answering(S3Client, ({ Key }: { Key: string }) => {
      const found = objects[Key];
      if (found === undefined) throw new NoSuchKey({ message: Key, $metadata: {} });
      return { Body: Readable.from([Buffer.from(found)]) };
    });
  const manifest = (...reportKeys: readonly string[]) => ({ [`${FOLDER}/district-Manifest.json`]: JSON.stringify({ reportKeys }) });

  test('are read file by file, as the month’s manifest names them', async () => {
    const file = (...lines: readonly string[]) => gzipSync([HEADER, ...lines].join('\r\n'));
    holding({
      ...manifest('a.csv.gz', 'b.csv.gz'),
      'a.csv.gz': file('2026-07-01T00:00:00Z,CNY,1.5,alc_1', '2026-07-01T00:00:00Z,CNY,4,'),
      'b.csv.gz': file('2026-07-01T01:00:00Z,CNY,0.25,alc_1', '2026-07-02T01:00:00Z,CNY,2,alc_2'),
    });
    expect([...(await reports().billed('2026-07')).byAllocation]).toEqual([
      ['alc_1', [{ day: '2026-07-01', costFen: 175 }]],
      ['alc_2', [{ day: '2026-07-02', costFen: 200 }]],
    ]);
  });

  test('of December end in January', async () => {
    const asked = holding({});
    expect((await reports().billed('2026-12')).byAllocation.size).toBe(0);
    expect(asked).toMatchObject([{ Bucket: 'bills', Key: 'cur/district/20261201-20270101/district-Manifest.json' }]);
  });

  test('without the tag’s column bill nothing, and say so', async () => {
    const warned = vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
    holding({ ...manifest('a.csv.gz'), 'a.csv.gz': gzipSync('lineItem/UsageStartDate\n2026-07-01') });
    expect((await reports().billed('2026-07')).byAllocation.size).toBe(0);
    expect(warned).toHaveBeenCalledOnce();
  });

  test('that the manifest names and that are not there are an error, not an empty bill', async () => {
    holding(manifest('a.csv.gz'));
    await expect(reports().billed('2026-07')).rejects.toThrow('a.csv.gz');
  });
});
