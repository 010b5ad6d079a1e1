import { execFileSync } from 'node:child_process';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('node:child_process', () => ({ execFileSync: vi.fn() }));

const panes: { name: string; command: string; autostart: boolean }[] = [];

class DevCommand {
  constructor(name: string, { dev }: { dev: { command: string; autostart: boolean } }) {
    panes.push({ name, command: dev.command, autostart: dev.autostart });
  }
}

/** SST's globals, as its own CLI sets them before it reads the file. */
const open = async (dev: boolean, stage: string) => {
  vi.resetModules();
  Object.assign(globalThis, { $config: (config: unknown) => config, $dev: dev, $app: { stage }, sst: { x: { DevCommand } } });
  return (await import('../sst.config.ts')).default;
};

beforeEach(() => {
  panes.length = 0;
  vi.mocked(execFileSync).mockClear();
});

test('sst dev shows the district as panes and deploys nothing', async () => {
  const config = await open(true, 'wang');
  await config.run();
  expect(panes.filter(({ autostart }) => autostart)).toEqual([{ name: 'District', command: 'npm start', autostart: true }]);
  expect(execFileSync).not.toHaveBeenCalled();
});

test('every pane runs a command that the project has', async () => {
  const { scripts } = (await import('../package.json', { with: { type: 'json' } })).default as { scripts: Record<string, string> };
  await (await open(true, 'wang')).run();
  for (const { command } of panes) {
    const name = command.replace(/^npm (run )?/, '').split(' ')[0] as string;
    expect(Object.keys(scripts)).toContain(name);
  }
});

test('sst deploy runs the project’s own deploy for the target that the stage names', async () => {
  await expect((await open(false, 'aws-cn')).run()).resolves.toEqual({ target: 'aws-cn' });
  expect(execFileSync).toHaveBeenCalledWith('npm', ['run', 'deploy', '--', 'aws-cn'], { stdio: 'inherit' });
});

test('a stage that is no target is refused before anything is deployed', async () => {
  await expect((await open(false, 'production')).run()).rejects.toThrow('aws-us-gov');
  expect(execFileSync).not.toHaveBeenCalled();
});

test('nothing that SST removes is ours to lose', async () => {
  expect((await open(false, 'aws')).app()).toMatchObject({ removal: 'retain' });
});
