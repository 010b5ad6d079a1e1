import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { ALLOCATION_TAG, type Allocation, type Currency } from './allocation.ts';

/**
 * Where AWS Budgets is, and the only currency that it counts in there. GovCloud's costs are billed in another account. Elsewhere only the
 * platform tells, whose daily look at what was billed projects each month (functions/cloud-quota/lifecycle.ts).
 */
const CURRENCY_OF: Readonly<Record<string, Currency>> = { aws: 'USD', 'aws-cn': 'CNY' };

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
    if (CURRENCY_OF[RegionInfo.get(region).partition ?? ''] !== currency) return;
    const at = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers: [{ subscriptionType: 'SNS', address: alarms.topicArn }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: name,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount, unit: currency },
        costFilters: { TagKeyValue: [`user:${ALLOCATION_TAG}$${allocation.allocationId}`] },
      },
      notificationsWithSubscribers: [at('ACTUAL', 80), at('ACTUAL', 100), at('FORECASTED', 100)],
    });
  }
}
