import { describe, expect, test } from 'vitest';
import { change, DISTRICT, load, sample } from '../config/sample.fixture.ts';
import { personas } from './personas.ts';
import { choose, credentials, seconds, table } from './token.ts';

const config = load(sample);
const at = (local: string): number => Date.parse(`${local}:00+08:00`);
const DAY = at('2026-07-01T12:00');
const all = personas(config, DAY);
const named = (id: string, among = all) => among.find((persona) => persona.id === id);

describe('personas', () => {
  test('a town’s duty officer is whoever is on duty there, with everything that person may do', () => {
    expect(named('duty-officer-north')).toEqual({
      id: 'duty-officer-north',
      sub: 'an-yi',
      name: { zh: '安一', en: 'An Yi' },
      roles: ['duty-officer'],
      towns: ['north'],
      title: { zh: '北镇值班', en: 'North duty' },
    });
    expect(named('duty-officer-north', personas(config, at('2026-07-01T20:00')))).toMatchObject({
      sub: 'bai-er',
      towns: ['north', 'south'],
    });
    expect(named('duty-officer-north', personas(config, at('2026-02-16T09:00')))?.sub).toBe('cai-san');
  });

  test('the commander by post, DevOps and the citizen by themselves, the liaison only where there is one', () => {
    expect(named('commander')).toMatchObject({ sub: 'cai-san', roles: ['duty-officer', 'commander'], towns: ['north'] });
    expect(named('devops')).toMatchObject({ sub: 'devops', roles: ['devops'], towns: [] });
    expect(named('citizen')).toMatchObject({ sub: 'citizen', roles: ['citizen'], towns: ['north'] });
    expect(named('city-liaison')).toBeUndefined();
  });

  test('everybody by name, standing in counted, the same whichever way they are chosen', () => {
    expect(named('person:cai-san')?.title).toEqual({ zh: '北镇值班、指挥长', en: 'North duty, Commander' });
    for (const { id, sub, roles, towns } of all) {
      for (const other of all.filter((persona) => persona.sub === sub)) expect([id, other.roles, other.towns]).toEqual([id, roles, towns]);
    }
  });

  test('the district’s duty desk answers for every town, a commander needs none', () => {
    const desk = change(
      DISTRICT,
      'members: [cai-san]',
      'members: [cai-san]\n  - { id: desk, name: { zh: 值班室, en: Desk }, role: duty-officer, scope: district, rotation: { start: 2024-01-01T08:00, hours: 24, members: [an-yi] } }',
    );
    expect(named('person:an-yi', personas(load(desk), DAY))?.towns).toEqual(['north', 'south']);
    expect(named('duty-officer-south', personas(load(desk), DAY))?.sub).toBe('bai-er');
  });
});

describe('npm run token', () => {
  test('a machine client goes by its own id, and alone has credentials', () => {
    expect(named('schools-service')).toMatchObject({ sub: 'schools-service', roles: [], towns: [], title: { zh: '教育局信息员' } });
    expect(credentials('schools-service', 's3cret', 'http://localhost:4561')).toContain(
      'CLIENT_ID=schools-service\nCLIENT_SECRET=s3cret\nTOKEN_ENDPOINT=http://localhost:4561/token\n',
    );
    expect(() => credentials('dai-si', undefined, 'http://localhost:4561')).toThrow('is no machine client');
  });

  test('an unknown persona is answered with the one that was meant', () => {
    expect(choose(all, 'duty-officer-north').sub).toBe('an-yi');
    expect(() => choose(all, 'duty-oficer-north')).toThrow(/没有身份[\s\S]*did you mean "duty-officer-north"\?/);
  });

  test('durations', () => {
    expect(['90s', '30m', '1h', '7d'].map(seconds)).toEqual([90, 1800, 3600, 604_800]);
    for (const wrong of ['', '1', '0h', '-1h', '1w', '1h30m']) expect(() => seconds(wrong), wrong).toThrow('--expires');
  });

  test('the list says who each one is', () => {
    const line = table(all)
      .split('\n')
      .find((row) => row.startsWith('person:bai-er'));
    expect(line).toMatch(/^person:bai-er +duty-officer +north,south +白二 Bai Er · 北镇值班、南镇值班 North duty, South duty$/);
  });
});
