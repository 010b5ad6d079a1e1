/** The district's own forms, by the engine: an expression that is misspelt finds nothing and says nothing. */
import { describe, expect, test } from 'vitest';
import { withLists } from '#infra/config/lists.ts';
import { loadConfig } from '#infra/config/load.ts';
import { conditionsOf } from './conditions.ts';
import { type Form, isService } from './form.ts';
import { errorsOf } from './schema.ts';

const { district, domains } = loadConfig(`${import.meta.dirname}/../..`, 'luojiang', new Date('2026-07-01T12:00:00+08:00'));
const forms = domains.flatMap((domain) => domain.forms);
const QUOTA = forms.find(({ id }) => id === 'cloud-quota') as Form;

const request = (change: object = {}) => ({
  system: { name: '校园安全', level: 2, owner: { name: '江河', phone: '13800000001' } },
  purpose: '全区学校的门禁与视频告警',
  dataClasses: ['internal'],
  zone: 'government',
  environment: 'test',
  amounts: { vcpu: 4, memoryGiB: 8 },
  months: 12,
  ...change,
});
const level = (n: number) => ({ name: '校园安全', level: n, owner: { name: '江河', phone: '13800000001' } });
const facts = (data: object, results: object = {}) => ({ data: data as never, results: results as never, department: 'education' });

describe('a request for cloud', () => {
  test('that is filled in as its guide says has no error', () => {
    const { departments, cloud } = district;
    const { zones, dataClasses, kinds } = cloud;
    const form = { ...QUOTA, schema: withLists(QUOTA.schema, { departments, zones, dataClasses, kinds }) };
    expect(errorsOf(form, request())).toEqual([]);
    expect(errorsOf(form, request({ zone: 'moon', amounts: { vcpu: -1, horses: 2 } })).map(({ pointer }) => pointer)).toEqual([
      ...['/zone', '/amounts/horses', '/amounts/vcpu'],
    ]);
  });

  test.each<[string, object, string[]]>([
    ['a small one for tests', {}, []],
    ['sensitive data at level 2', { dataClasses: ['internal', 'sensitive'] }, ['level-for-sensitive-data']],
    ['sensitive data at level 3', { dataClasses: ['sensitive'], system: level(3) }, []],
    ['personal data at level 1', { dataClasses: ['personal'], system: level(1) }, ['level-for-personal-data']],
    ['personal data at level 2', { dataClasses: ['personal'] }, []],
    ['production without a plan', { environment: 'production' }, ['migration-missing']],
    ['production with a plan', { environment: 'production', migration: '新建' }, []],
    ['much memory', { amounts: { vcpu: 4, memoryGiB: 65 } }, ['memory-per-core']],
    ['just so much memory', { amounts: { vcpu: 4, memoryGiB: 64 } }, []],
    ['memory without cores', { amounts: { memoryGiB: 65 } }, []],
    ['half filled in', { system: {}, dataClasses: undefined, amounts: undefined }, []],
  ])('is checked: %s', async (_, change, checks) => {
    expect((await conditionsOf(QUOTA, facts(request(change)))).checks).toEqual(checks);
  });

  test('passes by rule where it is standard, and only there', async () => {
    const skips = async (assess?: object) => (await conditionsOf(QUOTA, facts(request(), assess ? { assess } : {}))).skips;
    expect(await skips({ standard: true })).toEqual(['review', 'approve']);
    for (const other of [undefined, {}, { standard: false }, { standard: 'true' }]) expect(await skips(other)).toEqual([]);
  });
});

test('whoever reviewed, or answered, does not approve', () => {
  const separated = forms.flatMap(({ id, steps }) =>
    steps.flatMap((step) => (!isService(step) && step.separateFrom ? [`${id}: ${step.id} ≠ ${step.separateFrom}`] : [])),
  );
  expect(separated).toEqual([
    'cloud-quota-expiry: approve ≠ answer',
    'cloud-quota-recall: approve ≠ answer',
    'cloud-quota: approve ≠ review',
  ]);
  // A step of people that comes after another is apart from it.
  for (const { id, steps } of forms) expect(steps.filter((step) => !isService(step) && !step.separateFrom).length, id).toBeLessThan(2);
});

test('no form skips a person or finds anything of an empty request by mistake', async () => {
  for (const form of forms) expect(await conditionsOf(form, facts({})), form.id).toEqual({ checks: [], skips: [] });
});
