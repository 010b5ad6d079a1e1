/** What the cloud itself refuses, whatever is deployed: as the permissions boundary of each role, and as the account's service control policy. */
import { ALLOCATION_TAG, type Allocation, DISABLED, isPublic, type QuotaKind, tagsOf } from './allocation.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export const BOUNDARY_PREFIX = 'luojiang-boundary-';

const deny = (Sid: string, Action: readonly string[], Condition?: Statement['Condition']): Statement => ({
  Sid,
  Effect: 'Deny',
  Action,
  Resource: '*',
  ...(Condition && { Condition }),
});

/** These answer from one region of the partition, whichever asks. */
const GLOBAL = [
  'iam:*',
  'sts:*',
  'organizations:*',
  'account:*',
  'support:*',
  'budgets:*',
  'ce:*',
  'route53:*',
  'cloudfront:*',
  'health:*',
];

const stayInRegion = (regions: readonly string[]): Statement => ({
  Sid: 'StayInRegion',
  Effect: 'Deny',
  NotAction: GLOBAL,
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:RequestedRegion': regions } },
});

const PUBLIC_ACLS = ['public-read', 'public-read-write', 'authenticated-read'];

const noPublicObjects = deny('NoPublicObjects', ['s3:CreateBucket', 's3:PutBucketAcl', 's3:PutObject', 's3:PutObjectAcl'], {
  StringEquals: { 's3:x-amz-acl': PUBLIC_ACLS },
});

/** Neither the tag may go, nor name another's allocation: what is used would be metered to nobody, or to somebody else. */
const keepTags = (allocation: Allocation): Statement[] => [
  deny(
    'KeepTags',
    [
      'tag:UntagResources',
      'lambda:UntagResource',
      'dynamodb:UntagResource',
      's3:UntagResource',
      'ec2:DeleteTags',
      'rds:RemoveTagsFromResource',
      'sqs:UntagQueue',
      'sns:UntagResource',
      'kms:UntagResource',
      'logs:UntagResource',
      'ecs:UntagResource',
      'elasticfilesystem:UntagResource',
    ],
    { 'ForAnyValue:StringEquals': { 'aws:TagKeys': Object.keys(tagsOf(allocation)) } },
  ),
  deny('OwnAllocationOnly', ['*'], {
    StringNotEquals: { [`aws:RequestTag/${ALLOCATION_TAG}`]: allocation.allocationId },
    Null: { [`aws:RequestTag/${ALLOCATION_TAG}`]: 'false' },
  }),
];

const PLAIN: readonly (readonly [sid: string, actions: readonly string[], key: string])[] = [
  ['EncryptDisks', ['ec2:CreateVolume', 'ec2:RunInstances'], 'ec2:Encrypted'],
  ['EncryptDatabases', ['rds:CreateDBInstance', 'rds:CreateDBCluster'], 'rds:StorageEncrypted'],
  ['EncryptFiles', ['elasticfilesystem:CreateFileSystem'], 'elasticfilesystem:Encrypted'],
];

/** `Bool` holds only where the request carries the key: RunInstances asks once for the disk, and once for what isn't one. */
const encrypt = PLAIN.map(([sid, actions, key]) => deny(sid, actions, { Bool: { [key]: 'false' } }));

const noPublicAddresses = deny('NoPublicAddresses', [
  'ec2:AllocateAddress',
  'ec2:AssociateAddress',
  'ec2:AttachInternetGateway',
  'ec2:CreateInternetGateway',
]);

const noOpenFunctions = deny('NoOpenFunctions', ['lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], {
  StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' },
});

const baseline = (allocation: Allocation, regions: readonly string[]): Statement[] => [
  stayInRegion(regions),
  noPublicObjects,
  noOpenFunctions,
  ...keepTags(allocation),
  ...encrypt,
  ...(isPublic(allocation) ? [] : [noPublicAddresses]),
];

