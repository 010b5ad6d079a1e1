import { App } from 'aws-cdk-lib';
import { type Allocation, QUOTA_KINDS, type Quota, UNLIMITED } from './allocation.ts';
import { QuotaGuard } from './guard.ts';
import { DepartmentStack, type DepartmentStackProps } from './stack.ts';
import type { Properties } from './usage.ts';

// CDK's own look at whole templates takes longer than all else here; cfn-lint looks at the starter's (functions/cloud-quota/blueprint.test.ts).
process.env.CDK_VALIDATION = 'false';

export const QUOTA: Quota = {
  vcpu: 8,
  memoryGiB: 32,
  blockGiB: 200,
  objectGiB: 100,
  databaseGiB: 50,
  bandwidthMbps: 20,
  functionConcurrency: 10,
};

export const allocationWith = ({
  quota,
  ...facts
}: Partial<Omit<Allocation, 'quota'>> & { readonly quota?: Partial<Quota> } = {}): Allocation => ({
  allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  systemId: 'sys_01JZ2A3B4C5D6E7F8G9H0J1K2M',
  department: 'education',
  district: '510604',
  zone: 'government',
  environment: 'production',
  level: 2,
  dataClasses: ['internal', 'personal'],
  quota: { ...QUOTA, ...quota },
  expiresAt: '2027-07-01T00:00:00+08:00',
  ...facts,
});

/** Nothing is refused for the quota's sake. */
export const UNLIMITED_QUOTA = Object.fromEntries(QUOTA_KINDS.map((kind) => [kind, UNLIMITED])) as Quota;

/** What the synthesis refuses, a text for each. Tags are there only then: aspects put them on. */
export const refusals = (app: App): string[] => {
  try {
    app.synth();
    return [];
  } catch (error) {
    const [, ...each] = (error as Error).message.split(/\n {2}\[[^\]]*\] /);
    if (each.length === 0) throw error;
    return each;
  }
};

/** A stack in an app of its own, and what the guard says of it as it stands. */
export const stackWith = (allocation: Allocation, props: Partial<DepartmentStackProps> = {}) => {
  const app = new App({ analyticsReporting: false, treeMetadata: false });
  const stack = new DepartmentStack(app, 'App', { allocation, region: 'cn-north-1', ...props });
  return {
    app,
    stack,
    quotaProblems: () => new QuotaGuard(app, allocation).validate(),
  };
};

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Properties & { readonly [name: string]: never };
  readonly DeletionPolicy?: string;
}

/** What would be deployed. */
export const templateOf = (app: App): Readonly<Record<string, TemplateResource>> =>
  app.synth().stacks.reduce((all, { template }) => Object.assign(all, template.Resources), {});

export const ofType = (app: App, type: string): TemplateResource[] => Object.values(templateOf(app)).filter(({ Type }) => Type === type);
