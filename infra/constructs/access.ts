/** Granting access and naming it in the environment are one call: a variable's value carries the permission that it stands for. */
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Table } from './table.ts';

export interface Access {
  readonly value: string;
  readonly grant: (to: IGrantable) => void;
}

/** Actions on resources, nothing wider. */
export const allow = (to: IGrantable, actions: readonly string[], resources: readonly string[]): void => {
  to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources] }));
};

/** Reads and writes what is encrypted with the key. */
export const useKey = (key: IKey | undefined, to: IGrantable): void => {
  if (key) allow(to, ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);
};

/** A value that needs no permission. */
export const plain = (value: string | number): Access => ({ value: String(value), grant: () => undefined });

/** A table with exactly these DynamoDB actions, on it and its indexes. */
export const table = (on: Table, ...actions: readonly string[]): Access => ({
  value: on.table.tableName,
  grant: (to) => {
    const arns = [on.table.tableArn, ...on.indexes.map(({ name }) => `${on.table.tableArn}/index/${name}`)];
    allow(
      to,
      actions.map((action) => `dynamodb:${action}`),
      arns,
    );
    useKey(on.key, to);
  },
});

export const sendsTo = (queue: IQueue): Access => ({
  value: queue.queueUrl,
  grant: (to) => {
    allow(to, ['sqs:SendMessage'], [queue.queueArn]);
    useKey(queue.encryptionMasterKey, to);
  },
});

/** Objects of a bucket with exactly these S3 actions; those that are not there are told from those that one may not see. */
export const objects = (bucket: Bucket, ...actions: readonly string[]): Access => objectsUnder(bucket, '', ...actions);

/** Those below a prefix. */
export const objectsUnder = (bucket: Bucket, prefix: string, ...actions: readonly string[]): Access => ({
  value: bucket.bucketName,
  grant: (to) => {
    allow(
      to,
      actions.map((action) => `s3:${action}`),
      [bucket.arnForObjects(`${prefix}*`)],
    );
    allow(to, ['s3:ListBucket'], [bucket.bucketArn]);
    useKey(bucket.encryptionKey, to);
  },
});

export const readsSecret = (secret: Secret): Access => {
  // Its Ref is the same on AWS; on the emulator that is the name.
  const arn = (secret.node.defaultChild as CfnSecret).attrId;
  return {
    value: arn,
    grant: (to) => {
      allow(to, ['secretsmanager:GetSecretValue'], [arn]);
      useKey(secret.encryptionKey, to);
    },
  };
};

export const putsEventsOn = (bus: EventBus): Access => ({
  value: bus.eventBusName,
  grant: (to) => allow(to, ['events:PutEvents'], [bus.eventBusArn]),
});
