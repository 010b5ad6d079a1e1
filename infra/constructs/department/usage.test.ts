import { expect, test } from 'vitest';
import { type Properties, type Resource, usageOf } from './usage.ts';

const resource = (type: string, properties: Properties = {}, logicalId = 'It'): Resource => ({
  logicalId,
  type: `AWS::${type}`,
  properties,
});
const use = (type: string, properties: Properties = {}, others: readonly Resource[] = []) => {
  const it = resource(type, properties);
  return usageOf(it, [it, ...others]);
};

const disk = (VolumeSize?: number | string) => [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, ...(VolumeSize && { VolumeSize }) } }];
const template = (data: Properties) => resource('EC2::LaunchTemplate', { LaunchTemplateData: data }, 'Template');
const byTemplate = { LaunchTemplate: { LaunchTemplateId: { Ref: 'Template' }, Version: '1' } };
const task = (properties: Properties = {}) =>
  resource('ECS::TaskDefinition', { RequiresCompatibilities: ['FARGATE'], Cpu: '512', Memory: '2048', ...properties }, 'Task');
const ofTask = { TaskDefinition: { Ref: 'Task' } };

test('a function takes the concurrency that is reserved for it', () => {
  expect(use('Lambda::Function', { ReservedConcurrentExecutions: 5 })).toEqual({ functionConcurrency: 5 });
  expect(use('Lambda::Function', { ReservedConcurrentExecutions: 0 })).toEqual({ functionConcurrency: 0 });
  expect(use('Lambda::Function')).toEqual({ functionConcurrency: 'unknown' });
  expect(use('Lambda::Function', { ReservedConcurrentExecutions: { Ref: 'Parameter' } })).toEqual({ functionConcurrency: 'unknown' });
});

test('a machine takes what its type has, and the disks that it names', () => {
  expect(use('EC2::Instance', { InstanceType: 'm6i.xlarge', BlockDeviceMappings: [...disk(50), ...disk('30')] })).toEqual({
    vcpu: 4,
    memoryGiB: 16,
    blockGiB: 80,
  });
  expect(use('EC2::Instance', { InstanceType: 'x2idn.16xlarge', BlockDeviceMappings: disk(8) })).toEqual({
    vcpu: 'unknown',
    memoryGiB: 'unknown',
    blockGiB: 8,
  });
  // The image decides.
  expect(use('EC2::Instance', { InstanceType: 't3.small' })).toMatchObject({ blockGiB: 'unknown' });
  expect(use('EC2::Instance', { InstanceType: 't3.small', BlockDeviceMappings: [...disk(8), ...disk()] })).toMatchObject({
    blockGiB: 'unknown',
  });
  expect(use('EC2::Instance', { InstanceType: { Ref: 'Parameter' }, BlockDeviceMappings: disk(8) })).toMatchObject({ vcpu: 'unknown' });
});

test('a machine made from a launch template takes what the template says, unless it says otherwise itself', () => {
  const large = template({ InstanceType: 'c6i.large', BlockDeviceMappings: disk(20) });
  expect(use('EC2::LaunchTemplate', large.properties)).toEqual({});
  expect(use('EC2::Instance', byTemplate, [large])).toEqual({ vcpu: 2, memoryGiB: 4, blockGiB: 20 });
  expect(use('EC2::Instance', { ...byTemplate, InstanceType: 'c6i.xlarge' }, [large])).toEqual({ vcpu: 4, memoryGiB: 8, blockGiB: 20 });
});

test('a group takes its template as often as it may grow', () => {
  const large = template({ InstanceType: 'c6i.large', BlockDeviceMappings: disk(20) });
  expect(use('AutoScaling::AutoScalingGroup', { ...byTemplate, MinSize: '1', MaxSize: '3' }, [large])).toEqual({
    vcpu: 6,
    memoryGiB: 12,
    blockGiB: 60,
  });
  expect(use('AutoScaling::AutoScalingGroup', byTemplate, [large])).toEqual({ vcpu: 'unknown', memoryGiB: 'unknown', blockGiB: 'unknown' });
  expect(use('AutoScaling::AutoScalingGroup', { MaxSize: '3', MixedInstancesPolicy: {} })).toEqual({
    vcpu: 'unknown',
    memoryGiB: 'unknown',
    blockGiB: 'unknown',
  });
});

test('a database takes its class and as much as its storage may grow to; with a standby twice', () => {
  const postgres = { DBInstanceClass: 'db.m6g.large', AllocatedStorage: '20' };
  expect(use('RDS::DBInstance', postgres)).toEqual({ vcpu: 2, memoryGiB: 8, databaseGiB: 20 });
  expect(use('RDS::DBInstance', { ...postgres, MaxAllocatedStorage: 100, MultiAZ: true })).toEqual({
    vcpu: 4,
    memoryGiB: 16,
    databaseGiB: 200,
  });
  expect(use('RDS::DBInstance', { DBInstanceClass: 'db.m6g.large' })).toEqual({ vcpu: 2, memoryGiB: 8, databaseGiB: 'unknown' });
  expect(use('RDS::DBInstance', { DBInstanceClass: 'db.r6g.large', DBClusterIdentifier: { Ref: 'Cluster' } })).toEqual({
    vcpu: 2,
    memoryGiB: 16,
  });
  expect(use('RDS::DBCluster', { Engine: 'aurora-postgresql' })).toEqual({ databaseGiB: 'unknown' });
  expect(use('RDS::DBCluster', { DBClusterInstanceClass: 'db.m6gd.large' })).toEqual({
    vcpu: 'unknown',
    memoryGiB: 'unknown',
    databaseGiB: 'unknown',
  });
});

