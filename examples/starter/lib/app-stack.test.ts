import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { QUOTA_KINDS, type Quota } from '#infra/constructs/department/allocation.ts';
import { allocationWith, ofType } from '#infra/constructs/department/department.fixture.ts';
import { AppStack } from './app-stack.ts';

const everywhere = (amount: number): Quota => Object.fromEntries(QUOTA_KINDS.map((kind) => [kind, amount])) as Quota;

const appWith = (quota: Quota): App => {
  const app = new App({ analyticsReporting: false, treeMetadata: false });
  const settings = { region: 'cn-north-1', issuer: 'https://sso.sichuan.example/oidc', audience: 'luojiang-api' };
  new AppStack(app, 'App', { allocation: allocationWith({ quota }), ...settings });
  return app;
};

// Whatever was allocated, the starter is within it.
test.each([
  ['nothing', everywhere(0), 0],
  ['no end', everywhere(-1), 2],
  ['one function', { ...everywhere(0), functionConcurrency: 1, bandwidthMbps: 1 }, 0],
  ['two functions and a way out', { ...everywhere(0), functionConcurrency: 2, bandwidthMbps: 1 }, 2],
  ['no way out', { ...everywhere(5), bandwidthMbps: 0 }, 0],
])('with %s it synthesises, and brings what fits', (_, quota, functions) => {
  expect(ofType(appWith(quota), 'AWS::Lambda::Function')).toHaveLength(functions);
});

test('everything but its health is behind the district’s login', () => {
  const routes = ofType(appWith(everywhere(10)), 'AWS::ApiGatewayV2::Route').map(({ Properties }) => [
    Properties.RouteKey,
    Properties.AuthorizationType,
  ]);
  expect(routes.sort()).toEqual([
    ['GET /health', 'NONE'],
    ['GET /hello', 'CUSTOM'],
  ]);
});
