/** vCPUs and memory by the name of an instance type, for the families that follow a rule. Others are unknown: a guess would be a hole in the quota. */

export interface InstanceSize {
  readonly vcpu: number;
  readonly memoryGiB: number;
}

const GIB_PER_VCPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** From the fifth generation on: `m5.large`, `c6g.2xlarge`, `r7i.48xlarge`, `m7i-flex.large`. c5n has memory of its own measure. */
const STEADY = /^([cmr])([5-9])(?!n\.)([a-z]*|i-flex)\.(medium|large|(\d*)xlarge)$/;
const BURSTABLE = /^(t2|t3|t3a|t4g)\.(nano|micro|small|medium|large|xlarge|2xlarge)$/;

/** https://aws.amazon.com/ec2/instance-types/t4/ and those of t2, t3 */
const BURSTABLE_GIB: Readonly<Record<string, number>> = { nano: 0.5, micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, '2xlarge': 32 };
const BURSTABLE_VCPU: Readonly<Record<string, number>> = { nano: 2, micro: 2, small: 2, medium: 2, large: 2, xlarge: 4, '2xlarge': 8 };
const T2_VCPU: Readonly<Record<string, number>> = { ...BURSTABLE_VCPU, nano: 1, micro: 1, small: 1 };

const vcpusOf = (size: string, times: string | undefined): number => {
  if (size === 'medium') return 1;
  if (size === 'large') return 2;
  return 4 * Number(times || 1);
};

/** Of an EC2 type, or an RDS class (`db.m6g.large`), which follow the same rule. */
export const sizeOf = (type: string): InstanceSize | undefined => {
  const name = type.replace(/^db\./, '');
  const [, burstable, step = ''] = BURSTABLE.exec(name) ?? [];
  if (burstable) return { vcpu: (burstable === 't2' ? T2_VCPU : BURSTABLE_VCPU)[step] as number, memoryGiB: BURSTABLE_GIB[step] as number };
  const [, family = '', , , size = '', times] = STEADY.exec(name) ?? [];
  const ratio = GIB_PER_VCPU[family];
  if (ratio === undefined) return undefined;
  const vcpu = vcpusOf(size, times);
  return { vcpu, memoryGiB: vcpu * ratio };
};