test('a Fargate service takes its tasks, one on machines of one’s own nothing more', () => {
  expect(use('ECS::Service', { ...ofTask, DesiredCount: 3 }, [task()])).toEqual({ vcpu: 1.5, memoryGiB: 6 });
  expect(use('ECS::Service', ofTask, [task({ EphemeralStorage: { SizeInGiB: 50 } })])).toEqual({ vcpu: 0.5, memoryGiB: 2, blockGiB: 50 });
  expect(use('ECS::Service', ofTask, [task({ RequiresCompatibilities: ['EC2'] })])).toEqual({});
  expect(use('ECS::Service', { TaskDefinition: 'arn:of-elsewhere' })).toEqual({ vcpu: 'unknown', memoryGiB: 'unknown' });
  expect(use('ApplicationAutoScaling::ScalableTarget', { ServiceNamespace: 'ecs', MaxCapacity: 10 })).toMatchObject({ vcpu: 'unknown' });
  expect(use('ApplicationAutoScaling::ScalableTarget', { ServiceNamespace: 'dynamodb' })).toEqual({});
});

test('a Fargate task that no service runs is run nobody knows how often', () => {
  const { type, properties } = task();
  const alone: Resource = { logicalId: 'Task', type, properties };
  expect(usageOf(alone, [alone])).toEqual({ vcpu: 'unknown', memoryGiB: 'unknown' });
  expect(usageOf(alone, [alone, resource('ECS::Service', ofTask)])).toEqual({});
});

test('disks and file systems', () => {
  expect(use('EC2::Volume', { Size: 100 })).toEqual({ blockGiB: 100 });
  expect(use('EC2::Volume', { SnapshotId: 'snap-1' })).toEqual({ blockGiB: 'unknown' });
  expect(use('FSx::FileSystem', { StorageCapacity: 32 })).toEqual({ blockGiB: 32 });
  expect(use('EFS::FileSystem')).toEqual({ blockGiB: 'unknown' });
});

test('what has no size until it is used belongs to its kind all the same', () => {
  expect(use('S3::Bucket')).toEqual({ objectGiB: 'grows' });
  expect(use('DynamoDB::Table')).toEqual({ databaseGiB: 'grows' });
  expect(use('DynamoDB::GlobalTable')).toEqual({ databaseGiB: 'grows' });
});

test('whatever answers the internet uses bandwidth', () => {
  const out = { bandwidthMbps: 'grows' };
  expect(use('ApiGatewayV2::Api')).toEqual(out);
  expect(use('ApiGateway::RestApi')).toEqual(out);
  expect(use('ApiGateway::RestApi', { EndpointConfiguration: { Types: ['PRIVATE'] } })).toEqual({});
  expect(use('Lambda::Url')).toEqual(out);
  expect(use('EC2::NatGateway')).toEqual(out);
  expect(use('EC2::EIP')).toEqual(out);
  expect(use('ElasticLoadBalancingV2::LoadBalancer')).toEqual(out);
  expect(use('ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internet-facing' })).toEqual(out);
  expect(use('ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' })).toEqual({});
  expect(use('ElasticLoadBalancingV2::LoadBalancer', { Type: 'gateway' })).toEqual({});
});

test.each([
  ['ElastiCache::ReplicationGroup', { CacheNodeType: 'cache.t4g.micro' }],
  ['OpenSearchService::Domain', { ClusterConfig: { InstanceType: 'm6g.large.search' } }],
  ['EKS::Nodegroup', { InstanceTypes: ['m5.large'] }],
  ['DocDB::DBInstance', { DBInstanceClass: 'db.r6g.large' }],
  ['Redshift::Cluster', { NodeType: 'ra3.large' }],
  ['Batch::ComputeEnvironment', { ComputeResources: { MaxvCpus: 16 } }],
  ['Glue::Job', { WorkerType: 'G.1X' }],
  ['EMR::Cluster', { Instances: { TaskInstanceGroups: [{ InstanceType: 'm5.large' }] } }],
  ['Serverless::Function', {}],
  ['CloudFormation::Stack', { TemplateURL: 'https://elsewhere.example/template.json' }],
])('%s runs on machines that cannot be counted from here', (type, properties) => {
  expect(use(type, properties)).toEqual({ vcpu: 'unknown', memoryGiB: 'unknown' });
});

test('what takes nothing of the quota is free', () => {
  for (const type of ['SQS::Queue', 'SNS::Topic', 'IAM::Role', 'KMS::Key', 'Logs::LogGroup', 'Events::Rule']) expect(use(type)).toEqual({});
  expect(usageOf({ logicalId: 'C', type: 'Custom::Thing', properties: { InstanceType: 'm5.large' } }, [])).toEqual({});
});
