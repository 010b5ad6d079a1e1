import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument, visit } from 'yaml';
import { LEVELS } from '#events/envelope.ts';
import { generateSchemas } from '../generate-schemas.ts';
import { rosterCases, ruleCases, shapeCases, yamlCases } from './cases.ts';
import { domainOfRule, loadConfig } from './load.ts';
import { ConfigError } from './problem.ts';
import { change, DEVICES, DISTRICT, type Files, load, mistakes, PLANS, RULES, sample } from './sample.ts';

const root = join(import.meta.dirname, '../..');
const luojiang = loadConfig(root);

const errorOf = (files: Files): ConfigError => {
  try {
    load(files);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was found');
};

describe('Luojiang', () => {
  test('has seven towns, each with a duty officer by day and by night', () => {
    const { district } = luojiang;
    expect(district.code).toBe('510604');
    expect(district.towns.map(({ id }) => id)).toEqual([
      'wanan',
      'yanjia',
      'jinshan',
      'lueping',
      'baimaguan',
      'xinsheng',
      'tiaoyuan',
    ]);
    for (const { id } of district.towns) {
      const posts = district.posts.filter(({ town, role }) => town === id && role === 'duty-officer');
      expect(posts.flatMap(({ rotation }) => rotation.members).length, id).toBeGreaterThanOrEqual(2);
    }
  });

  test('has the packs water and weather, each rule with four levels', () => {
    expect(luojiang.domains.map(({ id, name }) => [id, name.zh])).toEqual([
      ['water', '水务'],
      ['weather', '气象'],
    ]);
    const rules = luojiang.domains.flatMap((domain) => domain.rules);
    expect(rules.map(({ id }) => id)).toEqual(['main-surge', 'flow-loss', 'river-level-high', 'rainstorm']);
    for (const rule of rules) expect(Object.keys(rule.levels)).toEqual([...LEVELS]);
    expect(domainOfRule(luojiang, 'rainstorm')?.id).toBe('weather');
    expect(domainOfRule(luojiang, 'sunshine')).toBeUndefined();
  });

  test('a measure is required unless it says otherwise', () => {
    expect(luojiang.domains[0]?.deviceTypes[0]?.measures[0]?.required).toBe(true);
  });

  test('a district that is not configured is named, with those that are', () => {
    expect(() => loadConfig(root, 'lojiang')).toThrow(
      'districts/lojiang.yaml:1:1: expected a district that is configured (luojiang), found "lojiang"; did you mean "luojiang"?',
    );
    expect(() => loadConfig(root, '../package')).toThrow(ConfigError);
  });
});

test('the sample is right: each case below has one slip', () => {
  expect(mistakes(sample)).toEqual([]);
});

describe.each([
  ['YAML', yamlCases],
  ['fields', shapeCases],
  ['rules and plans', ruleCases],
  ['rosters', rosterCases],
])('%s', (_, cases) => {
  test.each(cases.map(({ name, files, says }) => [name, files, says] as const))('%s', (_name, files, says) => {
    expect(says).not.toEqual([]);
    expect(mistakes(files)).toEqual(says);
  });
});

describe('what is said', () => {
  test('a problem in both languages, with its parts', () => {
    const error = errorOf(change(RULES, 'red: 8', 'red: 4,5'));
    expect(error.problems).toEqual([
      {
        file: RULES,
        line: 11,
        column: 12,
        path: 'rules[0].levels.red',
        expected: 'number',
        found: '"4,5"',
        message: { zh: '应为数字，实为"4,5"', en: 'expected number, found "4,5"' },
      },
    ]);
    expect(error.format()).toBe(
      'domains/water/rules.yaml:11:12 rules[0].levels.red: expected number, found "4,5"\n    应为数字，实为"4,5"',
    );
  });

  test('all at once, by file and line', () => {
    let files = change(PLANS, 'rules: [high]', 'rules: [hihg]');
    files = change(RULES, 'red: 8', 'red: 4,5', files);
    files = change(RULES, 'measure: level', 'measure: flow', files);
    files = change(DISTRICT, 'person: cai-san', 'person: cai', files);
    files = change(DISTRICT, 'logDays: 180', 'logDays: 30', files);
    files = change(DEVICES, 'heartbeat: 60', 'heartbeat: 60\n    heartbeat: 60', files);
    expect(errorOf(files).problems.map(({ file, line, path }) => `${file}:${line} ${path}`)).toEqual([
      'districts/test.yaml:24 posts[0].overrides[0].person',
      'districts/test.yaml:44 retention.logDays',
      'domains/water/devices.yaml:8 heartbeat',
      'domains/water/plans.yaml:4 plans[0].match.rules[0]',
      'domains/water/rules.yaml:11 rules[0].levels.red',
    ]);
  });

  test('an alias points at what it stands for', () => {
    const files = change(RULES, 'levels: { blue: 2, red: 1 }', 'levels: &low { blue: 2, red: 3 }');
    expect(mistakes(change(RULES, 'hysteresis: 0.2', 'hysteresis: 0.2\n    for: *low', files))).toEqual([
      'domains/water/rules.yaml:19:18 rules[1].for.blue: expected one of the fields readings | minutes, found unknown field "blue"',
      'domains/water/rules.yaml:19:27 rules[1].for.red: expected one of the fields readings | minutes, found unknown field "red"',
    ]);
  });
});

describe('rosters that are right', () => {
  const ends = change(DISTRICT, '      hours: 24\n', '      hours: 24\n      until: 2027-01-01T08:00\n');
  const follower = (start: string): string =>
    `  - { id: next, name: { zh: 新, en: New }, role: commander, scope: district, rotation: { start: ${start}, hours: 24, members: [cai-san] } }\nidentity:`;

  test('a post that ends with another that follows', () => {
    expect(mistakes(change(DISTRICT, 'identity:', follower('2027-01-01T08:00'), ends))).toEqual([]);
  });

  test('not with one that follows an hour later', () => {
    expect(mistakes(change(DISTRICT, 'identity:', follower('2027-01-01T09:00'), ends))).toEqual([
      'districts/test.yaml:38:14 posts[2].rotation.until: expected somebody on duty from 2027-01-01T08:00, found nobody; ' +
        'remove until, or add a post of the same role and place that follows',
    ]);
  });

  test('a pack that the district does not name may be anything', () => {
    expect(mistakes({ ...sample, 'domains/drafts/all.yaml': 'rules: nonsense' })).toEqual([]);
  });
});

test('whatever is put in place of a value, what comes out is a configuration or places that exist', () => {
  const spots = Object.entries(sample).flatMap(([file, text]) => {
    const ranges: [number, number][] = [];
    visit(parseDocument(text), { Node: (_, node) => void (node.range && ranges.push([node.range[0], node.range[1]])) });
    return ranges.map((range) => ({ file, text, range }));
  });
  const junk = fc.constantFrom(
    '',
    '~',
    '[]',
    '{}',
    '{ id: 5 }',
    '[5]',
    '-1',
    '1e99',
    '"x"',
    'town',
    '!!null x',
    '2026-02-31T08:00',
    '*a',
    '&b c',
    '__proto__',
  );
  fc.assert(
    fc.property(fc.constantFrom(...spots), junk, ({ file, text, range: [from, to] }, value) => {
      const changed = text.slice(0, from) + value + text.slice(to);
      try {
        load({ ...sample, [file]: changed });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        expect(error.problems.length).toBeGreaterThan(0);
        for (const problem of error.problems) {
          const lines = (problem.file === file ? changed : String(sample[problem.file])).split('\n');
          const line = lines[problem.line - 1];
          expect(line, error.format()).toBeDefined();
          expect(problem.column).toBeLessThanOrEqual(String(line).length + 1);
        }
      }
    }),
    { numRuns: 150 },
  );
});

describe('JSON Schemas for editors', async () => {
  const generated = await generateSchemas();

  test.each(Object.entries(generated))('%s is current: run `npm run generate`', (file, content) => {
    expect(readFileSync(join(root, file), 'utf8')).toBe(content);
    expect(JSON.parse(content).title).toBeTruthy();
  });

  test('each YAML file names the schema that checks it', () => {
    const files = [
      'districts/luojiang.yaml',
      ...['water', 'weather'].flatMap((pack) =>
        ['devices', 'plans', 'rules'].map((name) => `domains/${pack}/${name}.yaml`),
      ),
    ];
    for (const file of files) {
      const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(join(root, file), 'utf8'))?.[1];
      expect(Object.keys(generated), file).toContain(join(dirname(file), String(schema)));
    }
  });
});