/** What a running application has no business with: it was set by who deployed it. */
const applicationsDontAdminister = [
  deny('NoAdministration', [
    'account:*',
    'organizations:*',
    'budgets:*',
    'iam:Add*',
    'iam:Attach*',
    'iam:Create*',
    'iam:Delete*',
    'iam:Detach*',
    'iam:Put*',
    'iam:Remove*',
    'iam:Set*',
    'iam:Tag*',
    'iam:Untag*',
    'iam:Update*',
    'iam:Upload*',
    'kms:DisableKey',
    'kms:PutKeyPolicy',
    'kms:ScheduleKeyDeletion',
    'lambda:DeleteFunctionConcurrency',
    'lambda:PutFunctionConcurrency',
    'logs:DeleteLogGroup',
    'logs:DeleteRetentionPolicy',
    'logs:PutRetentionPolicy',
    's3:DeleteBucketPolicy',
    's3:PutAccountPublicAccessBlock',
    's3:PutBucketPolicy',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketTagging',
    's3:PutEncryptionConfiguration',
  ]),
];

/** Of each role that the app makes: it grants nothing, it only ends what other policies may grant. */
export const boundaryDocument = (allocation: Allocation, regions: readonly string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'WhatPoliciesGrant', Effect: 'Allow', Action: '*', Resource: '*' },
    ...baseline(allocation, regions),
    ...applicationsDontAdminister,
  ],
});

const CREATES: Readonly<Record<QuotaKind, readonly string[]>> = {
  vcpu: [
    'ec2:RunInstances',
    'ec2:CreateFleet',
    'autoscaling:CreateAutoScalingGroup',
    'ecs:CreateService',
    'ecs:RunTask',
    'eks:CreateCluster',
  ],
  memoryGiB: ['elasticache:Create*'],
  blockGiB: ['ec2:CreateVolume', 'elasticfilesystem:CreateFileSystem', 'fsx:CreateFileSystem'],
  objectGiB: ['s3:CreateBucket'],
  databaseGiB: ['dynamodb:CreateTable', 'rds:CreateDBInstance', 'rds:CreateDBCluster', 'es:CreateDomain', 'redshift:CreateCluster'],
  bandwidthMbps: ['ec2:CreateNatGateway', 'lambda:CreateFunctionUrlConfig', 'cloudfront:CreateDistribution'],
  functionConcurrency: ['lambda:CreateFunction'],
};

const nothingOf = ({ quota }: Allocation): Statement[] => {
  const actions = Object.entries(CREATES).flatMap(([kind, creates]) => (quota[kind as QuotaKind] === DISABLED ? creates : []));
  return actions.length === 0 ? [] : [deny('NotAllocated', [...new Set(actions)].sort())];
};

/** By resource: RunInstances asks for the image and the subnet too, which nobody tags. */
const tagAtBirth: Statement = {
  ...deny('TagAtBirth', ['dynamodb:CreateTable', 'ec2:CreateVolume', 'ec2:RunInstances', 'lambda:CreateFunction', 'rds:CreateDBInstance'], {
    Null: { [`aws:RequestTag/${ALLOCATION_TAG}`]: 'true' },
  }),
  Resource: ['dynamodb:*:*:table/*', 'ec2:*:*:instance/*', 'ec2:*:*:volume/*', 'lambda:*:*:function:*', 'rds:*:*:db:*'].map(
    (name) => `arn:*:${name}`,
  ),
};

/** For the department's own account, attached by the bureau's operators; it binds the people who deploy, too. */
export const serviceControlPolicy = (allocation: Allocation, regions: readonly string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    ...baseline(allocation, regions),
    ...nothingOf(allocation),
    tagAtBirth,
    deny('NothingNewAfterTheTerm', Object.values(CREATES).flat(), { DateGreaterThan: { 'aws:CurrentTime': allocation.expiresAt } }),
    deny('RolesKeepTheirBoundary', ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'], {
      // A request without one is refused too: what is absent is not like anything.
      StringNotLike: { 'iam:PermissionsBoundary': `arn:*:iam::*:policy/${BOUNDARY_PREFIX}*` },
    }),
    deny('NoWayAround', [
      'cloudtrail:DeleteTrail',
      'cloudtrail:StopLogging',
      'ec2:DisableEbsEncryptionByDefault',
      'iam:CreateAccessKey',
      'iam:CreateUser',
      'iam:DeleteRolePermissionsBoundary',
      'organizations:LeaveOrganization',
      's3:PutAccountPublicAccessBlock',
    ]),
  ],
});
