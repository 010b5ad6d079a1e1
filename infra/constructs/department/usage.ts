/** How much of the quota a resource takes, read from its CloudFormation properties. Pure: what it can't read it calls unknown, and never guesses. */
import type { QuotaKind } from './allocation.ts';
import { sizeOf } from './instance-types.ts';

/** `grows`: it belongs to the kind, but has no size until it is used: metered and alarmed. `unknown`: it has one that can't be read here. */
export type Amount = number | 'grows' | 'unknown';
export type Usage = Partial<Readonly<Record<QuotaKind, Amount>>>;

export type Properties = Readonly<Record<string, unknown>>;
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
}

interface Question {
  readonly resource: Resource;
  readonly properties: Properties;
  /** Of the same stack. */
  readonly resources: readonly Resource[];
}

const record = (value: unknown): Properties => (typeof value === 'object' && value !== null ? (value as Properties) : {});
const list = (value: unknown): readonly Properties[] => (Array.isArray(value) ? value.map(record) : []);

/** CloudFormation takes numbers as texts too; a reference or a function is neither. */
const number = (value: unknown): number | undefined => {
  const parsed = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : undefined;
};

const times = (usage: Usage, count: number | undefined): Usage =>
  Object.fromEntries(
    Object.entries(usage).map(([kind, amount]) => [
      kind,
      typeof amount === 'number' ? (count === undefined ? 'unknown' : amount * count) : amount,
    ]),
  );

const ofInstanceType = (type: unknown): Usage => {
  const size = typeof type === 'string' ? sizeOf(type) : undefined;
  return size ? { vcpu: size.vcpu, memoryGiB: size.memoryGiB } : { vcpu: 'unknown', memoryGiB: 'unknown' };
};

/** Without a mapping the image decides how large the root disk is. */
const ofDisks = (mappings: unknown): Usage => {
  const sizes = list(mappings).flatMap(({ Ebs }) => (Ebs === undefined ? [] : [number(record(Ebs).VolumeSize)]));
  const isKnown = sizes.length > 0 && sizes.every((size) => size !== undefined);
  return { blockGiB: isKnown ? sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) : 'unknown' };
};

const referred = (value: unknown): unknown => record(value).Ref ?? ([] as unknown[]).concat(record(value)['Fn::GetAtt'])[0];
const found = (resources: readonly Resource[], reference: unknown): Resource | undefined =>
  resources.find(({ logicalId }) => logicalId === referred(reference));

const ofLaunchTemplate = ({ properties, resources }: Question): Properties =>
  record(found(resources, record(properties.LaunchTemplate).LaunchTemplateId)?.properties.LaunchTemplateData);

const ofInstance = (question: Question): Usage => {
  const own = question.properties;
  const template = ofLaunchTemplate(question);
  return {
    ...ofInstanceType(own.InstanceType ?? template.InstanceType),
    ...ofDisks(own.BlockDeviceMappings ?? template.BlockDeviceMappings),
  };
};

const ofScalingGroup = (question: Question): Usage => {
  const template = ofLaunchTemplate(question);
  return times({ ...ofInstanceType(template.InstanceType), ...ofDisks(template.BlockDeviceMappings) }, number(question.properties.MaxSize));
};

const ofDatabase = ({ properties }: Question): Usage => {
  const machines = properties.MultiAZ === true || properties.MultiAZ === 'true' ? 2 : 1;
  const storage = Math.max(number(properties.AllocatedStorage) ?? Number.NaN, number(properties.MaxAllocatedStorage) ?? 0);
  // An Aurora instance stores in its cluster.
  const databaseGiB = Number.isNaN(storage) ? 'unknown' : storage;
  return times(
    { ...ofInstanceType(properties.DBInstanceClass), ...(properties.DBClusterIdentifier === undefined && { databaseGiB }) },
    machines,
  );
};

const CPU_UNITS = 1024;
const MIB = 1024;
/** Included with a Fargate task. */
const FREE_DISK_GIB = 20;

const isFargate = ({ properties }: Resource): boolean => ([] as unknown[]).concat(properties.RequiresCompatibilities).includes('FARGATE');

const ofTask = ({ properties }: Resource): Usage => {
  const cpu = number(properties.Cpu);
  const memory = number(properties.Memory);
  const disk = number(record(properties.EphemeralStorage).SizeInGiB) ?? 0;
  return {
    vcpu: cpu === undefined ? 'unknown' : cpu / CPU_UNITS,
    memoryGiB: memory === undefined ? 'unknown' : memory / MIB,
    ...(disk > FREE_DISK_GIB && { blockGiB: disk }),
  };
};

/** Tasks on instances of one's own take what those instances were counted for. */
const ofService = ({ properties, resources }: Question): Usage => {
  const task = found(resources, properties.TaskDefinition);
  if (!task) return { vcpu: 'unknown', memoryGiB: 'unknown' };
  return isFargate(task) ? times(ofTask(task), number(properties.DesiredCount) ?? 1) : {};
};

