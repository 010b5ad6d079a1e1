import { TagManager } from 'aws-cdk-lib';
import type { IConstruct, IValidation } from 'constructs';
import { ALLOCATION_TAG, type Allocation, isPublic } from './allocation.ts';
import { type Declared, resourcesOf } from './resources.ts';
import type { Properties } from './usage.ts';

/** 《网络安全法》: network logs are kept for six months at least. */
export const LOG_DAYS = 180;

interface Rule {
  readonly zh: string;
  readonly en: string;
  readonly isBroken: (properties: Properties, allocation: Allocation) => boolean;
}

const record = (value: unknown): Properties => (typeof value === 'object' && value !== null ? (value as Properties) : {});
const list = (value: unknown): readonly Properties[] => (Array.isArray(value) ? value.map(record) : []);
const isTrue = (value: unknown): boolean => value === true || value === 'true';

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

const ENCRYPTED = { zh: '存储必须加密', en: 'what is stored must be encrypted' };
const NO_PUBLIC_ADDRESS = { zh: '只有互联网区可以有公网地址', en: 'only the internet zone may have public addresses' };
const NO_PEOPLE = { zh: '不得建立 IAM 用户或长期密钥，请用角色', en: 'no IAM users and no long-lived keys: use roles' };

const mapsPublicly = (properties: Properties): boolean =>
  list(properties.NetworkInterfaces).some(({ AssociatePublicIpAddress }) => isTrue(AssociatePublicIpAddress));
const hasPlainDisk = (properties: Properties): boolean =>
  list(properties.BlockDeviceMappings).some(({ Ebs }) => Ebs !== undefined && !isTrue(record(Ebs).Encrypted));

const notEncrypted =
  (name: string): Rule['isBroken'] =>
  (properties) =>
    !isTrue(properties[name]);
