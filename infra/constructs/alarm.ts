import { type Alarm, type CreateAlarmOptions, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { Shared } from './shared.ts';

/** An alarm as all of them are: it tells the operators when it begins and when it is over; silence is no fault unless it says so. */
export const alarm = (
  scope: Construct,
  id: string,
  shared: Shared,
  metric: Metric,
  options: Partial<CreateAlarmOptions> & { readonly alarmDescription: string },
): Alarm => {
  const made = metric.createAlarm(scope, id, {
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...options,
  });
  const tell = new SnsAction(shared.alarms);
  made.addAlarmAction(tell);
  made.addOkAction(tell);
  return made;
};
