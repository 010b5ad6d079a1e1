/// <reference path="./infra/sst.d.ts" />
/**
 * A thin door for people who live in SST (`npx sst dev`, `npx sst deploy --stage aws-cn`): it opens the same rooms. `sst dev` shows the
 * district on the local cloud as panes; `sst deploy` runs the project's own CDK deploy, so that there is one description of the
 * infrastructure and SST holds no state of its own. README says what was and was not tried with it.
 */
const TARGETS = ['aws', 'aws-cn', 'aws-us-gov'];

const pane = (name: string, title: string, command: string, autostart: boolean) =>
  new sst.x.DevCommand(name, { dev: { title, command, directory: '.', autostart } });

export default $config({
  app: () => ({ name: 'luojiang-cloud', home: 'local', removal: 'retain' }),
  async run() {
    if ($dev) {
      pane('District', '罗江云 local cloud, console, simulator', 'npm start', true);
      pane('Quarantine', '隔离区 quarantine', 'npm run quarantine -- list', false);
      pane('Tests', '测试 tests', 'npm test', false);
      return {};
    }
    if (!TARGETS.includes($app.stage))
      throw new Error(`未知阶段 Unknown stage "${$app.stage}"; use --stage with one of: ${TARGETS.join(', ')}`);
    const { execFileSync } = await import('node:child_process');
    execFileSync('npm', ['run', 'deploy', '--', $app.stage], { stdio: 'inherit' });
    return { target: $app.stage };
  },
});
