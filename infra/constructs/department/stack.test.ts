import { CfnResource, TagManager } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { type Allocation, tagsOf } from './allocation.ts';
import { DepartmentApi } from './api.ts';
import { allocationWith, ofType, stackWith, type TemplateResource, templateOf } from './department.fixture.ts';
import { DepartmentFunction } from './function.ts';
import type { PolicyDocument } from './policies.ts';
import { DepartmentStack, type DepartmentStackProps } from './stack.ts';

/** One of each that a department's app is likely to have. */
const appWith = (allocation: Allocation, props: Partial<DepartmentStackProps> = {}) => {
  const { app, stack } = stackWith(allocation, props);
  const fn = new DepartmentFunction(stack, 'Serve', { code: Code.fromInline('1'), description: 'serves', concurrency: 3 });
  const api = new DepartmentApi(stack, 'Api', { authorizer: new HttpIamAuthorizer() });
  api.serve(HttpMethod.PUT, '/things', fn);
  api.publish('/things', fn, 'Everybody may read it.');
  new Bucket(stack, 'Files', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.KMS,
    encryptionKey: stack.key,
  });
  return { app, stack };
};

const BUDGET = { amount: 1000, currency: 'CNY' } as const;

test('every resource that can be tagged is: by allocation, department, system, district, environment, data class', () => {
  const allocation = allocationWith({ level: 3, monthlyBudget: BUDGET });
  const { app } = appWith(allocation);
  const taggable = app.node
    .findAll()
    .filter(CfnResource.isCfnResource)
    .filter((one) => TagManager.isTaggable(one));
  const template = templateOf(app);
  const tagsIn = ({ Properties }: TemplateResource): Record<string, string> => {
    const written = (Properties.Tags ?? Properties.ResourceTags ?? {}) as { Key: string; Value: string }[] | Record<string, string>;
    return Array.isArray(written) ? Object.fromEntries(written.map(({ Key, Value }) => [Key, Value])) : written;
  };
  expect(taggable.length).toBeGreaterThan(15);
  for (const one of taggable) {
    const { logicalId } = one.stack.resolve({ logicalId: one.logicalId }) as { logicalId: string };
    const resource = template[logicalId];
    expect(resource && tagsIn(resource), `${one.node.path} ${one.cfnResourceType}`).toMatchObject(tagsOf(allocation));
  }
});

test('every role has the boundary, which has a name that the account’s policy knows', () => {
  const { app } = appWith(allocationWith({ level: 3 }));
  const roles = ofType(app, 'AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(1);
  for (const { Properties } of roles) expect(JSON.stringify(Properties.PermissionsBoundary)).toContain('Boundary');
  const [boundary] = ofType(app, 'AWS::IAM::ManagedPolicy');
  expect(boundary?.Properties.ManagedPolicyName).toMatch(/^luojiang-boundary-/);
});

test('a role may reach the region of the off-site copies, where there is one, and no other', () => {
  const regions = (backupRegion?: string): unknown => {
    const { app } = appWith(allocationWith(), backupRegion ? { backupRegion } : {});
    const [boundary] = ofType(app, 'AWS::IAM::ManagedPolicy');
    const document = boundary?.Properties.PolicyDocument as unknown as PolicyDocument | undefined;
    return document?.Statement.find(({ Sid }) => Sid === 'StayInRegion')?.Condition?.StringNotEquals;
  };
  expect(regions()).toEqual({ 'aws:RequestedRegion': ['cn-north-1'] });
  expect(regions('cn-northwest-1')).toEqual({ 'aws:RequestedRegion': ['cn-north-1', 'cn-northwest-1'] });
});

test('logs are kept half a year, encrypted; the key rotates', () => {
  const { app } = appWith(allocationWith({ level: 3 }));
  const groups = ofType(app, 'AWS::Logs::LogGroup');
  expect(groups).toHaveLength(3);
  for (const { Properties } of groups) expect(Properties).toMatchObject({ RetentionInDays: 180, KmsKeyId: expect.anything() });
  expect(ofType(app, 'AWS::KMS::Key')[0]?.Properties.EnableKeyRotation).toBe(true);
});

test('a function has its share of the quota as a hard limit, and an alarm', () => {
  const { app } = appWith(allocationWith());
  expect(ofType(app, 'AWS::Lambda::Function').map(({ Properties }) => Properties.ReservedConcurrentExecutions)).toEqual([3]);
  expect(ofType(app, 'AWS::CloudWatch::Alarm').filter(({ Properties }) => Properties.MetricName === 'Errors')).toHaveLength(1);
});

test('an API asks for a login unless it says why not, and limits how often it is called', () => {
  const { app } = appWith(allocationWith());
  const routes = ofType(app, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType]);
  expect(routes.sort()).toEqual([
    ['GET /things', 'NONE'],
    ['PUT /things', 'AWS_IAM'],
  ]);
  expect(ofType(app, 'AWS::ApiGatewayV2::Stage')[0]?.Properties.DefaultRouteSettings).toEqual({
    ThrottlingRateLimit: 50,
    ThrottlingBurstLimit: 100,
  });
});