/** One that no service runs is started by something else, nobody here knows how often. */
const ofTaskDefinition = ({ resource, resources }: Question): Usage => {
  const runs = resources.some(
    ({ type, properties }) => type === 'AWS::ECS::Service' && referred(properties.TaskDefinition) === resource.logicalId,
  );
  return runs || !isFargate(resource) ? {} : { vcpu: 'unknown', memoryGiB: 'unknown' };
};

const isPublicBalancer = ({ Scheme, Type }: Properties): boolean =>
  Scheme === 'internet-facing' || (Scheme === undefined && Type !== 'gateway');

const ofRestApi = ({ properties }: Question): Usage => {
  const types = ([] as unknown[]).concat(record(properties.EndpointConfiguration).Types ?? 'EDGE');
  return types.includes('PRIVATE') ? {} : { bandwidthMbps: 'grows' };
};

const GROWS_OUT: Usage = { bandwidthMbps: 'grows' };
const COMPUTES: Usage = { vcpu: 'unknown', memoryGiB: 'unknown' };

const RULES: Readonly<Record<string, (question: Question) => Usage>> = {
  'AWS::Lambda::Function': ({ properties }) => ({ functionConcurrency: number(properties.ReservedConcurrentExecutions) ?? 'unknown' }),
  'AWS::EC2::Instance': ofInstance,
  'AWS::EC2::LaunchTemplate': () => ({}),
  'AWS::AutoScaling::AutoScalingGroup': ofScalingGroup,
  'AWS::EC2::Volume': ({ properties }) => ({ blockGiB: number(properties.Size) ?? 'unknown' }),
  'AWS::FSx::FileSystem': ({ properties }) => ({ blockGiB: number(properties.StorageCapacity) ?? 'unknown' }),
  'AWS::EFS::FileSystem': () => ({ blockGiB: 'unknown' }),
  'AWS::RDS::DBInstance': ofDatabase,
  // A cluster's storage grows by itself. Its instances are resources of their own, unless the cluster makes them.
  'AWS::RDS::DBCluster': ({ properties }) => ({ databaseGiB: 'unknown', ...(properties.DBClusterInstanceClass !== undefined && COMPUTES) }),
  'AWS::DynamoDB::Table': () => ({ databaseGiB: 'grows' }),
  'AWS::DynamoDB::GlobalTable': () => ({ databaseGiB: 'grows' }),
  'AWS::OpenSearchServerless::Collection': () => ({ databaseGiB: 'unknown' }),
  'AWS::ElastiCache::ServerlessCache': () => ({ memoryGiB: 'unknown' }),
  'AWS::RedshiftServerless::Workgroup': () => COMPUTES,
  'AWS::EKS::FargateProfile': () => COMPUTES,
  'AWS::AppRunner::Service': () => ({ ...COMPUTES, ...GROWS_OUT }),
  'AWS::ECS::Service': ofService,
  'AWS::ECS::TaskDefinition': ofTaskDefinition,
  // How far it scales is a number of tasks of a service that it names in words.
  'AWS::ApplicationAutoScaling::ScalableTarget': ({ properties }) => (properties.ServiceNamespace === 'ecs' ? COMPUTES : {}),
  'AWS::S3::Bucket': () => ({ objectGiB: 'grows' }),
  'AWS::S3Express::DirectoryBucket': () => ({ objectGiB: 'grows' }),
  'AWS::S3Tables::TableBucket': () => ({ objectGiB: 'grows' }),
  'AWS::ApiGatewayV2::Api': () => GROWS_OUT,
  'AWS::ApiGateway::RestApi': ofRestApi,
  'AWS::Lambda::Url': () => GROWS_OUT,
  'AWS::EC2::EIP': () => GROWS_OUT,
  'AWS::EC2::NatGateway': () => GROWS_OUT,
  'AWS::CloudFront::Distribution': () => GROWS_OUT,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ({ properties }) => (isPublicBalancer(properties) ? GROWS_OUT : {}),
};

/** What else runs on machines of a size names it in such a property: caches, search domains, brokers, node groups, jobs. */
const SIZED = /(InstanceTypes?|InstanceClass|NodeType|WorkerType|MaxvCpus)$/;

const namesASize = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(namesASize);
  return Object.entries(record(value)).some(([name, inner]) => SIZED.test(name) || namesASize(inner));
};

/** What these make is written elsewhere, or only known to CloudFormation's transforms. */
const isOpaque = (type: string): boolean => type === 'AWS::CloudFormation::Stack' || type.startsWith('AWS::Serverless::');

export const usageOf = (resource: Resource, resources: readonly Resource[]): Usage => {
  const { type, properties } = resource;
  const rule = RULES[type];
  if (rule) return rule({ resource, properties, resources });
  return isOpaque(type) || (type.startsWith('AWS::') && namesASize(properties)) ? COMPUTES : {};
};
