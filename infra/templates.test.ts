import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Assembly, cloudAssembly } from './assembly.ts';
import { localDir, root, runCommand } from './local/processes.ts';
import { ensurePython } from './local/python.ts';
import { TARGETS, type Target } from './targets.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, never>;
  readonly stack: string;
}

interface Statement {
  readonly Effect: string;
  readonly Principal: { readonly Service?: unknown };
  readonly Condition?: object;
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

  test('tells the operators by every alarm, when it begins and when it is over', () => {
    const alarms = ofType(name, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(50);
    for (const { Properties } of alarms) {
      expect(Properties.AlarmActions, Properties.AlarmDescription).toHaveLength(1);
      expect(Properties.OKActions, Properties.AlarmDescription).toHaveLength(1);
      expect(Properties.TreatMissingData).toBeDefined();
    }
  });

  test('watches every queue in which messages wait for a person, and that they do not expire there', () => {
    const queues = ofType(name, 'AWS::SQS::Queue');
    const waiting = queues.filter(({ Properties }) => Properties.RedrivePolicy === undefined).length;
    const named = (end: RegExp) =>
      ofType(name, 'AWS::CloudWatch::Alarm').filter(({ Properties }) => end.test(String(Properties.AlarmDescription)));
    expect(waiting).toBeGreaterThan(5);
    expect(named(/messages wait for a person$/)).toHaveLength(waiting);
    expect(named(/messages will be lost within four days$/)).toHaveLength(waiting);
    expect(named(/events are handled late$/)).toHaveLength(queues.length - waiting);
  });

  test('lets a service into a queue for this account’s sake only', () => {
    const policies = ofType(name, 'AWS::SQS::QueuePolicy').map(
      ({ Properties }) => Properties.PolicyDocument as never as { Statement: Statement[] },
    );
    const services = policies
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect, Principal }) => Effect === 'Allow' && Principal.Service);
    expect(services.length).toBeGreaterThan(2);
    for (const { Condition } of services) expect(JSON.stringify(Condition)).toMatch(/aws:Source(Account|Arn)/);
  });

  test('encrypts all that it keeps with the district’s own key, which rotates', () => {
    const own = (type: string, read: (properties: Record<string, never>) => unknown) => {
      const all = ofType(name, type);
      expect(all.length, type).toBeGreaterThan(0);
      for (const { Properties } of all) expect(JSON.stringify(read(Properties)), type).toMatch(/Key/);
    };
    own('AWS::DynamoDB::Table', ({ SSESpecification }) => SSESpecification);
    own('AWS::SQS::Queue', ({ KmsMasterKeyId }) => KmsMasterKeyId);
    own('AWS::SNS::Topic', ({ KmsMasterKeyId }) => KmsMasterKeyId);
    own('AWS::Kinesis::Stream', ({ StreamEncryption }) => StreamEncryption);
    own('AWS::S3::Bucket', ({ BucketEncryption }) => BucketEncryption);
    own('AWS::SecretsManager::Secret', ({ KmsKeyId }) => KmsKeyId);
    own('AWS::StepFunctions::StateMachine', ({ EncryptionConfiguration }) => EncryptionConfiguration);
    expect(ofType(name, 'AWS::KMS::Key').map(({ Properties }) => Properties.EnableKeyRotation)).toEqual([true]);
  });

  test('locks the audit log for the years that the district says, against everybody', () => {
    const [bucket] = ofType(name, 'AWS::S3::Bucket').filter(({ stack }) => stack.includes('audit'));
    expect(bucket?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 15 * 366 } } },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    const statements = ofType(name, 'AWS::IAM::Policy').flatMap(({ Properties, stack }) =>
      (Properties.PolicyDocument as never as { Statement: { Action: string | string[]; Resource: object }[] }).Statement.map(
        (statement) => ({
          stack,
          ...statement,
        }),
      ),
    );
    const loosening = statements.filter(({ Action }) => /"s3:(Delete|Bypass|\*|PutBucket)/.test(JSON.stringify(Action)));
    expect(statements.flatMap(({ Action }) => Action)).toContain('s3:PutObject');
    // What cases leave behind is deleted, by the two functions that look after it; nothing else may be.
    expect(loosening.flatMap(({ Action }) => Action).sort()).toEqual([
      's3:DeleteObject',
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:GetObject',
    ]);
    for (const { stack, Resource } of loosening) {
      expect(stack).toContain('casework');
      expect(JSON.stringify(Resource)).toMatch(/\/cases\/\*"\]\]\}$/);
    }
  });

  test('can bring every table back to any second of the last weeks', () => {
    for (const { Properties } of ofType(name, 'AWS::DynamoDB::Table')) {
      expect(Properties.PointInTimeRecoverySpecification).toMatchObject({ PointInTimeRecoveryEnabled: true });
    }
  });

  test('retries of a stream’s batch only what failed, for a time, and then puts it where a person finds it', () => {
    const sources = ofType(name, 'AWS::Lambda::EventSourceMapping').filter(({ Properties }) => Properties.StartingPosition);
    expect(sources).toHaveLength(7);
    for (const { Properties } of sources) {
      expect(Properties).toMatchObject({ BisectBatchOnFunctionError: true, FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(Properties.MaximumRecordAgeInSeconds).toBeGreaterThan(0);
      expect(Properties.DestinationConfig).toBeDefined();
    }
  });

  test('lets a device connect as itself and publish to its own topic, and nothing else', () => {
    const Statement = ofType(name, 'AWS::IoT::Policy').flatMap(
      ({ Properties }) => (Properties.PolicyDocument as never as { Statement: { Action: string; Resource: object }[] }).Statement,
    );
    const thing = '${iot:Connection.Thing.ThingName}';
    expect(Statement.map(({ Action, Resource }) => [Action, JSON.stringify(Resource)])).toEqual([
      ['iot:Connect', expect.stringContaining(`:client/${thing}`)],
      ['iot:Publish', expect.stringContaining(`:topic/$aws/rules/luojiang_readings/d/${thing}`)],
    ]);
    expect(Statement[0]).toMatchObject({ Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } });
  });

  test('limits how often its interfaces are called', () => {
    const stages = ofType(name, 'AWS::ApiGatewayV2::Stage');
    expect(stages).toHaveLength(2);
    for (const { Properties } of stages) {
      expect((Properties.DefaultRouteSettings as never as { ThrottlingRateLimit: number }).ThrottlingRateLimit).toBeLessThanOrEqual(1000);
    }
  });

  test('gives each function its own role', () => {
    const roles = ofType(name, 'AWS::Lambda::Function').map(({ Properties, stack }) => `${stack} ${JSON.stringify(Properties.Role)}`);
    expect(new Set(roles).size).toBe(roles.length);
  });
});

