/**
 * Reads districts/<id>.yaml and the domain packs that it names, and checks them as a whole. All mistakes are reported
 * at once, each at its file, line and column: one that slipped through would show itself at 3 a.m., as an alert for nobody.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Text } from '#events/envelope.ts';
import { wallClock } from '#functions/emergency/duty.ts';
import { checkCalls } from './check-calls.ts';
import { checkCloud } from './check-cloud.ts';
import { checkDepartments } from './check-departments.ts';
import { checkForms } from './check-forms.ts';
import { checkPacks } from './check-packs.ts';
import { checkPosts } from './check-posts.ts';
import { type Checked, type Draft, field, isRecord, listing, type Pack } from './draft.ts';
import { again, unknownName } from './names.ts';
import { ConfigError, NOTHING, type Problem, same } from './problem.ts';
import type { Config, District, Domain, PackFile } from './schema.ts';
import { checkShape, validators } from './shape.ts';
import { missingSource, parseSource, type Source } from './yaml.ts';

export { ConfigError, type Problem } from './problem.ts';

const ROOT = join(import.meta.dirname, '../..');

const YAML = /\.ya?ml$/;

/** Names in a folder, sorted, so that plans match in the same order on every machine. */
const names = (root: string, folder: string, kind: 'files' | 'folders'): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => (kind === 'files' ? entry.isFile() && YAML.test(entry.name) : entry.isDirectory()))
        .map(({ name }) => name)
        .sort()
    : [];

interface File extends Checked {
  readonly problems: readonly Problem[];
}

const read = (root: string, file: string, schema: keyof typeof validators): File => {
  const source = parseSource(file, readFileSync(join(root, file), 'utf8'));
  if (!source.readable) return { source, broken: [], problems: source.problems };
  const shape = checkShape(source, validators[schema]);
  return { source, broken: shape.broken, problems: [...source.problems, ...shape.problems] };
};

interface PackFiles {
  readonly id: string;
  readonly files: readonly File[];
}

/** A pack's YAML: in its folder, and in `forms/` below it, for forms are long. */
const packFiles = (root: string, id: string): string[] => [
  ...names(root, `domains/${id}`, 'files').map((name) => `domains/${id}/${name}`),
  ...names(root, `domains/${id}/forms`, 'files').map((name) => `domains/${id}/forms/${name}`),
];

/** The packs named in the district, and what is wrong with the names. Folders not named are left alone. */
const readPacks = (root: string, district: Source): { packs: PackFiles[]; problems: Problem[] } => {
  const named = field(district.value, 'domains');
  const folders = names(root, 'domains', 'folders').filter((folder) => packFiles(root, folder).length > 0);
  const packs = new Map<string, PackFiles>();
  const problems: Problem[] = [];
  for (const [index, id] of (Array.isArray(named) ? named : []).entries()) {
    if (typeof id !== 'string') continue;
    const path = ['domains', index];
    if (packs.has(id))
      problems.push(district.problem(path, { expected: { zh: '不重复的领域包', en: 'each pack once' }, found: again(id) }));
    else if (folders.includes(id)) {
      const files = packFiles(root, id).map((file) => read(root, file, 'pack'));
      packs.set(id, { id, files });
    } else {
      const what = { zh: 'domains/ 下含 YAML 的文件夹', en: 'a folder of domains/ with YAML files' };
      problems.push(district.problem(path, unknownName(what, id, folders)));
    }
  }
  return { packs: [...packs.values()], problems };
};

/** A pack's name is written once, in any of its files. */
const checkNames = ({ id, files }: PackFiles): Problem[] => {
  const naming = files.filter(({ source }) => field(source.value, 'domain') !== undefined);
  const expected = (file: string): Text => ({
    zh: `整个领域包只写一次 domain（已在 ${file}）`,
    en: `domain once in the pack (it is in ${file})`,
  });
  const first = naming[0];
  if (first) {
    return naming
      .slice(1)
      .map(({ source }) => source.problem(['domain'], { expected: expected(first.source.file), found: again('domain') }, 'key'));
  }
  const missing = { zh: `领域包 ${id} 的名称`, en: `the name of pack ${id}` };
  // A misspelt `domain` has been reported as an unknown field.
  if (files.some(({ broken }) => broken.some((path) => path.length === 0))) return [];
  return files.slice(0, 1).map(({ source }) => source.problem(['domain'], { expected: missing, found: NOTHING }));
};

const isTimezone = (timezone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return true;
  } catch {
    return false; // Intl has no other way to say so
  }
};

