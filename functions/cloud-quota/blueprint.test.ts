import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllocation, QUOTA_KINDS, type Quota, tagsOf } from '#infra/constructs/department/allocation.ts';
import { allocationWith } from '#infra/constructs/department/department.fixture.ts';
import { root, runCommand } from '#infra/local/processes.ts';
import { lint, type Synthesised, synthesise, write } from '#infra/local/sample.fixture.ts';
import { TARGETS } from '#infra/targets.ts';
import { type BlueprintFacts, blueprint, type District, factsOf } from './blueprint.ts';

const factsWith = (facts: Partial<BlueprintFacts> = {}): BlueprintFacts => ({
  allocation: allocationWith({ monthlyBudget: { amount: 3000, currency: 'CNY' } }),
  names: { department: { zh: '区教育局', en: 'Education Bureau' }, system: { zh: '学校食堂', en: 'School canteens' } },
  region: 'cn-north-1',
  identity: { issuer: 'https://sso.sichuan.example/oidc', audience: 'luojiang-api' },
  ...facts,
});
const files = blueprint(factsWith());
const everywhere = (amount: number): Quota => Object.fromEntries(QUOTA_KINDS.map((kind) => [kind, amount])) as Quota;
const ofType = ({ resources }: Synthesised, type: string) => resources.filter(({ Type }) => Type === type);

describe('the facts', () => {
  const district: District = {
    code: '510604',
    departments: [{ id: 'education', name: { zh: '区教育局', en: 'Education Bureau' } }],
    currency: 'CNY',
    region: 'cn-north-1',
    identity: { issuer: 'https://sso.sichuan.example/oidc', audience: 'luojiang-api' },
  };
  const lease = {
    allocationId: 'alc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
    department: 'education',
    system: { systemId: 'sys_01JZ2A3B4C5D6E7F8G9H0J1K2M', name: '学校食堂' },
    zone: 'government',
    environment: 'production',
    level: 2,
    dataClasses: ['internal'],
    amounts: { functionConcurrency: 20, objectGiB: 50, quantumBits: 3 },
    expiresAt: '2027-07-03T10:00:00.000+08:00',
    budgetFenPerMonth: 123_450,
  } as const;

  test('are the lease’s; what was not asked for is disabled', () => {
    const { allocation, names } = factsOf(lease, district);
    expect(parseAllocation(allocation)).toEqual({
      allocationId: lease.allocationId,
      systemId: lease.system.systemId,
      department: 'education',
      district: '510604',
      zone: 'government',
      environment: 'production',
      level: 2,
      dataClasses: ['internal'],
      quota: { ...everywhere(0), functionConcurrency: 20, objectGiB: 50 },
      expiresAt: lease.expiresAt,
      monthlyBudget: { amount: 1234.5, currency: 'CNY' },
    });
    expect(names).toEqual({ department: { zh: '区教育局', en: 'Education Bureau' }, system: { zh: '学校食堂', en: '' } });
  });

  test('have no budget where none was agreed', () => {
    expect(factsOf({ ...lease, budgetFenPerMonth: 0 }, district).allocation.monthlyBudget).toBeUndefined();
  });
});