describe('the network', () => {
  test.each([
    [1, {}, 0],
    [2, {}, 0],
    [3, {}, 1],
    [4, {}, 1],
    [2, { network: {} }, 1],
  ] as const)('level %d with %j has %d', (level, props, count) => {
    const { app } = appWith(allocationWith({ level }), props);
    expect(ofType(app, 'AWS::EC2::VPC')).toHaveLength(count);
    expect(ofType(app, 'AWS::EC2::FlowLog')).toHaveLength(count);
  });

  test('has no way in or out but its endpoints, and the functions are in it', () => {
    const { app } = appWith(allocationWith({ level: 3 }));
    for (const type of ['InternetGateway', 'NatGateway', 'EIP']) expect(ofType(app, `AWS::EC2::${type}`)).toEqual([]);
    for (const { Properties } of ofType(app, 'AWS::EC2::Subnet')) expect(Properties.MapPublicIpOnLaunch).toBe(false);
    expect(ofType(app, 'AWS::EC2::VPCEndpoint').map(({ Properties }) => Properties.VpcEndpointType)).toEqual(['Gateway', 'Gateway']);
    expect(ofType(app, 'AWS::Lambda::Function')[0]?.Properties.VpcConfig).toBeDefined();
  });
});

describe('the money', () => {
  test.each([
    ['cn-north-1', BUDGET, 1],
    ['cn-northwest-1', BUDGET, 1],
    ['ap-southeast-1', { amount: 1000, currency: 'USD' }, 1],
    // AWS Budgets counts in the partition's own currency only: the platform itself tells there.
    ['ap-southeast-1', BUDGET, 0],
    ['cn-north-1', { amount: 1000, currency: 'USD' }, 0],
    ['us-gov-west-1', { amount: 1000, currency: 'USD' }, 0],
    ['cn-north-1', undefined, 0],
  ] as const)('%s %j: %d budgets', (region, monthlyBudget, budgets) => {
    const { app } = appWith(allocationWith(monthlyBudget ? { monthlyBudget } : {}), { region });
    expect(ofType(app, 'AWS::Budgets::Budget')).toHaveLength(budgets);
  });

  test('a budget counts the allocation’s own costs and tells at 80 %, at 100 %, and before', () => {
    const allocation = allocationWith({ monthlyBudget: BUDGET });
    const [budget] = ofType(appWith(allocation).app, 'AWS::Budgets::Budget');
    expect(budget?.Properties.Budget).toMatchObject({
      BudgetLimit: { Amount: 1000, Unit: 'CNY' },
      CostFilters: { TagKeyValue: [`user:luojiang:allocation$${allocation.allocationId}`] },
    });
    const told = budget?.Properties.NotificationsWithSubscribers as unknown as {
      Notification: { Threshold: number; NotificationType: string };
    }[];
    expect(told.map(({ Notification }) => [Notification.NotificationType, Notification.Threshold])).toEqual([
      ['ACTUAL', 80],
      ['ACTUAL', 100],
      ['FORECASTED', 100],
    ]);
  });
});

describe('what has no hard limit is watched', () => {
  const sums = (quota: Partial<Allocation['quota']>) =>
    ofType(appWith(allocationWith({ quota })).app, 'AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties.Metrics !== undefined)
      .map(({ Properties }) => Properties.Threshold);

  test('buckets at 80 % of the storage, APIs at 80 % of the bandwidth', () => {
    expect(sums({ objectGiB: 10, bandwidthMbps: 20 })).toEqual([10 * 2 ** 30 * 0.8, (20_000_000 / 8) * 300 * 0.8]);
  });

  test('not where the quota has no end', () => {
    expect(sums({ objectGiB: -1, bandwidthMbps: -1 })).toEqual([]);
  });

  test('any number of buckets, nine to an alarm', () => {
    const { app, stack } = stackWith(allocationWith());
    for (let index = 0; index < 10; index += 1) {
      new Bucket(stack, `B${index}`, { blockPublicAccess: BlockPublicAccess.BLOCK_ALL, encryption: BucketEncryption.KMS_MANAGED });
    }
    const metrics = ofType(app, 'AWS::CloudWatch::Alarm').map(({ Properties }) => (Properties.Metrics as unknown as unknown[]).length);
    expect(metrics).toEqual([10, 2]);
  });
});

test('alarms reach the address that was given', () => {
  const { app } = stackWith(allocationWith(), { alarmEmail: 'it@education.example' });
  expect(ofType(app, 'AWS::SNS::Subscription').map(({ Properties }) => [Properties.Protocol, Properties.Endpoint])).toEqual([
    ['email', 'it@education.example'],
  ]);
});

test('in production data outlives the stack, elsewhere it goes with it', () => {
  const policies = (environment: string, local = false) =>
    [
      ...ofType(appWith(allocationWith({ environment }), { local }).app, 'AWS::KMS::Key'),
      ...ofType(appWith(allocationWith({ environment }), { local }).app, 'AWS::Logs::LogGroup'),
    ].map(({ DeletionPolicy }) => DeletionPolicy);
  expect(new Set(policies('production'))).toEqual(new Set(['Retain']));
  expect(new Set(policies('test'))).toEqual(new Set(['Delete']));
  expect(new Set(policies('production', true))).toEqual(new Set(['Delete']));
});

test('plain HTTP is refused everywhere but on the local cloud', () => {
  const refuses = (local: boolean) =>
    JSON.stringify(ofType(appWith(allocationWith(), { local }).app, 'AWS::SNS::TopicPolicy')).includes('aws:SecureTransport');
  expect(refuses(false)).toBe(true);
  expect(refuses(true)).toBe(false);
});

test('an app is of one allocation', () => {
  const { app } = stackWith(allocationWith());
  const another = allocationWith({ allocationId: 'alc_01JZ9ZZZZZZZZZZZZZZZZZZZZZ' });
  expect(() => new DepartmentStack(app, 'Other', { allocation: another, region: 'cn-north-1' })).toThrow(
    /一个应用只能使用一个配额[\s\S]*one allocation/,
  );
});
