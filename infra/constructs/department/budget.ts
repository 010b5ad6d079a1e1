import { Duration } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Alarm, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { ALLOCATION_TAG, type Allocation, type Currency } from './allocation.ts';

/** Where AWS Budgets is, and the only currency that it counts in there. GovCloud's costs are billed in another account. */
const CURRENCY_OF: Readonly<Record<string, Currency>> = { aws: 'USD', 'aws-cn': 'CNY' };

/** What the platform's metering says of each allocation, each day, where AWS Budgets can't tell. */
export const METERED_COST = { namespace: 'LuojiangCloud', metricName: 'MonthToDateCost', dimension: 'AllocationId' } as const;

export interface BudgetProps {
  readonly allocation: Allocation;
  readonly region: string;
  readonly name: string;
  readonly alarms: ITopic;
}

/** Tells when the money of a month goes: at 80 %, when it is spent, and when it will be. It ends nothing: that is a person's decision. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { allocation, region, name, alarms }: BudgetProps) {
    super(scope, id);
    const { monthlyBudget } = allocation;
    if (!monthlyBudget) return;
    const { amount, currency } = monthlyBudget;
    if (CURRENCY_OF[RegionInfo.get(region).partition ?? ''] === currency) this.#budget(allocation, name, alarms);
    else this.#alarm(allocation, amount, alarms);
  }

  #budget({ allocationId, monthlyBudget }: Allocation, name: string, alarms: ITopic): void {
    const at = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers: [{ subscriptionType: 'SNS', address: alarms.topicArn }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: name,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyBudget?.amount ?? 0, unit: monthlyBudget?.currency ?? '' },
        costFilters: { TagKeyValue: [`user:${ALLOCATION_TAG}$${allocationId}`] },
      },
      notificationsWithSubscribers: [at('ACTUAL', 80), at('ACTUAL', 100), at('FORECASTED', 100)],
    });
  }

  /** Silence of the meter is an alarm too: a budget that nobody watches is worse than none. */
  #alarm({ allocationId }: Allocation, amount: number, alarms: ITopic): void {
    const { namespace, metricName, dimension } = METERED_COST;
    const metric = new Metric({
      namespace,
      metricName,
      dimensionsMap: { [dimension]: allocationId },
      statistic: 'Maximum',
      period: Duration.days(1),
    });
    for (const percent of [80, 100]) {
      new Alarm(this, `Cost${percent}`, {
        metric,
        threshold: (amount * percent) / 100,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.BREACHING,
        alarmDescription: `本月费用达到预算的 ${percent}%，或没有计量 ${percent} % of the month’s budget is used, or nothing was metered`,
      }).addAlarmAction(new SnsAction(alarms));
    }
  }
}
