/** Where the district can be deployed. The same stacks serve all; what differs is here and nowhere else. */
export interface Target {
  readonly name: 'local' | 'aws' | 'aws-cn' | 'aws-us-gov';
  readonly region: string;
  /** The other regions of the partition that a test lints the templates for. */
  readonly alsoIn: readonly string[];
  /** Data is kept when a stack goes away. The local cloud is thrown away by hand. */
  readonly retain: boolean;
  /** The console shows the local outbox as phones. */
  readonly phones: boolean;
}

export const TARGETS: Readonly<Record<Target['name'], Target>> = {
  local: { name: 'local', region: 'us-east-1', alsoIn: [], retain: false, phones: true },
  aws: { name: 'aws', region: 'ap-southeast-1', alsoIn: [], retain: true, phones: false },
  'aws-cn': { name: 'aws-cn', region: 'cn-north-1', alsoIn: ['cn-northwest-1'], retain: true, phones: false },
  'aws-us-gov': { name: 'aws-us-gov', region: 'us-gov-west-1', alsoIn: ['us-gov-east-1'], retain: true, phones: false },
};

export const targetNamed = (name: string | undefined): Target => {
  const target = TARGETS[(name ?? '') as Target['name']];
  if (!target) throw new Error(`未知目标 Unknown target "${name}"; expected one of: ${Object.keys(TARGETS).join(', ')}`);
  return target;
};
