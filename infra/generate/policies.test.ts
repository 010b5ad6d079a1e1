import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { ACTIONS } from '#functions/identity/access.ts';
import { POLICIES } from '#functions/identity/policies.generated.ts';
import { policiesByAction, policyFiles } from './policies.ts';

const { files, schema } = policyFiles();

/** The bytes of these words are more than their letters, which Cedar counts. */
const HEAD = `@id("some-rule")
@zh("某人，在某处")
@en("somebody")
`;
const GOOD = `${HEAD}permit (principal, action == Action::"audit:read", resource);`;

const refusal = (...texts: string[]): string => {
  try {
    policiesByAction(
      texts.map((text, index) => ({ name: `${'abc'[index]}.cedar`, text })),
      schema,
    );
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the policies', () => {
  test('name every action there is, and each action has somebody who may', () => {
    expect(Object.keys(POLICIES).sort()).toEqual([...ACTIONS].sort());
    for (const rules of Object.values(POLICIES)) expect(rules.some(({ effect }) => effect === 'permit')).toBe(true);
  });

  test('are about the actions of their schema, which are those of the code', () => {
    const json = schemaToJson(schema);
    const { actions = {} } = json.type === 'success' ? (Object.values(json.json)[0] ?? {}) : {};
    expect(Object.keys(actions).sort()).toEqual([...ACTIONS].sort());
  });

  test('have a table of tests beside each file', () => {
    for (const { name } of files)
      expect(existsSync(join(import.meta.dirname, '../../functions/identity/policies', name.replace('.cedar', '.test.ts'))), name).toBe(
        true,
      );
    expect(files.map(({ name }) => name)).toEqual(
      readdirSync(join(import.meta.dirname, '../../functions/identity/policies')).filter((name) => name.endsWith('.cedar')),
    );
  });

  test('say in both languages whom they are about', () => {
    for (const { id, zh, en } of Object.values(POLICIES).flat()) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(zh, id).toMatch(/\p{Script=Han}/u);
      expect(en, id).not.toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('generation', () => {
  test('takes what is right, and sorts it by the actions that it names', () => {
    const two = GOOD.replace('some-rule', 'other-rule').replace(
      '== Action::"audit:read"',
      'in [Action::"audit:read", Action::"quota:read"]',
    );
    const byAction = policiesByAction([{ name: 'a.cedar', text: `// 注释\n${GOOD}\n\n// further\n${two}\n` }], schema);
    expect([...byAction].map(([action, policies]) => [action, policies.map(({ id }) => id)])).toEqual([
      ['audit:read', ['some-rule', 'other-rule']],
      ['quota:read', ['other-rule']],
    ]);
    expect(byAction.get('audit:read')?.[0]?.text).toBe(GOOD);
  });

  test.each<[string, string, RegExp]>([
    ['a typo in the head', GOOD.replace('resource', 'resouce'), /^a\.cedar:4:52: found an invalid variable .*resouce/],
    ['a word that is none', GOOD.replace('permit', 'permitt'), /^a\.cedar:4:1: .*permitt/],
    ['a bracket that stays open', GOOD.replace('resource)', 'resource'), /^a\.cedar:4:60: unexpected token `;`/],
    ['an unknown action', GOOD.replace('audit:read', 'audit:reed'), /^a\.cedar:4:30: .*unrecognized action .*did you mean .*audit:read/],
    [
      'an unknown attribute',
      GOOD.replace(';', ' when { principal.burau.contains("auditor") };'),
      /^a\.cedar:4:69: .*attribute `burau` .*not found \(did you mean `bureau`\?\)/,
    ],
    [
      'an unknown type',
      GOOD.replace('resource)', 'resource is Persn)'),
      /^a\.cedar:4:64: unrecognized entity type|^a\.cedar:4:64: .*`Persn`/,
    ],
    [
      'an attribute that need not be there',
      `${HEAD}permit (principal, action == Action::"cases:read", resource is Case) when { principal.duties.contains(resource.step) };`,
      /^a\.cedar:4:103: .*optional attribute `step`/,
    ],
    ['no id', GOOD.replace('@id("some-rule")\n', ''), /^a\.cedar:1:1: expected the annotations @id, @zh and @en$/],
    ['no Chinese words', GOOD.replace(/@zh.*\n/, ''), /^a\.cedar:1:1: expected the annotations/],
    ['no English words', GOOD.replace(/@en.*\n/, ''), /^a\.cedar:1:1: expected the annotations/],
    ['an empty id', GOOD.replace('some-rule', ''), /^a\.cedar:1:1: expected the annotations/],
    ['no action', GOOD.replace(' == Action::"audit:read"', ''), /^a\.cedar:1:1: the policy names no action/],
    ['no action in its list', GOOD.replace('== Action::"audit:read"', 'in []'), /^a\.cedar:1:1: /],
    ['a resource that the action does not have', GOOD.replace('resource)', 'resource is Case)'), /^a\.cedar:1:1: .*applicable action/],
    [
      'one action of two that it can never apply to',
      GOOD.replace('== Action::"audit:read", resource', 'in [Action::"audit:read", Action::"cases:read"], resource is Person'),
      /^a\.cedar:1:1: the policy can never apply to cases:read$/,
    ],
    ['a condition that never holds', GOOD.replace(';', ' when { false };'), /^a\.cedar:1:1: .*impossible/],
  ])('refuses %s, by file, line and column', (_, text, says) => {
    expect(refusal(text)).toMatch(says);
  });

  test('counts from the beginning of the file, whatever stands before', () => {
    const second = GOOD.replace('some-rule', 'second-rule').replace('audit:read', 'audit:reed');
    expect(refusal(`// 先有一条\n${GOOD}\n\n${second}`)).toMatch(/^a\.cedar:10:30: /);
  });

  test('refuses an id that is taken, in the same file or another, at the second', () => {
    expect(refusal(`${GOOD}\n\n${GOOD}`)).toBe('a.cedar:6:1: the id some-rule is taken by a policy of a.cedar');
    expect(refusal(GOOD.replace('some', 'one'), GOOD, `\n${GOOD}`)).toBe('c.cedar:2:1: the id some-rule is taken by a policy of b.cedar');
  });

  test('refuses a schema with a mistake', () => {
    expect(() => policiesByAction([], schema.replace('entity Town in', 'entity Town inn'))).toThrow(/^schema\.cedarschema:4:13: /);
  });
});