describe('the files', () => {
  test('are an app of their own', () => {
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([
        '.gitignore',
        '.npmrc',
        'README.md',
        'allocation.json',
        'bin/app.ts',
        'cdk.json',
        'functions/hello.ts',
        'lib/app-stack.ts',
        'lib/department/index.ts',
        'package.json',
        'service-control-policy.json',
        'tsconfig.json',
      ]),
    );
    expect(Object.keys(files).filter((path) => /test|fixture/.test(path))).toEqual([]);
  });

  test('import nothing of this repository, the library nothing but CDK', () => {
    for (const [path, content] of Object.entries(files).filter(([name]) => name.endsWith('.ts'))) {
      const imported = [...content.matchAll(/from '([^']+)'/g)].map(([, name = '']) => name);
      expect(
        imported.filter((name) => name.startsWith('#') || name.includes('starter/')),
        path,
      ).toEqual([]);
      if (!path.startsWith('lib/department/')) continue;
      expect(
        imported.filter((name) => !/^(aws-cdk-lib(\/|$)|constructs$|cdk-nag$|\.\/)/.test(name)),
        path,
      ).toEqual([]);
    }
  });

  test('pin the versions that this repository was tested with', () => {
    const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const theirs = JSON.parse(files['package.json'] ?? '{}');
    for (const [name, version] of Object.entries({ ...theirs.dependencies, ...theirs.devDependencies })) {
      expect(version, name).toBe(ours.dependencies[name] ?? ours.devDependencies[name]);
      expect(version, name).toMatch(/^\d/);
    }
  });

  test('carry the allocation as it is', () => {
    expect(parseAllocation(JSON.parse(files['allocation.json'] ?? ''))).toEqual(factsWith().allocation);
    expect(JSON.parse(files['cdk.json'] ?? '').context).toMatchObject({ region: 'cn-north-1', audience: 'luojiang-api' });
  });

  test('explain themselves in both languages, with nothing left to fill in', () => {
    const readme = files['README.md'] ?? '';
    expect(readme).not.toMatch(/\{\{|undefined/);
    for (const word of [
      '学校食堂',
      'School canteens',
      '区教育局',
      'Education Bureau',
      '函数并发（个） concurrent functions | 10',
      '2027-07-01',
      '`luojiang:allocation`',
    ]) {
      expect(readme).toContain(word);
    }
  });

  test('take a name for a name, even one that looks like something to fill in', () => {
    const name = { zh: '{{region}} $& 局', en: 'Bureau' };
    expect(blueprint(factsWith({ names: { department: name, system: name } }))['README.md']).toContain('# {{region}} $& 局 Bureau');
  });
});

describe('the app', () => {
  const REGIONS = Object.values(TARGETS).filter(({ name }) => name !== 'local');
  /** The third level has all that the others have, and a network. */
  const APPS = [...REGIONS.map((target) => ({ ...target, level: 3 as const })), { ...TARGETS['aws-cn'], level: 2 as const }];
  const made = new Map<string, Synthesised>();
  const keyOf = ({ name, level }: (typeof APPS)[number]): string => `${name} ${level}`;

  beforeAll(async () => {
    const synthesiseOne = async (app: (typeof APPS)[number]): Promise<void> => {
      const allocation = allocationWith({ level: app.level, monthlyBudget: { amount: 3000, currency: 'CNY' } });
      made.set(keyOf(app), await synthesise(`${app.name}-${app.level}`, blueprint(factsWith({ allocation, region: app.region }))));
    };
    await Promise.all(APPS.map(synthesiseOne));
  }, 60_000);

  const apps = APPS.map(keyOf);

  test.each(apps)('%s synthesises, and cdk-nag finds nothing', (key) => {
    expect(made.get(key)).toMatchObject({ code: 0, findings: [] });
  });

  test.each(APPS.map((app) => [keyOf(app), [app.region, ...app.alsoIn]] as const))(
    '%s is understood by CloudFormation in every region of the partition',
    async (key, regions) => {
      const { templates = [] } = made.get(key) ?? {};
      expect(templates).toHaveLength(1);
      expect(await lint(templates, regions)).toBe('');
    },
    60_000,
  );

  test.each(apps)('%s names no partition and no endpoint of one', (key) => {
    for (const file of made.get(key)?.templates ?? []) {
      expect(readFileSync(file, 'utf8')).not.toMatch(/arn:aws(-cn|-us-gov)?:|amazonaws\.com\.cn/);
    }
  });

  test('has the quota’s share, tags and boundary in it', () => {
    const app = made.get('aws-cn 2') as Synthesised;
    expect(ofType(app, 'AWS::Lambda::Function').map(({ Properties }) => Properties.ReservedConcurrentExecutions)).toEqual([1, 1]);
    expect(ofType(app, 'AWS::Budgets::Budget')).toHaveLength(1);
    const tags = ofType(app, 'AWS::Lambda::Function')[0]?.Properties.Tags as unknown as { Key: string; Value: string }[];
    expect(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))).toEqual(tagsOf(factsWith().allocation));
  });

  test('is type-checked as its README says', async () => {
    const folder = write('types', files);
    expect(await runCommand(join(root, 'node_modules/.bin/tsc'), ['--noEmit'], undefined, folder)).toEqual({ code: 0, output: '' });
  }, 30_000);

  test('is refused when somebody writes more into it than was allocated', async () => {
    const more = { ...files, 'lib/app-stack.ts': (files['lib/app-stack.ts'] ?? '').replaceAll('concurrency: 1', 'concurrency: 6') };
    const { code, output } = await synthesise('over', more);
    expect(code).not.toBe(0);
    expect(output).toContain('函数并发（个）共声明 12，超过配额 10：App/Authorizer/Resource 6, App/Hello/Resource 6');
  }, 30_000);

  test('says what is wrong with an allocation that somebody edited', async () => {
    const { code, output } = await synthesise('edited', { ...files, 'allocation.json': '{ "level": 9 }' });
    expect(code).not.toBe(0);
    expect(output).toContain('level: 1 | 2 | 3 | 4');
    expect(output).not.toContain('    at ');
  }, 30_000);
});

test('the account’s policy names only actions that exist', async () => {
  const none = blueprint(factsWith({ allocation: allocationWith({ quota: everywhere(0) }) }));
  const PolicyDocument = JSON.parse(none['service-control-policy.json'] ?? '');
  const template = { Resources: { It: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument } } } };
  const folder = write('policy', { 'policy.template.json': JSON.stringify(template) });
  expect(await lint([join(folder, 'policy.template.json')], ['cn-north-1'])).toBe('');
}, 30_000);
