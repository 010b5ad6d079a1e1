import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parseDocument, visit } from 'yaml';
import { LEVELS } from '#events/envelope.ts';
import { jsonSchemas } from '../generate/schemas.ts';
import { domainOfRule, loadConfig } from './load.ts';
import { ConfigError } from './problem.ts';
import { change, DEVICES, DISTRICT, type Files, load, mistakes, PLANS, RULES, sample } from './sample.fixture.ts';

const root = join(import.meta.dirname, '../..');
const luojiang = loadConfig(root, 'luojiang');

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
    expect(district.towns.map(({ id }) => id)).toEqual(['wanan', 'yanjia', 'jinshan', 'lueping', 'baimaguan', 'xinsheng', 'tiaoyuan']);
    for (const { id } of district.towns) {
      const posts = district.posts.filter(({ town, role }) => town === id && role === 'duty-officer');
      expect(posts.flatMap(({ rotation }) => rotation.members).length, id).toBeGreaterThanOrEqual(2);
    }
  });

  test('has its packs, each rule with four levels', () => {
    expect(luojiang.domains.map(({ id, name }) => [id, name.zh])).toEqual([
      ['water', '水务'],
      ['weather', '气象'],
      ['cloud', '政务云'],
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
      'districts/lojiang.yaml:1:1: 应为已有的区县配置（luojiang），实为 "lojiang"；是否想写 "luojiang"？',
    );
    expect(() => loadConfig(root, '../package')).toThrow(ConfigError);
  });

  test('the environment names the district where nobody else does', () => {
    vi.stubEnv('DISTRICT', 'lojiang');
    expect(() => loadConfig()).toThrow('districts/lojiang.yaml');
    vi.stubEnv('DISTRICT', undefined);
    expect(loadConfig().district.id).toBe('luojiang');
    vi.unstubAllEnvs();
  });
});

test('the sample is right: each test that follows makes one slip in it', () => {
  expect(mistakes(sample)).toEqual([]);
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
        message: { zh: '应为数字，实为 "4,5"', en: 'expected number, found "4,5"' },
      },
    ]);
    expect(error.message).toBe(
      'domains/water/rules.yaml:11:12: rules[0].levels.red: 应为数字，实为 "4,5"\n    expected number, found "4,5"',
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
      'domains/water/rules.yaml:19:20: rules[1].for.blue: expected one of the fields readings | minutes, found unknown field "blue"',
      'domains/water/rules.yaml:19:29: rules[1].for.red: expected one of the fields readings | minutes, found unknown field "red"',
    ]);
  });

  test('a merged mapping points at where the value stands', () => {
    const files = change(RULES, 'for: { readings: 2 }', 'for: &twice { readings: 0 }');
    expect(mistakes(change(RULES, 'hysteresis: 0.2', 'hysteresis: 0.2\n    for: { <<: *twice }', files))).toEqual([
      'domains/water/rules.yaml:13:29: rules[0].for.readings: expected at least 1, found 0',
      'domains/water/rules.yaml:13:29: rules[1].for.readings: expected at least 1, found 0',
    ]);
  });
});

test('a pack that the district does not name may be anything', () => {
  expect(mistakes({ ...sample, 'domains/drafts/all.yaml': 'rules: nonsense' })).toEqual([]);
});

test('whatever is put in place of a value, what comes out is a configuration or places that exist', () => {
  const spots = Object.entries<string>(sample).flatMap(([file, text]) => {
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
          expect(line, error.message).toBeDefined();
          expect(problem.column).toBeLessThanOrEqual(String(line).length + 1);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('each YAML file names the schema that editors check it by', () => {
  for (const file of globSync(['districts/*.yaml', 'domains/*/*.yaml'], { cwd: root })) {
    const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(join(root, file), 'utf8'))?.[1];
    expect(Object.keys(jsonSchemas()), file).toContain(join(dirname(file), String(schema)));
  }
});
