/** What DevOps of a department are given when quota was allocated: an app that synthesises, with the quota built in. */
import type { Text } from '#events/envelope.ts';
import {
  type Allocation,
  type Currency,
  DISABLED,
  nameOf,
  QUOTA_KINDS,
  QUOTA_WORDS,
  type Quota,
  tagsOf,
  UNLIMITED,
} from '#infra/constructs/department/allocation.ts';
import { serviceControlPolicy } from '#infra/constructs/department/policies.ts';
import type { Allocation as Lease } from './allocation.ts';
import { FLAGS, PINNED, SOURCES } from './blueprint.generated.ts';

export interface BlueprintFacts {
  readonly allocation: Allocation;
  readonly names: { readonly department: Text; readonly system: Text };
  /** Where the zone's accounts are. */
  readonly region: string;
  /** Where its off-site copies may lie. */
  readonly backupRegion?: string;
  /** The district's identity provider, and the audience of its tokens. */
  readonly identity: { readonly issuer: string; readonly audience: string };
}

/** What the district's configuration says beside a lease. */
export interface District extends Pick<BlueprintFacts, 'region' | 'backupRegion' | 'identity'> {
  /** GB/T 2260 */
  readonly code: string;
  readonly departments: readonly { readonly id: string; readonly name: Text }[];
  readonly currency: Currency;
}

type Leased = Pick<
  Lease,
  | 'allocationId'
  | 'department'
  | 'system'
  | 'zone'
  | 'environment'
  | 'level'
  | 'dataClasses'
  | 'amounts'
  | 'expiresAt'
  | 'budgetFenPerMonth'
>;

/** A kind that was not asked for is disabled. */
const quotaOf = ({ amounts }: Leased): Quota =>
  Object.fromEntries(QUOTA_KINDS.map((kind) => [kind, Object.hasOwn(amounts, kind) ? amounts[kind] : DISABLED])) as Quota;

export const factsOf = (lease: Leased, { code, departments, currency, ...rest }: District): BlueprintFacts => ({
  allocation: {
    allocationId: lease.allocationId,
    systemId: lease.system.systemId,
    department: lease.department,
    district: code,
    zone: lease.zone,
    environment: lease.environment,
    level: lease.level as Allocation['level'],
    dataClasses: lease.dataClasses,
    quota: quotaOf(lease),
    expiresAt: lease.expiresAt,
    ...(lease.budgetFenPerMonth > 0 && { monthlyBudget: { amount: lease.budgetFenPerMonth / 100, currency } }),
  },
  names: {
    department: departments.find(({ id }) => id === lease.department)?.name ?? { zh: lease.department, en: lease.department },
    system: { zh: lease.system.name, en: '' },
  },
  ...rest,
});

/** Path -> content. */
export type Files = Readonly<Record<string, string>>;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const packageJson = (allocation: Allocation): string =>
  json({
    name: nameOf(allocation),
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=24' },
    scripts: { check: 'tsc --noEmit', synth: 'cdk synth --quiet', diff: 'cdk diff', deploy: 'cdk deploy' },
    ...PINNED,
  });

/** A template that names its partition serves one only. */
const PORTABLE = { '@aws-cdk/core:enablePartitionLiterals': false };

const cdkJson = ({ region, backupRegion = '', identity }: BlueprintFacts): string =>
  json({
    app: 'node bin/app.ts',
    context: { region, backupRegion, issuer: identity.issuer, audience: identity.audience, alarmEmail: '', ...FLAGS, ...PORTABLE },
  });

const TSCONFIG = json({
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['bin', 'lib', 'functions'],
});

const amountOf = (amount: number): string => (amount === UNLIMITED ? '不限 unlimited' : String(amount));

const quotaTable = ({ quota }: Allocation): string =>
  QUOTA_KINDS.map((kind) => `| ${QUOTA_WORDS[kind].zh} ${QUOTA_WORDS[kind].en} | ${amountOf(quota[kind])} |`).join('\n');

const tagTable = (allocation: Allocation): string =>
  Object.entries(tagsOf(allocation))
    .map(([name, value]) => `| \`${name}\` | \`${value}\` |`)
    .join('\n');

const filled = (template: string, { allocation, names, region }: BlueprintFacts): string => {
  const values: Readonly<Record<string, string>> = {
    departmentZh: names.department.zh,
    departmentEn: names.department.en,
    system: `${names.system.zh} ${names.system.en}`.trim(),
    allocationId: allocation.allocationId,
    stack: nameOf(allocation),
    region,
    zone: allocation.zone,
    environment: allocation.environment,
    level: String(allocation.level),
    dataClasses: allocation.dataClasses.join('、'),
    expiresAt: allocation.expiresAt.slice(0, 10),
    quota: quotaTable(allocation),
    tags: tagTable(allocation),
  };
  // Names are people's words: one that looks like a placeholder stays what it is, for they are filled in once.
  return template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
};

export const blueprint = (facts: BlueprintFacts): Files => ({
  ...SOURCES,
  'README.md': filled(SOURCES['README.md'] ?? '', facts),
  'allocation.json': json(facts.allocation),
  'service-control-policy.json': json(
    serviceControlPolicy(facts.allocation, facts.backupRegion ? [facts.region, facts.backupRegion] : [facts.region]),
  ),
  'package.json': packageJson(facts.allocation),
  'cdk.json': cdkJson(facts),
  'tsconfig.json': TSCONFIG,
  '.npmrc': 'save-exact=true\nfund=false\naudit=false\n',
  '.gitignore': 'node_modules/\ncdk.out/\n',
});
