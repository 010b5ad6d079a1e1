import { readFileSync } from 'node:fs';
import { App, Aspects } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DepartmentError, parseAllocation } from '#infra/constructs/department/index.ts';
import { AppStack } from '../lib/app-stack.ts';

const allocation = parseAllocation(JSON.parse(readFileSync('allocation.json', 'utf8')));
const app = new App();
/** cdk.json says it, `-c name=value` says otherwise. */
const setting = (name: string, otherwise?: string): string => {
  const value: string | undefined = app.node.tryGetContext(name) ?? otherwise;
  if (value === undefined) throw new DepartmentError(`cdk.json 缺少 context.${name}`, `cdk.json lacks context.${name}`);
  return value;
};

new AppStack(app, 'App', {
  allocation,
  region: setting('region'),
  backupRegion: setting('backupRegion', ''),
  issuer: setting('issuer'),
  audience: setting('audience'),
  alarmEmail: setting('alarmEmail', ''),
  local: setting('local', 'false') === 'true',
});
Aspects.of(app).add(new AwsSolutionsChecks());
