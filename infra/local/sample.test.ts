import { beforeAll, expect, test } from 'vitest';
import { allocationWith } from '../constructs/department/department.fixture.ts';
import { blueprintOf } from './blueprint.ts';
import type { Outputs } from './outputs.ts';
import { lint, type Synthesised, synthesise } from './sample.fixture.ts';
import { sampleFiles } from './sample.ts';

const OUTPUTS: Outputs = {
  apiUrl: 'http://localhost:4560',
  consoleUrl: 'http://localhost:4560',
  citizenUrl: 'http://localhost:4560/citizen',
  oidcIssuer: 'http://localhost:4561',
  iotHost: '127.0.0.1',
  iotPort: 4567,
  iotCaFile: '',
  region: 'us-east-1',
  endpointUrl: 'http://127.0.0.1:4566',
  stacks: {},
};

const files = sampleFiles(blueprintOf(allocationWith(), OUTPUTS, 'luojiang-api'));
let here: Synthesised;
let there: Synthesised;

beforeAll(async () => {
  [here, there] = await Promise.all([
    synthesise('canteen-local', files, { local: 'true' }),
    synthesise('canteen-cn', files, { region: 'cn-north-1' }),
  ]);
}, 60_000);

const ofType = ({ resources }: Synthesised, type: string) => resources.filter(({ Type }) => Type === type);

test('it is the starter with the department’s own files in it', () => {
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining(['bin/app.ts', 'lib/department/index.ts', 'functions/canteen.ts', 'functions/store.ts']),
  );
  expect(files['lib/app-stack.ts']).toContain("from './bundled.ts'");
  expect(Object.values(files).filter((content) => content.includes('#infra/'))).toEqual([]);
});

test('it synthesises for the local cloud and for a government’s, and cdk-nag finds nothing', async () => {
  expect(here, here.output).toMatchObject({ code: 0, findings: [] });
  expect(there, there.output).toMatchObject({ code: 0, findings: [] });
  expect(await lint(there.templates, ['cn-north-1', 'cn-northwest-1'])).toBe('');
}, 30_000);

test('it stays within the quota, with a limit on each function', () => {
  const reserved = ofType(there, 'AWS::Lambda::Function').map(({ Properties }) => Number(Properties.ReservedConcurrentExecutions));
  expect(reserved.sort()).toEqual([2, 5]);
});

test('what it keeps is encrypted with its own key, restorable, and closed to the public', () => {
  const [table] = ofType(there, 'AWS::DynamoDB::Table');
  expect(table?.Properties).toMatchObject({
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  const [bucket] = ofType(there, 'AWS::S3::Bucket');
  expect(bucket?.Properties).toMatchObject({
    PublicAccessBlockConfiguration: { BlockPublicPolicy: true },
    VersioningConfiguration: { Status: 'Enabled' },
  });
});

test('parents read without a login, nobody writes without one', () => {
  const routes = ofType(there, 'AWS::ApiGatewayV2::Route').map(
    ({ Properties }) => `${Properties.RouteKey} ${Properties.AuthorizationType}`,
  );
  expect(routes.sort()).toEqual([
    'GET /inspections/{school}/{date} NONE',
    'GET /menus/{school}/{date} NONE',
    'PUT /inspections/{school}/{date} CUSTOM',
    'PUT /menus/{school}/{date} CUSTOM',
  ]);
});
