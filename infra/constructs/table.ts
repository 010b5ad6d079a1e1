import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface Index {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attributes that are copied beside the keys; all without it. Few, so that most writes don't touch the index. */
  readonly include?: readonly string[];
}

export interface TableProps {
  readonly key: IKey;
  readonly retain: boolean;
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly indexes?: readonly Index[];
  /** The items carry an outbox: their new images go to the stream for the relay. */
  readonly outbox?: boolean;
}

const string = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });

/** A table as all of them are: paid per request, encrypted with the district's own key, restorable to any second of 35 days. */
export class Table extends Construct {
  readonly table: dynamodb.Table;
  readonly key: IKey;
  readonly indexes: readonly Index[];

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    this.key = props.key;
    this.indexes = props.indexes ?? [];
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: string(props.partitionKey),
      ...(props.sortKey && { sortKey: string(props.sortKey) }),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expires',
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      deletionProtection: props.retain,
      ...(props.outbox && { stream: dynamodb.StreamViewType.NEW_IMAGE }),
    });
    for (const index of this.indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: string(index.partitionKey),
        sortKey: string(index.sortKey),
        ...(index.include === undefined
          ? { projectionType: dynamodb.ProjectionType.ALL }
          : index.include.length === 0
            ? { projectionType: dynamodb.ProjectionType.KEYS_ONLY }
            : { projectionType: dynamodb.ProjectionType.INCLUDE, nonKeyAttributes: [...index.include] }),
      });
    }
  }
}
