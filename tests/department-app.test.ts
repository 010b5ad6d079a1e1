/** A department's app on the local cloud: deployed within its allocation, tagged, bounded, used, and taken away again. */
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tagsOf } from '#infra/constructs/department/allocation.ts';
import { allocationWith } from '#infra/constructs/department/department.fixture.ts';
import type { Sample } from '#infra/local/sample.ts';
import { aws, config, outputs, tokenOf } from './support/district.ts';

// After the district's folder is known (support/district.ts).
const { blueprintOf } = await import('#infra/local/blueprint.ts');
const { callSample, deployApp, deploySample, destroySample } = await import('#infra/local/sample.ts');

const audience = config.district.identity.audience;
const starter = (systemId: string, allocationId: string) => blueprintOf(allocationWith({ systemId, allocationId }), outputs(), audience);

const arnsOf = async (allocationId: string): Promise<Record<string, Record<string, string>>> => {
  const client = new ResourceGroupsTaggingAPIClient(aws());
  const { ResourceTagMappingList = [] } = await client.send(
    new GetResourcesCommand({ TagFilters: [{ Key: 'luojiang:allocation', Values: [allocationId] }] }),
  );
  return Object.fromEntries(
    ResourceTagMappingList.map(({ ResourceARN = '', Tags = [] }) => [
      ResourceARN.split(':').slice(2, 3).join(),
      Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    ]),
  );
};

