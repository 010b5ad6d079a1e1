/** Granting access and naming it in the environment are one call: a variable's value carries the permission that it stands for. */
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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

export const putsEventsOn = (bus: EventBus): Access => ({
  value: bus.eventBusName,
  grant: (to) => allow(to, ['events:PutEvents'], [bus.eventBusArn]),
});
