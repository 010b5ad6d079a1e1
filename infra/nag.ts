/** Findings of cdk-nag that are accepted, each with its reason. What isn't here fails the synthesis. */
import { type App, Stack } from 'aws-cdk-lib';
import { type NagPackSuppression, NagSuppressions } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { Target } from './targets.ts';

const ACCEPTED: NagPackSuppression[] = [
  {
    id: 'AwsSolutions-IAM5',
    reason: 'Log streams are named by Lambda at run time; the log group is the function’s own.',
    appliesTo: [{ regex: '/^Resource::<.*Logs.*\\.Arn>:\\*$/' }],
  },
  {
    id: 'AwsSolutions-IAM5',
    reason: 'Variants of one KMS action (ReEncryptFrom/To, GenerateDataKey/WithoutPlaintext) on the district’s own key.',
    appliesTo: ['Action::kms:ReEncrypt*', 'Action::kms:GenerateDataKey*'],
  },
  { id: 'AwsSolutions-SQS3', reason: 'A destination of failures itself: what lies in it raises an alarm and waits for a person.' },
  { id: 'AwsSolutions-KDS3', reason: 'Encrypted with the district’s own key, as government rules ask, instead of the AWS managed one.' },
];

/** Accepts a finding on one construct and what is below it. */
export const accept = (construct: IConstruct, id: string, reason: string): void =>
  NagSuppressions.addResourceSuppressions(construct, [{ id, reason }], true);

const PLAIN_HTTP: NagPackSuppression[] = ['AwsSolutions-SQS4', 'AwsSolutions-SNS3', 'AwsSolutions-S10'].map((id) => ({
  id,
  reason: 'The emulator speaks plain HTTP on the loopback; every other target refuses it.',
}));

export const acceptFindings = (app: App, { tlsOnly }: Target): void => {
  for (const child of app.node.children) {
    if (child instanceof Stack) NagSuppressions.addStackSuppressions(child, [...ACCEPTED, ...(tlsOnly ? [] : PLAIN_HTTP)]);
  }
};