test('every alarm is in the runbook, by its words', () => {
  const runbook = readFileSync(join(root, 'docs', 'runbooks', 'alarms.md'), 'utf8');
  const words = new Set(
    ofType('aws-cn', 'AWS::CloudWatch::Alarm').map(
      ({ Properties }) => String(Properties.AlarmDescription).match(/[\p{Script=Han}，]+/u)?.[0] ?? '',
    ),
  );
  expect(words.size).toBeGreaterThan(10);
  const missing = [...words].filter((one) => !runbook.includes(one.replace(/^升级流程/, '')));
  expect(missing).toEqual([]);
});

test('data outlives its stack wherever people depend on it', () => {
  const tables = (name: string) => ofType(name, 'AWS::DynamoDB::Table') as (Resource & { DeletionPolicy?: string })[];
  // Connections live for two hours at most, what callers have taken of their limits for two minutes.
  const kept = tables('aws-cn').filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
  expect(kept).toHaveLength(tables('aws-cn').length - 2);
  expect(tables('local').filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
});

test('every target runs the same handlers', () => {
  const handlers = (name: string) =>
    ofType(name, 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.FunctionName)
      .sort();
  for (const name of names) expect(handlers(name)).toEqual(handlers('local'));
});

describe('the cloud quota', () => {
  const own = (type: string) => ofType('aws-cn', type).filter(({ stack }) => stack.startsWith('luojiang-cloud-quota'));
  const policies = (of: RegExp) =>
    JSON.stringify(own('AWS::IAM::Policy').filter(({ Properties }) => of.test(String(Properties.PolicyName))));

  test('lets nobody but its intake tell an answer again, and nobody delete', () => {
    expect(policies(/^Intake/)).toContain('dynamodb:UpdateItem');
    expect(policies(/^(Meter|Daily|Audit)/)).not.toContain('dynamodb:UpdateItem');
    expect(policies(/./)).not.toContain('dynamodb:Delete');
  });

  test('has two batches of ten at once ask for a zone’s books', () => {
    const [mapping] = own('AWS::Lambda::EventSourceMapping').filter(({ Properties }) => Properties.ScalingConfig);
    expect(mapping?.Properties).toMatchObject({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 2 } });
  });

  test('meters, says what is due and audits each night, in China before the day begins', () => {
    const rules = own('AWS::Events::Rule').filter(({ Properties }) => Properties.ScheduleExpression);
    expect(rules.map(({ Properties }) => `${Properties.Name} ${Properties.ScheduleExpression}`).sort()).toEqual([
      'luojiang-cloud-quota-auditing cron(0 19 * * ? *)',
      'luojiang-cloud-quota-eachday cron(0 18 * * ? *)',
      'luojiang-cloud-quota-metering cron(30 17 * * ? *)',
    ]);
  });
});
