import { Duration, type IAspect, Stack } from 'aws-cdk-lib';
import { CfnApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, type IMetric, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import type { Quota } from './allocation.ts';

const GIB = 2 ** 30;
const MEGABIT = 1_000_000;
const BITS = 8;
/** Early enough to ask for more. */
const NEAR = 0.8;
/** An alarm reads ten metrics at most, one of them the sum. */
const MOST = 9;

const sum = (metrics: readonly Metric[], period: Duration, label: string): IMetric =>
  new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period,
    label,
  });

const inGroups = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / MOST) }, (_, index) => all.slice(index * MOST, (index + 1) * MOST));

/** What has no hard limit in the cloud is watched: how much the buckets hold together, and how fast the APIs answer together. */
export class UsageAlarms implements IAspect {
  readonly #quota: Quota;
  readonly #topic: ITopic;

  constructor(quota: Quota, topic: ITopic) {
    this.#quota = quota;
    this.#topic = topic;
  }

  visit(node: IConstruct): void {
    if (!Stack.isStack(node)) return;
    const all = node.node.findAll();
    const { objectGiB, bandwidthMbps } = this.#quota;
    if (objectGiB > 0) this.#storage(node, all.filter(CfnBucket.isCfnBucket), objectGiB);
    if (bandwidthMbps > 0) this.#bandwidth(node, all.filter(CfnApi.isCfnApi), bandwidthMbps);
  }

  #storage(stack: Stack, buckets: readonly CfnBucket[], limit: number): void {
    // CloudWatch counts a bucket once a day.
    const period = Duration.days(1);
    const sizeOf = ({ ref }: CfnBucket) =>
      new Metric({
        namespace: 'AWS/S3',
        metricName: 'BucketSizeBytes',
        dimensionsMap: { BucketName: ref, StorageType: 'StandardStorage' },
        statistic: 'Average',
        period,
      });
    inGroups(buckets).forEach((group, index) => {
      this.#alarm(stack, `ObjectStorage${index}`, sum(group.map(sizeOf), period, 'bytes'), limit * GIB * NEAR, [
        `对象存储超过配额（${limit} GiB）的 80%`,
        `the buckets hold more than 80 % of ${limit} GiB`,
      ]);
    });
  }

  #bandwidth(stack: Stack, apis: readonly CfnApi[], limit: number): void {
    const period = Duration.minutes(5);
    const sentBy = ({ ref }: CfnApi) =>
      new Metric({ namespace: 'AWS/ApiGateway', metricName: 'DataProcessed', dimensionsMap: { ApiId: ref }, statistic: 'Sum', period });
    const bytes = ((limit * MEGABIT) / BITS) * period.toSeconds() * NEAR;
    inGroups(apis).forEach((group, index) => {
      this.#alarm(stack, `Bandwidth${index}`, sum(group.map(sentBy), period, 'bytes'), bytes, [
        `出口流量超过配额（${limit} Mbps）的 80%`,
        `the APIs send more than 80 % of ${limit} Mbps`,
      ]);
    });
  }

  #alarm(stack: Stack, id: string, metric: IMetric, threshold: number, [zh, en]: readonly [string, string]): void {
    if (stack.node.tryFindChild(id)) return;
    new Alarm(stack, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${zh} ${en}`,
    }).addAlarmAction(new SnsAction(this.#topic));
  }
}
