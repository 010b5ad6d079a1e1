import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Assembly, cloudAssembly } from './assembly.ts';
import { localDir, runCommand } from './local/processes.ts';
import { ensurePython } from './local/python.ts';
import { TARGETS, type Target } from './targets.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, never>;
  readonly stack: string;
}

/** CDK writes a DependsOn beside a reference that already says so. */
const NOISE = ['--ignore-checks', 'W3005'];

const names = Object.keys(TARGETS) as Target['name'][];
const assemblies = new Map<string, Assembly>();
let python: string;

beforeAll(async () => {
  python = await ensurePython(() => undefined);
  // One after another: they share the folder of bundles.
  for (const name of names) {
    assemblies.set(name, await cloudAssembly(TARGETS[name], () => undefined, { outdir: join(localDir, 'test-templates', name) }));
  }
}, 120_000);

const templates = (name: string) => {
  const { directory } = assemblies.get(name) as Assembly;
  return readdirSync(directory)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => join(directory, file));
};

const resources = (name: string): Resource[] =>
  templates(name).flatMap((file) =>
    Object.values(JSON.parse(readFileSync(file, 'utf8')).Resources as Record<string, Resource>).map((resource) => ({
      ...resource,
      stack: basename(file),
    })),
  );

const ofType = (name: string, type: string) => resources(name).filter(({ Type }) => Type === type);

// cdk-nag's findings that are not accepted fail the synthesis itself, in beforeAll.
describe.each(names)('%s', (name) => {
  test('is understood by CloudFormation in every region of the partition', async () => {
    const { region, alsoIn } = TARGETS[name];
    const { code, output } = await runCommand(join(dirname(python), 'cfn-lint'), [
      ...NOISE,
      '--regions',
      region,
      ...alsoIn,
      '--template',
      ...templates(name),
    ]);
    expect(output).toBe('');
    expect(code).toBe(0);
  }, 60_000);

  test('names no partition and no endpoint of one', () => {
    for (const file of templates(name)) expect(readFileSync(file, 'utf8')).not.toMatch(/arn:aws(-cn|-us-gov)?:|amazonaws\.com\.cn/);
  });

  test('keeps logs half a year at least, encrypted with the district’s key', () => {
    const groups = ofType(name, 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(10);
    for (const { Properties } of groups) {
      expect(Properties.RetentionInDays).toBeGreaterThanOrEqual(180);
      expect(Properties.KmsKeyId).toBeDefined();
    }
  });

  test('raises an alarm on the errors of each function', () => {
    const alarmed = ofType(name, 'AWS::CloudWatch::Alarm').filter(({ Properties }) => Properties.MetricName === 'Errors');
    expect(alarmed).toHaveLength(ofType(name, 'AWS::Lambda::Function').length);
  });

  test('gives each function its own role', () => {
    const roles = ofType(name, 'AWS::Lambda::Function').map(({ Properties, stack }) => `${stack} ${JSON.stringify(Properties.Role)}`);
    expect(new Set(roles).size).toBe(roles.length);
  });
});

test('data outlives its stack wherever people depend on it', () => {
  const tables = (name: string) => ofType(name, 'AWS::DynamoDB::Table') as (Resource & { DeletionPolicy?: string })[];
  // Connections live for two hours at most.
  const kept = tables('aws-cn').filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
  expect(kept).toHaveLength(tables('aws-cn').length - 1);
  expect(tables('local').filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
});

test('every target runs the same handlers', () => {
  const handlers = (name: string) =>
    ofType(name, 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.FunctionName)
      .sort();
  for (const name of names) expect(handlers(name)).toEqual(handlers('local'));
});