describe('the school canteens', () => {
  const allocation = allocationWith({ systemId: 'canteens', allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N' });
  const files = () => starter(allocation.systemId, allocation.allocationId);
  const menu = '/menus/wanan-primary/2026-09-01';
  const inspection = '/inspections/wanan-primary/2026-09-01';
  let sample: Sample;

  beforeAll(async () => {
    sample = await deploySample(files(), outputs());
  }, 60_000);

  test('answer: the school reports, parents read', async () => {
    const token = await tokenOf('it-officer-education');
    expect(await callSample(sample, menu)).toMatchObject({ status: 404 });
    const body = { lunch: ['番茄炒蛋', '米饭'] };
    expect(await callSample(sample, menu, { method: 'PUT', token, body })).toMatchObject({ status: 200 });
    expect(await callSample(sample, menu)).toEqual({ status: 200, body: { school: 'wanan-primary', date: '2026-09-01', dishes: body } });
  });

  test('publish what an inspection found, not who wrote it', async () => {
    const token = await tokenOf('it-officer-education');
    const passed = { passed: true };
    const body = {
      'food-samples': passed,
      temperature: { passed: false, note: '冷藏 9 °C' },
      disinfection: passed,
      'staff-health': passed,
    };
    expect(await callSample(sample, inspection, { method: 'PUT', token, body })).toMatchObject({ status: 200 });
    expect((await callSample(sample, inspection)).body).toEqual({
      school: 'wanan-primary',
      date: '2026-09-01',
      passed: false,
      failed: ['temperature'],
    });
  });

  test('let nobody write without a login, nor with another’s', async () => {
    const body = { lunch: ['米饭'] };
    expect(await callSample(sample, menu, { method: 'PUT', body })).toMatchObject({ status: 401 });
    expect(await callSample(sample, menu, { method: 'PUT', body, token: 'nonsense' })).toMatchObject({ status: 403 });
    expect(await callSample(sample, menu, { method: 'PUT', body, token: await tokenOf('citizen') })).toMatchObject({ status: 403 });
  });

  test('are found by the allocation’s tag: functions, table, bucket, key, topic', async () => {
    const found = await arnsOf(allocation.allocationId);
    expect(Object.keys(found).sort()).toEqual(['dynamodb', 'kms', 'lambda', 's3', 'sns']);
    for (const tags of Object.values(found)) expect(tags).toMatchObject(tagsOf(allocation));
  });

  test('deployed again nothing changes, and nothing is lost', async () => {
    const again = await deploySample(files(), outputs());
    expect(again).toEqual(sample);
    expect(await callSample(sample, menu)).toMatchObject({ status: 200 });
  }, 60_000);

  test('are taken away with what they hold, once or twice', async () => {
    await destroySample(allocation, outputs());
    await destroySample(allocation, outputs());
    // A key waits for its end; the emulator remembers the tags of tables that are gone.
    expect(Object.keys(await arnsOf(allocation.allocationId)).sort()).toEqual(['dynamodb', 'kms']);
    expect(await callSample(sample, menu)).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  }, 60_000);
});

/** An app that grants itself everything, and tries what the baseline forbids. */
const PROBE = {
  'lib/app-stack.ts': `
    import { CfnOutput } from 'aws-cdk-lib';
    import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
    import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
    import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
    import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
    import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
    import { NagSuppressions } from 'cdk-nag';
    import { DepartmentApi, DepartmentFunction, DepartmentStack } from './department/index.ts';
    import { bundled } from './bundled.ts';
    export class AppStack extends DepartmentStack {
      constructor(scope, id, { issuer, audience, ...props }) {
        super(scope, id, props);
        const table = new Table(this, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING }, pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }, removalPolicy: this.removalPolicy });
        const bucket = new Bucket(this, 'Bucket', { blockPublicAccess: BlockPublicAccess.BLOCK_ALL, encryption: BucketEncryption.S3_MANAGED, removalPolicy: this.removalPolicy });
        const probe = new DepartmentFunction(this, 'Probe', { description: 'tries', code: bundled('hello.ts'), concurrency: 1, environment: { TABLE_ARN: table.tableArn, BUCKET: bucket.bucketName } });
        probe.addToRolePolicy(new PolicyStatement({ actions: ['s3:*', 'dynamodb:*'], resources: ['*'] }));
        const api = new DepartmentApi(this, 'Api', { authorizer: new HttpIamAuthorizer() });
        api.publish('/probe', probe, 'A test of what is forbidden.');
        NagSuppressions.addStackSuppressions(this, ['AwsSolutions-IAM5', 'AwsSolutions-S1'].map((id) => ({ id, reason: 'A test of what is forbidden.' })));
        new CfnOutput(this, 'ApiId', { value: api.apiId });
      }
    }`,
  'functions/hello.ts': `
    import { CreateTableCommand, DynamoDBClient, ListTablesCommand, UntagResourceCommand } from '@aws-sdk/client-dynamodb';
    import { PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
    const { BUCKET: Bucket, TABLE_ARN: ResourceArn } = process.env;
    const s3 = new S3Client({ forcePathStyle: true });
    const dynamo = new DynamoDBClient();
    const table = (Tags) => new CreateTableCommand({ TableName: 'probe', Tags, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] });
    const tries = {
      putObject: () => s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '' })),
      publicObject: () => s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '', ACL: 'public-read' })),
      bucketPolicy: () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' })),
      ownRegion: () => dynamo.send(new ListTablesCommand({})),
      otherRegion: () => new DynamoDBClient({ region: 'eu-west-1' }).send(new ListTablesCommand({})),
      untag: () => dynamo.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['luojiang:allocation'] })),
      untagOther: () => dynamo.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['colour'] })),
      othersAllocation: () => dynamo.send(table([{ Key: 'luojiang:allocation', Value: 'alc_of_others' }])),
    };
    export const handler = async () => {
      const answers = Object.entries(tries).map(async ([name, go]) => [name, await go().then(() => 'done', (error) => error.name)]);
      return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(Object.fromEntries(await Promise.all(answers))) };
    };`,
};

describe('an app that grants itself everything', () => {
  const allocation = allocationWith({ systemId: 'probe', allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B2P' });
  let sample: Sample;

  beforeAll(async () => {
    sample = await deployApp({ ...starter(allocation.systemId, allocation.allocationId), ...PROBE }, outputs());
  }, 60_000);
  afterAll(() => destroySample(allocation, outputs()), 60_000);

  test('is still refused by its boundary what the baseline forbids, and nothing else', async () => {
    expect((await callSample(sample, '/probe')).body).toEqual({
      putObject: 'done',
      publicObject: 'AccessDenied',
      bucketPolicy: 'AccessDenied',
      ownRegion: 'done',
      otherRegion: 'AccessDeniedException',
      untag: 'AccessDeniedException',
      untagOther: 'done',
      othersAllocation: 'AccessDeniedException',
    });
  });
});
