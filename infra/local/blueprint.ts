/** `npm run quota -- blueprint <allocation id> [--out folder]`: writes a department's starter app, or brings what is ours in it up to date. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { blueprint, type Files } from '#functions/cloud-quota/blueprint.ts';
import { type Allocation, nameOf, parseAllocation } from '../constructs/department/allocation.ts';
import type { Outputs } from './outputs.ts';
import { LocalError } from './processes.ts';

export const writeFiles = (folder: string, files: Files): void => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
};

/** What the platform keeps in an app; all else is the department's own from the first day. */
const isOurs = (path: string): boolean =>
  path.startsWith('lib/department/') || path === 'allocation.json' || path === 'service-control-policy.json';

const holdsSomething = (folder: string): boolean => existsSync(folder) && readdirSync(folder).length > 0;

export const allocationIn = (files: Files): Allocation => parseAllocation(JSON.parse(files['allocation.json'] ?? 'null'));

/** For an allocation that a file tells of, where no register is asked. */
export const blueprintOf = (
  allocation: Allocation,
  { region, oidcIssuer }: Pick<Outputs, 'region' | 'oidcIssuer'>,
  audience: string,
): Files => {
  const named = (id: string) => ({ zh: id, en: '' });
  return blueprint({
    allocation,
    names: { department: named(allocation.department), system: named(allocation.systemId) },
    region,
    identity: { issuer: oidcIssuer, audience },
  });
};

/** Of an app that is there. */
export const starterOf = (file: string, running: Outputs, audience: string): Files => {
  if (!existsSync(file)) throw new LocalError(`没有文件 ${file}`, `There is no file ${file}`);
  return blueprintOf(parseAllocation(JSON.parse(readFileSync(file, 'utf8'))), running, audience);
};

export interface Written {
  readonly folder: string;
  readonly files: number;
  /** The folder held an app already: what the department wrote in it was left alone. */
  readonly renewed: boolean;
}

export const writeBlueprint = (files: Files, out = nameOf(allocationIn(files))): Written => {
  const folder = resolve(out);
  const renewed = holdsSomething(folder);
  if (renewed) {
    const file = join(folder, 'allocation.json');
    const known = existsSync(file) ? parseAllocation(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
    const { systemId } = allocationIn(files);
    if (known?.systemId !== systemId) {
      throw new LocalError(
        `${folder} 不是系统 ${systemId} 的应用，请换一个文件夹（--out）。`,
        `${folder} isn't the app of ${systemId}: choose another folder (--out).`,
      );
    }
  }
  const written = renewed ? Object.fromEntries(Object.entries(files).filter(([path]) => isOurs(path))) : files;
  writeFiles(folder, written);
  return { folder, files: Object.keys(written).length, renewed };
};
