/** The cloud's own meters: which resources carry an allocation's tag, and what they used on a day. */
import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { pagesOf } from '#runtime/batch.ts';
import { clientOptions } from '#runtime/clients.ts';
import { logger } from '#runtime/logger.ts';
import { ALLOCATION_TAG, type Measured, measuredBy, type Query, queriesOf, type Resource, sizeOf, tableNamed } from './measures.ts';

/** GetMetricData takes 500 queries and 100,800 values a call; a day in steps of five minutes is 288. */
const QUERIES = 300;
const DAY_MS = 86_400_000;

export interface Meters {
  resources(): Promise<Resource[]>;
  /** What they used from this instant on for a day. */
  measure(resources: readonly Resource[], from: number): Promise<Measured[]>;
}

export class CloudMeters implements Meters {
  readonly #tags = new ResourceGroupsTaggingAPIClient(clientOptions);
  readonly #metrics = new CloudWatchClient(clientOptions);
  readonly #dynamo: DynamoDBClient;

  constructor(dynamo: DynamoDBClient) {
    this.#dynamo = dynamo;
  }

  async resources(): Promise<Resource[]> {
    const found: Resource[] = [];
    let PaginationToken: string | undefined;
    do {
      const page = await this.#tags.send(
        new GetResourcesCommand({
          TagFilters: [{ Key: ALLOCATION_TAG }],
          ResourcesPerPage: 100,
          ...(PaginationToken && { PaginationToken }),
        }),
      );
      for (const { ResourceARN, Tags = [] } of page.ResourceTagMappingList ?? []) {
        const allocationId = Tags.find(({ Key }) => Key === ALLOCATION_TAG)?.Value;
        if (ResourceARN && allocationId) found.push({ arn: ResourceARN, allocationId });
      }
      PaginationToken = page.PaginationToken || undefined;
    } while (PaginationToken);
    return found;
  }

  async measure(resources: readonly Resource[], from: number): Promise<Measured[]> {
    const queries = resources.flatMap(queriesOf);
    const spans = [...new Set(queries.map(({ days }) => days))];
    const byMetric = spans.flatMap((days) =>
      pagesOf(
        queries.filter((query) => query.days === days),
        QUERIES,
      ).map((page) => this.#ask(page, from + DAY_MS - days * DAY_MS, from + DAY_MS)),
    );
    const sizes = resources.map((resource) => this.#size(resource));
    return (await Promise.all([...byMetric, ...sizes])).flat();
  }

  async #ask(queries: readonly Query[], from: number, to: number): Promise<Measured[]> {
    const values = new Map<number, number[]>();
    let NextToken: string | undefined;
    do {
      const answer = await this.#metrics.send(
        new GetMetricDataCommand({
          StartTime: new Date(from),
          EndTime: new Date(to),
          MetricDataQueries: queries.map(toMetricQuery),
          ...(NextToken && { NextToken }),
        }),
      );
      for (const { Id, Values = [] } of answer.MetricDataResults ?? []) {
        const index = Number(Id?.slice(1));
        values.set(index, [...(values.get(index) ?? []), ...Values]);
      }
      NextToken = answer.NextToken;
    } while (NextToken);
    return queries.flatMap((query, index) => measuredBy(query, values.get(index) ?? []));
  }

  /** What no metric tells. A table that is gone since it was listed used nothing that is known. */
  async #size(resource: Resource): Promise<Measured[]> {
    const TableName = tableNamed(resource);
    if (TableName === undefined) return [];
    try {
      const { Table } = await this.#dynamo.send(new DescribeTableCommand({ TableName }));
      return [sizeOf(resource, 'databaseGiB', Table?.TableSizeBytes ?? 0)];
    } catch (error) {
      logger.warn('table not measured', { arn: resource.arn, error: error as Error });
      return [];
    }
  }
}

const toMetricQuery = ({ namespace, metric, dimensions, period, stat }: Query, index: number): MetricDataQuery => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: period,
    Stat: stat,
  },
});
