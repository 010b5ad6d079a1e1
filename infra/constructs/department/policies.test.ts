import { describe, expect, test } from 'vitest';
import { QUOTA_KINDS } from './allocation.ts';
import { allocationWith } from './department.fixture.ts';
import { boundaryDocument, type PolicyDocument, type Statement, serviceControlPolicy } from './policies.ts';

const REGIONS = ['cn-north-1'];
const boundary = boundaryDocument(allocationWith(), REGIONS);
const control = serviceControlPolicy(allocationWith(), REGIONS);

const named = ({ Statement }: PolicyDocument, sid: string): Statement | undefined => Statement.find(({ Sid }) => Sid === sid);
const actions = (statement: Statement | undefined): readonly string[] => ([] as string[]).concat((statement?.Action ?? []) as string[]);

/** Blanks aside, as IAM counts. */
const lengthOf = (document: PolicyDocument): number => JSON.stringify(document).length;

test('both fit into what IAM and Organizations take, at their longest', () => {
  const none = Object.fromEntries(QUOTA_KINDS.map((kind) => [kind, 0]));
  const long = allocationWith({ quota: none, allocationId: 'a'.repeat(64) });
  expect(lengthOf(boundaryDocument(long, ['ap-southeast-1', 'ap-southeast-3']))).toBeLessThan(6144);
  expect(lengthOf(serviceControlPolicy(long, ['ap-southeast-1', 'ap-southeast-3']))).toBeLessThan(5120);
});

test('neither grants anything of its own: the boundary allows what policies grant, all else is denied', () => {
  expect(boundary.Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Sid }) => Sid)).toEqual(['WhatPoliciesGrant']);
  expect(control.Statement.every(({ Effect }) => Effect === 'Deny')).toBe(true);
});

test('every statement has a name of its own, and none names a partition', () => {
  for (const document of [boundary, control]) {
    const sids = document.Statement.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(JSON.stringify(document)).not.toMatch(/arn:aws/);
  }
});

describe.each([
  ['the boundary', boundary],
  ['the account’s policy', control],
])('%s', (_, document) => {
  test('keeps to the region, but for services that have only one', () => {
    expect(named(document, 'StayInRegion')).toMatchObject({
      NotAction: expect.arrayContaining(['iam:*', 'sts:*']),
      Condition: { StringNotEquals: { 'aws:RequestedRegion': REGIONS } },
    });
  });

  test('refuses public objects and plain storage', () => {
    expect(named(document, 'NoPublicObjects')?.Condition).toEqual({
      StringEquals: { 's3:x-amz-acl': ['public-read', 'public-read-write', 'authenticated-read'] },
    });
    for (const sid of ['EncryptDisks', 'EncryptDatabases', 'EncryptFiles']) {
      expect(Object.values(named(document, sid)?.Condition?.Bool ?? {})).toEqual(['false']);
    }
  });

  test('keeps the tags that metering goes by, and the allocation that they name', () => {
    expect(named(document, 'KeepTags')?.Condition).toEqual({
      'ForAnyValue:StringEquals': {
        'aws:TagKeys': ['luojiang:allocation', 'luojiang:department', 'luojiang:system', 'district', 'environment', 'data-class'],
      },
    });
    expect(named(document, 'OwnAllocationOnly')).toMatchObject({
      Action: ['*'],
      Condition: { StringNotEquals: { 'aws:RequestTag/luojiang:allocation': allocationWith().allocationId } },
    });
  });
});

test('only the internet zone may have public addresses', () => {
  const inZone = (zone: string) => named(boundaryDocument(allocationWith({ zone }), REGIONS), 'NoPublicAddresses');
  expect(actions(inZone('government'))).toContain('ec2:AllocateAddress');
  expect(inZone('internet')).toBeUndefined();
});

test('an application changes neither roles nor its own limits', () => {
  const forbidden = actions(named(boundary, 'NoAdministration'));
  expect(forbidden).toEqual(
    expect.arrayContaining(['iam:Create*', 'iam:Put*', 'lambda:PutFunctionConcurrency', 's3:PutBucketPolicy', 'logs:PutRetentionPolicy']),
  );
});

test('what was not allocated cannot be created in the account, whoever tries', () => {
  expect(named(control, 'NotAllocated')).toBeUndefined();
  const none = serviceControlPolicy(allocationWith({ quota: { vcpu: 0, objectGiB: 0, databaseGiB: -1 } }), REGIONS);
  const forbidden = actions(named(none, 'NotAllocated'));
  expect(forbidden).toEqual(expect.arrayContaining(['ec2:RunInstances', 's3:CreateBucket']));
  expect(forbidden).not.toContain('rds:CreateDBInstance');
});

test('after the term nothing new is created', () => {
  expect(named(control, 'NothingNewAfterTheTerm')).toMatchObject({
    Action: expect.arrayContaining(['lambda:CreateFunction', 'ec2:RunInstances', 's3:CreateBucket']),
    Condition: { DateGreaterThan: { 'aws:CurrentTime': '2027-07-01T00:00:00+08:00' } },
  });
});

test('what carries a quota is tagged when it is made; images and subnets, which RunInstances asks for too, are not asked', () => {
  const { Resource } = named(control, 'TagAtBirth') as Statement;
  expect(Resource).toEqual(expect.arrayContaining(['arn:*:ec2:*:*:instance/*', 'arn:*:lambda:*:*:function:*']));
  expect(Resource).not.toContain('*');
});

test('a role keeps its boundary', () => {
  expect(named(control, 'RolesKeepTheirBoundary')).toMatchObject({
    Action: ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'],
    Condition: { StringNotLike: { 'iam:PermissionsBoundary': 'arn:*:iam::*:policy/luojiang-boundary-*' } },
  });
  expect(actions(named(control, 'NoWayAround'))).toContain('iam:DeleteRolePermissionsBoundary');
});