/** What a schema cannot say about single fields of the district. */
const checkDistrict = (district: Source, id: string): Problem[] => {
  const value = district.value;
  const check = (path: string[], valid: (text: string) => boolean, expected: Text): Problem[] => {
    const text = path.reduce<unknown>((at, name) => field(at, name), value);
    if (typeof text !== 'string' || valid(text)) return [];
    return [district.problem(path, { expected, found: same(JSON.stringify(text)) })];
  };
  return [
    ...check(['id'], (text) => text === id, { zh: `与文件名相同的 "${id}"`, en: `"${id}", as the file is called` }),
    ...check(['timezone'], isTimezone, {
      zh: 'IANA 时区，如 Asia/Shanghai',
      en: 'an IANA time zone such as Asia/Shanghai',
    }),
    ...check(['identity', 'issuer'], (text) => URL.parse(text)?.protocol === 'https:', {
      zh: 'https 网址',
      en: 'an https URL',
    }),
    ...check(['alarmEmail'], (text) => /^[^\s@]+@[^\s@]+$/.test(text), { zh: '邮箱地址', en: 'an e-mail address' }),
  ];
};

const draftOf = (district: File, packs: readonly PackFiles[]): Draft => {
  const timezone = field(district.source.value, 'timezone');
  return {
    district: district.source,
    timezone: typeof timezone === 'string' && isTimezone(timezone) ? timezone : undefined,
    towns: listing([district], 'towns'),
    departments: listing([district], 'departments'),
    officers: listing([district], 'officers'),
    people: listing([district], 'people'),
    posts: listing([district], 'posts'),
    cloud: {
      kinds: listing([district], 'cloud', 'kinds'),
      dataClasses: listing([district], 'cloud', 'dataClasses'),
      zones: listing([district], 'cloud', 'zones'),
      presets: listing([district], 'cloud', 'presets'),
      limits: listing([district], 'cloud', 'limits', 'departments'),
    },
    packs: packs.map(
      ({ id, files }): Pack => ({
        id,
        deviceTypes: listing(files, 'deviceTypes'),
        rules: listing(files, 'rules'),
        plans: listing(files, 'plans'),
        forms: listing(files, 'forms'),
      }),
    ),
  };
};

/** Sound beyond doubt: no problem was found, so each value is what its schema says. */
const domainOf = ({ id, files }: PackFiles): Domain => {
  const parts = files.map(({ source }) => source.value as PackFile);
  return {
    id,
    name: parts.find(({ domain }) => domain !== undefined)?.domain?.name ?? same(id),
    deviceTypes: parts.flatMap(({ deviceTypes = [] }) => deviceTypes),
    rules: parts.flatMap(({ rules = [] }) => rules),
    plans: parts.flatMap(({ plans = [] }) => plans),
    forms: parts.flatMap(({ forms = [] }) => forms),
  };
};

const missingDistrict = (root: string, id: string): ConfigError => {
  const known = names(root, 'districts', 'files').map((name) => name.replace(YAML, ''));
  return new ConfigError([
    missingSource(`districts/${id}.yaml`, unknownName({ zh: '已有的区县配置', en: 'a district that is configured' }, id, known)),
  ]);
};

/** `now` decides which gaps in a roster still lie ahead. Throws one ConfigError that names everything found. */
export const loadConfig = (root = ROOT, districtId = process.env.DISTRICT || 'luojiang', now = new Date()): Config => {
  const file = names(root, 'districts', 'files').find((name) => name.replace(YAML, '') === districtId);
  if (file === undefined) throw missingDistrict(root, districtId);
  const district = read(root, `districts/${file}`, 'district');
  const { packs, problems } = readPacks(root, district.source);
  const files = [district, ...packs.flatMap((pack) => pack.files)];
  problems.push(...files.flatMap((each) => each.problems));
  // Where a file cannot be read, what it holds would be missed everywhere else.
  if (files.every(({ source }) => source.readable) && isRecord(district.source.value)) {
    const draft = draftOf(district, packs);
    problems.push(
      ...checkDistrict(district.source, districtId),
      ...packs.flatMap(checkNames),
      ...checkPacks(draft),
      ...checkDepartments(draft),
      ...checkForms(draft),
      ...checkCloud(draft),
      ...checkPosts(draft),
      ...(draft.timezone === undefined ? [] : checkCalls(draft, wallClock(now.getTime(), draft.timezone))),
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { district: district.source.value as District, domains: packs.map(domainOf) };
};

/** The pack that a rule belongs to: rule ids are unique across the district. */
export const domainOfRule = (config: Config, ruleId: string): Domain | undefined =>
  config.domains.find(({ rules }) => rules.some(({ id }) => id === ruleId));
