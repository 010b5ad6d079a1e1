import { CfnResource, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { allocationWith, refusals, stackWith, UNLIMITED_QUOTA } from './department.fixture.ts';
import type { Properties } from './usage.ts';

const problems = (type: string, properties: Properties, zone = 'government'): string[] => {
  const { app, stack } = stackWith(allocationWith({ zone, quota: UNLIMITED_QUOTA }));
  new CfnResource(stack, 'It', { type: `AWS::${type}`, properties });
  return refusals(app);
};

const BLOCKED = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
const SEALED = { BucketEncryption: {}, PublicAccessBlockConfiguration: BLOCKED };
const disk = (Encrypted?: boolean) => [{ DeviceName: 'a', Ebs: { VolumeSize: 8, ...(Encrypted !== undefined && { Encrypted }) } }];

test('what the stack itself brings keeps the baseline', () => {
  for (const level of [1, 3] as const) expect(refusals(stackWith(allocationWith({ level })).app)).toEqual([]);
});

// Type, what passes, what is refused, what the refusal says.
test.each<[type: string, good: Properties, bad: Properties, zh: string, en: string]>([
  [
    'S3::Bucket',
    SEALED,
    { ...SEALED, PublicAccessBlockConfiguration: { ...BLOCKED, RestrictPublicBuckets: false } },
    '禁止公开',
    'must not be public',
  ],
  ['S3::Bucket', SEALED, { BucketEncryption: {} }, '禁止公开', 'must not be public'],
  ['S3::Bucket', SEALED, { PublicAccessBlockConfiguration: BLOCKED }, '加密', 'encrypted'],
  ['Logs::LogGroup', { KmsKeyId: 'k', RetentionInDays: 180 }, { KmsKeyId: 'k', RetentionInDays: 179 }, '180 天', '180 days'],
  ['Logs::LogGroup', { KmsKeyId: 'k' }, { RetentionInDays: 365 }, '密钥加密', 'system’s key'],
  ['Lambda::Function', { LoggingConfig: { LogGroup: 'g' } }, {}, '日志组', 'log group'],
  ['Lambda::Url', { AuthType: 'AWS_IAM' }, { AuthType: 'NONE' }, '鉴权', 'authenticate'],
  ['EC2::Volume', { Encrypted: true }, { Size: 8 }, '加密', 'encrypted'],
  ['EC2::Instance', { BlockDeviceMappings: disk(true) }, { BlockDeviceMappings: disk() }, '加密', 'encrypted'],
  [
    'EC2::LaunchTemplate',
    { LaunchTemplateData: { BlockDeviceMappings: disk(true) } },
    { LaunchTemplateData: { BlockDeviceMappings: disk(false) } },
    '加密',
    'encrypted',
  ],
  ['EFS::FileSystem', { Encrypted: true }, { Encrypted: false }, '加密', 'encrypted'],
  ['RDS::DBCluster', { StorageEncrypted: true }, {}, '加密', 'encrypted'],
  ['RDS::DBInstance', { StorageEncrypted: true }, { StorageEncrypted: false }, '加密', 'encrypted'],
  ['RDS::DBInstance', { DBClusterIdentifier: 'c' }, { DBClusterIdentifier: 'c', PubliclyAccessible: true }, '公网地址', 'public address'],
])('%s %j passes, %j does not', (type, good, bad, zh, en) => {
  expect(problems(type, good)).toEqual([]);
  const found = problems(type, bad);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`App/It（AWS::${type}）`);
  expect(found[0]).toContain(zh);
  expect(found[0]).toContain(en);
});

test.each(['IAM::User', 'IAM::AccessKey'])('%s is refused: people come by roles', (type) => {
  expect(problems(type, {}).join()).toContain('no IAM users');
});

describe('public addresses are for the internet zone', () => {
  test.each<[string, Properties]>([
    ['EC2::EIP', {}],
    ['EC2::InternetGateway', {}],
    ['EC2::Subnet', { MapPublicIpOnLaunch: true }],
    ['EC2::Instance', { NetworkInterfaces: [{ AssociatePublicIpAddress: true }] }],
    ['EC2::LaunchTemplate', { LaunchTemplateData: { NetworkInterfaces: [{ AssociatePublicIpAddress: true }] } }],
    ['ElasticLoadBalancingV2::LoadBalancer', {}],
    ['ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internet-facing' }],
  ])('%s %j', (type, properties) => {
    expect(problems(type, properties, 'government').join()).toContain('only the internet zone');
    expect(problems(type, properties, 'internet')).toEqual([]);
  });

  test.each<[string, Properties]>([
    ['EC2::Subnet', { MapPublicIpOnLaunch: false }],
    ['ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' }],
  ])('%s %j stays inside', (type, properties) => {
    expect(problems(type, properties)).toEqual([]);
  });
});

test('what is outside the department’s stack has neither tag nor boundary, and is refused', () => {
  const { app } = stackWith(allocationWith());
  new Role(new Stack(app, 'Other'), 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const found = refusals(app);
  expect(found.join()).toMatch(/Other\/Role\/Resource \(AWS::IAM::Role\): a role needs the permissions boundary/);
  expect(found.join()).toMatch(/Other\/Role\/Resource \(AWS::IAM::Role\): lacks the tag luojiang:allocation/);
});