const outsideInternetZone =
  (holds: (properties: Properties) => boolean): Rule['isBroken'] =>
  (properties, allocation) =>
    !isPublic(allocation) && holds(properties);

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  'AWS::S3::Bucket': [
    {
      zh: '存储桶必须禁止公开（blockPublicAccess: BLOCK_ALL）',
      en: 'a bucket must not be public (blockPublicAccess: BLOCK_ALL)',
      isBroken: ({ PublicAccessBlockConfiguration }) => !BLOCKS.every((name) => isTrue(record(PublicAccessBlockConfiguration)[name])),
    },
    { ...ENCRYPTED, isBroken: ({ BucketEncryption }) => BucketEncryption === undefined },
  ],
  'AWS::Logs::LogGroup': [
    {
      zh: `日志至少保存 ${LOG_DAYS} 天`,
      en: `logs are kept for ${LOG_DAYS} days at least`,
      isBroken: ({ RetentionInDays }) => RetentionInDays !== undefined && !(Number(RetentionInDays) >= LOG_DAYS),
    },
    {
      zh: '日志必须用本系统的密钥加密',
      en: 'logs must be encrypted with the system’s key',
      isBroken: ({ KmsKeyId }) => KmsKeyId === undefined,
    },
  ],
  'AWS::Lambda::Function': [
    {
      zh: '函数必须写入自己的日志组（logGroup），否则日志保存期不受控',
      en: 'a function needs a log group of its own (logGroup), or nobody decides how long its logs are kept',
      isBroken: ({ LoggingConfig }) => record(LoggingConfig).LogGroup === undefined,
    },
  ],
  'AWS::Lambda::Url': [
    {
      zh: '函数地址必须鉴权（authType: AWS_IAM）',
      en: 'a function URL must authenticate (authType: AWS_IAM)',
      isBroken: ({ AuthType }) => AuthType !== 'AWS_IAM',
    },
  ],
  'AWS::EC2::Volume': [{ ...ENCRYPTED, isBroken: notEncrypted('Encrypted') }],
  'AWS::EC2::Instance': [
    { ...ENCRYPTED, isBroken: hasPlainDisk },
    { ...NO_PUBLIC_ADDRESS, isBroken: outsideInternetZone(mapsPublicly) },
  ],
  'AWS::EC2::LaunchTemplate': [
    { ...ENCRYPTED, isBroken: ({ LaunchTemplateData }) => hasPlainDisk(record(LaunchTemplateData)) },
    { ...NO_PUBLIC_ADDRESS, isBroken: outsideInternetZone(({ LaunchTemplateData }) => mapsPublicly(record(LaunchTemplateData))) },
  ],
  'AWS::EC2::Subnet': [{ ...NO_PUBLIC_ADDRESS, isBroken: outsideInternetZone(({ MapPublicIpOnLaunch }) => isTrue(MapPublicIpOnLaunch)) }],
  'AWS::EC2::EIP': [{ ...NO_PUBLIC_ADDRESS, isBroken: outsideInternetZone(() => true) }],
  'AWS::EC2::InternetGateway': [{ ...NO_PUBLIC_ADDRESS, isBroken: outsideInternetZone(() => true) }],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    { ...NO_PUBLIC_ADDRESS, isBroken: outsideInternetZone(({ Scheme, Type }) => Scheme !== 'internal' && Type !== 'gateway') },
  ],
  'AWS::EFS::FileSystem': [{ ...ENCRYPTED, isBroken: notEncrypted('Encrypted') }],
  'AWS::RDS::DBCluster': [{ ...ENCRYPTED, isBroken: notEncrypted('StorageEncrypted') }],
  'AWS::RDS::DBInstance': [
    // An instance of a cluster is encrypted as the cluster is.
    { ...ENCRYPTED, isBroken: (properties) => properties.DBClusterIdentifier === undefined && !isTrue(properties.StorageEncrypted) },
    {
      zh: '数据库不得有公网地址',
      en: 'a database must not have a public address',
      isBroken: ({ PubliclyAccessible }) => isTrue(PubliclyAccessible),
    },
  ],
  'AWS::IAM::Role': [
    {
      zh: '角色必须带权限边界（请放进 DepartmentStack）',
      en: 'a role needs the permissions boundary (put it into a DepartmentStack)',
      isBroken: ({ PermissionsBoundary }) => PermissionsBoundary === undefined,
    },
  ],
  'AWS::IAM::User': [{ ...NO_PEOPLE, isBroken: () => true }],
  'AWS::IAM::AccessKey': [{ ...NO_PEOPLE, isBroken: () => true }],
};

const wrongTag = ({ construct }: Declared, { allocationId }: Allocation): boolean =>
  TagManager.isTaggable(construct) && TagManager.of(construct)?.tagValues()[ALLOCATION_TAG] !== allocationId;

const problem = ({ construct, type }: Declared, { zh, en }: Pick<Rule, 'zh' | 'en'>): string =>
  `${construct.node.path}（${type}）：${zh}\n    ${construct.node.path} (${type}): ${en}`;

/** Refuses to synthesise what breaks the security baseline. It asks little; cdk-nag, which the starter runs too, asks more and takes reasons. */
export class Baseline implements IValidation {
  readonly #root: IConstruct;
  readonly #allocation: Allocation;

  constructor(root: IConstruct, allocation: Allocation) {
    this.#root = root;
    this.#allocation = allocation;
  }

  validate(): string[] {
    return resourcesOf(this.#root).flatMap((resource) => {
      const rules = (RULES[resource.type] ?? []).filter(({ isBroken }) => isBroken(resource.properties, this.#allocation));
      const problems = rules.map((rule) => problem(resource, rule));
      if (!wrongTag(resource, this.#allocation)) return problems;
      const tag = {
        zh: `缺少标签 ${ALLOCATION_TAG}（请放进 DepartmentStack）`,
        en: `lacks the tag ${ALLOCATION_TAG} (put it into a DepartmentStack)`,
      };
      return [...problems, problem(resource, tag)];
    });
  }
}
