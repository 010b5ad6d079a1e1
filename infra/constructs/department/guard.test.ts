import { Aspects, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnInstance } from 'aws-cdk-lib/aws-ec2';
import { CfnFileSystem } from 'aws-cdk-lib/aws-efs';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnDBInstance } from 'aws-cdk-lib/aws-rds';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QUOTA_KINDS, type Quota, type QuotaKind } from './allocation.ts';
import { allocationWith, stackWith } from './department.fixture.ts';
import { declareUse } from './guard.ts';

const functionOf = (scope: Construct, id: string, reservedConcurrentExecutions?: number): CfnFunction =>
  new CfnFunction(scope, id, {
    role: 'arn',
    code: { zipFile: '' },
    ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
  });

/** Something that takes so much of a kind, whichever it is. */
const MAKE: Readonly<Record<QuotaKind, ((scope: Construct, id: string, amount: number) => void) | undefined>> = {
  vcpu: (scope, id, amount) => declareUse(new Construct(scope, id), { vcpu: amount }),
  memoryGiB: (scope, id, amount) => declareUse(new Construct(scope, id), { memoryGiB: amount }),
  blockGiB: (scope, id, amount) => new CfnResource(scope, id, { type: 'AWS::EC2::Volume', properties: { Size: amount } }),
  databaseGiB: (scope, id, amount) => new CfnDBInstance(scope, id, { dbInstanceClass: 'db.t4g.micro', allocatedStorage: String(amount) }),
  functionConcurrency: (scope, id, amount) => functionOf(scope, id, amount),
  objectGiB: undefined,
  bandwidthMbps: undefined,
};

const problems = (quota: Partial<Quota>, build: (stack: Stack) => void): string[] => {
  const { stack, quotaProblems } = stackWith(allocationWith({ quota }));
  build(stack);
  return quotaProblems();
};

const SUMMED = QUOTA_KINDS.filter((kind) => MAKE[kind] !== undefined);

describe.each(SUMMED)('%s', (kind) => {
  const make = MAKE[kind] as NonNullable<(typeof MAKE)[QuotaKind]>;
  const used = (limit: number, ...amounts: readonly number[]) =>
    problems({ vcpu: -1, memoryGiB: -1, [kind]: limit }, (stack) => {
      for (const [index, amount] of amounts.entries()) make(new Construct(stack, `Part${index}`), 'It', amount);
    });

  test('under and at the quota passes', () => {
    expect(used(4, 1, 2)).toEqual([]);
    expect(used(4, 1, 3)).toEqual([]);
  });

  test('over it is refused in both languages, with each construct and its share', () => {
    const [problem = '', ...others] = used(4, 2, 3);
    expect(others).toEqual([]);
    expect(problem).toMatch(/共声明 5，超过配额 4/);
    expect(problem).toMatch(/are declared, the quota is 4/);
    expect(problem).toMatch(/App\/Part0\S* 2, App\/Part1\S* 3/);
  });

  test('a quota of 0 lets nothing in, -1 everything', () => {
    expect(used(0, 1).join()).toContain('App/Part0');
    expect(used(0)).toEqual([]);
    expect(used(-1, 1_000_000)).toEqual([]);
  });
});

test('what is refused is exactly what is more than the quota, however it is shared out', () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 8 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: -1, max: 100 }), (reserved, functionConcurrency) => {
      const found = problems({ functionConcurrency }, (stack) => {
        for (const [index, amount] of reserved.entries()) functionOf(stack, `F${index}`, amount);
      });
      const total = reserved.reduce((sum, amount) => sum + amount, 0);
      expect(found.length > 0).toBe(functionConcurrency !== -1 && total > functionConcurrency);
    }),
    { numRuns: 40 },
  );
});

test('kinds without a size are let in unless their quota is 0', () => {
  const bucket = (objectGiB: number) => problems({ objectGiB }, (stack) => new CfnBucket(stack, 'Files'));
  expect(bucket(1)).toEqual([]);
  expect(bucket(-1)).toEqual([]);
  expect(bucket(0).join()).toMatch(
    /App\/Files（AWS::S3::Bucket）：没有分配对象存储[\s\S]*App\/Files \(AWS::S3::Bucket\): no object storage/,
  );
  const api = (bandwidthMbps: number) =>
    problems({ bandwidthMbps }, (stack) => new CfnResource(stack, 'Api', { type: 'AWS::ApiGatewayV2::Api', properties: {} }));
  expect(api(5)).toEqual([]);
  expect(api(0).join()).toContain('App/Api');
});

describe('what cannot be read', () => {
  const files = (stack: Stack) => new CfnFileSystem(new Construct(stack, 'Shared'), 'Files', { encrypted: true });

  test('is refused, named, with what to write', () => {
    const found = problems({}, files);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/App\/Shared\/Files（AWS::EFS::FileSystem）：看不出占用多少块存储/);
    expect(found[0]).toContain('declareUse(construct, { blockGiB: … })');
  });

  test('is let in where the quota has no end', () => {
    expect(problems({ blockGiB: -1 }, files)).toEqual([]);
  });

  test('is let in when it is declared on itself or on what it belongs to, and counts', () => {
    const declared = (blockGiB: number) => problems({}, (stack) => declareUse(files(stack).node.scope as Construct, { blockGiB }));
    expect(declared(200)).toEqual([]);
    expect(declared(201).join()).toMatch(/超过配额 200：App\/Shared 201/);
  });

  test('is not let in by a declaration of something else', () => {
    expect(problems({}, (stack) => declareUse(files(stack), { vcpu: 1 })).join()).toContain('看不出');
  });

  test('a declaration is no discount on what can be read', () => {
    const machine = (stack: Stack) =>
      declareUse(
        new CfnInstance(stack, 'Machine', {
          instanceType: 'm6i.4xlarge',
          blockDeviceMappings: [{ deviceName: 'a', ebs: { volumeSize: 8 } }],
        }),
        { vcpu: 0 },
      );
    expect(problems({}, machine).join()).toMatch(/vCPU（核）共声明 16，超过配额 8/);
  });
});

test('it sees what aspects and overrides made of a resource', () => {
  const overridden = problems({}, (stack) => functionOf(stack, 'F', 1).addPropertyOverride('ReservedConcurrentExecutions', 11));
  expect(overridden.join()).toContain('App/F 11');
  const { app, stack } = stackWith(allocationWith());
  const fn = functionOf(stack, 'F', 1);
  Aspects.of(fn).add({ visit: () => Object.assign(fn, { reservedConcurrentExecutions: 12 }) });
  expect(() => app.synth()).toThrow(/App\/F 12/);
});

test('it sees nested stacks, and stacks of the app that are not the department’s', () => {
  const { app, stack, quotaProblems } = stackWith(allocationWith());
  functionOf(new NestedStack(stack, 'Nested'), 'F', 6);
  functionOf(new Stack(app, 'Other'), 'F', 5);
  const [problem, ...others] = quotaProblems();
  expect(problem).toMatch(/共声明 11，超过配额 10：App\/Nested\/F 6, Other\/F 5/);
  expect(others).toEqual([]);
});

test('the synthesis itself fails, with every problem at once', () => {
  const { app, stack } = stackWith(allocationWith({ quota: { objectGiB: 0 } }));
  functionOf(stack, 'F', 11);
  new CfnBucket(stack, 'Files');
  expect(() => app.synth()).toThrow(/App\/Files[\s\S]*App\/F 11/);
});
