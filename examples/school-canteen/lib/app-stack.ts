import { CfnOutput, Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import { DepartmentApi, DepartmentFunction, DepartmentStack, type DepartmentStackProps } from '#infra/constructs/department/index.ts';
import { bundled } from '../../starter/lib/bundled.ts';

export interface AppProps extends DepartmentStackProps {
  readonly issuer: string;
  readonly audience: string;
}

/** Who may report, by the subject of their token. */
const REPORTERS = ['jiang-he', 'education-service'];

/** 明厨亮灶：每日菜单与检查结果 Canteens in the open: each day's menu, and what the inspection found. */
export class AppStack extends DepartmentStack {
  constructor(scope: Construct, id: string, { issuer, audience, ...props }: AppProps) {
    super(scope, id, props);
    const table = this.#table();
    const sheets = this.#sheets();
    const canteen = new DepartmentFunction(this, 'Canteen', {
      description: '菜单与检查 menus and inspections',
      code: bundled('api.ts'),
      concurrency: 5,
      environment: { TABLE: table.tableName, BUCKET: sheets.bucketName, REPORTERS: REPORTERS.join(',') },
    });
    table.grant(canteen, 'dynamodb:GetItem', 'dynamodb:PutItem');
    sheets.grantPut(canteen, 'inspections/*');
    this.key.grantEncryptDecrypt(canteen);
    this.#accept(canteen);
    const api = this.#api(issuer, audience);
    const reason = 'Parents read it without a login; it names nobody.';
    api.publish('/menus/{school}/{date}', canteen, reason);
    api.publish('/inspections/{school}/{date}', canteen, reason);
    api.serve(HttpMethod.PUT, '/menus/{school}/{date}', canteen);
    api.serve(HttpMethod.PUT, '/inspections/{school}/{date}', canteen);
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
    new CfnOutput(this, 'ApiId', { value: api.apiId });
    new CfnOutput(this, 'SheetsBucket', { value: sheets.bucketName });
  }

  #table(): Table {
    return new Table(this, 'Days', {
      partitionKey: { name: 'school', type: AttributeType.STRING },
      sortKey: { name: 'entry', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: this.removalPolicy,
    });
  }

  #sheets(): Bucket {
    const bucket = new Bucket(this, 'Sheets', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      enforceSSL: !this.local,
      versioned: true,
      removalPolicy: this.removalPolicy,
    });
    NagSuppressions.addResourceSuppressions(bucket, [
      { id: 'AwsSolutions-S1', reason: 'Only one function writes, and the account’s trail tells who reads.' },
    ]);
    return bucket;
  }

  #accept(canteen: DepartmentFunction): void {
    if (!canteen.role) return;
    const reason = 'Variants of one action on the system’s own key, bucket and prefix.';
    const appliesTo = [
      'Action::kms:ReEncrypt*',
      'Action::kms:GenerateDataKey*',
      'Action::s3:Abort*',
      { regex: '/^Resource::<Sheets.*\\.Arn>/inspections/\\*$/' },
    ];
    NagSuppressions.addResourceSuppressions(canteen.role, [{ id: 'AwsSolutions-IAM5', reason, appliesTo }], true);
  }

  #api(issuer: string, audience: string): DepartmentApi {
    const authorizer = new DepartmentFunction(this, 'Authorizer', {
      description: '验证统一身份令牌 verifies tokens',
      code: bundled('authorizer.ts'),
      concurrency: 2,
      outside: true,
      environment: { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience },
    });
    return new DepartmentApi(this, 'Api', {
      authorizer: new HttpLambdaAuthorizer('Login', authorizer, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ['$request.header.Authorization'],
        resultsCacheTtl: Duration.minutes(1),
      }),
    });
  }
}
