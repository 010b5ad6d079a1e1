import { describe, expect, test } from 'vitest';
import { change, DISTRICT, load, mistakes, type Slip, sample, slip } from './sample.fixture.ts';

const OFFICER = 'duties: [{ department: data, duty: reviewer }]';

describe('departments and officers', () => {
  const slips: readonly Slip[] = [
    slip('a bureau that is no department', DISTRICT, 'bureau: data', 'bureau: dta', [
      'districts/test.yaml:74:9: bureau: expected a department (data | schools), found "dta"; did you mean "data"?',
      'districts/test.yaml:76:72: officers[0].duties[0].department: expected the bureau (dta), where alone this duty means something, found "data"',
    ]),
    slip('a department twice', DISTRICT, 'id: schools, name', 'id: data, name', [
      'districts/test.yaml:59:23: cloud.limits.departments[0].department: expected a department (data), found "schools"',
      'districts/test.yaml:73:11: departments[1].id: expected an id that no other department has, found "data" again',
      'districts/test.yaml:77:106: officers[1].duties[0].department: expected a department (data), found "schools"',
    ]),
    slip('an officer twice', DISTRICT, '- { id: schools-service', '- { id: dai-si', [
      'districts/test.yaml:77:11: officers[1].id: expected an id that no other officer has, found "dai-si" again',
    ]),
    slip('an unknown department', DISTRICT, '[{ department: data,', '[{ department: dta,', [
      'districts/test.yaml:76:72: officers[0].duties[0].department: expected a department (data | schools), found "dta"; did you mean "data"?',
    ]),
    slip('a duty of the bureau elsewhere', DISTRICT, '[{ department: data,', '[{ department: schools,', [
      'districts/test.yaml:76:72: officers[0].duties[0].department: expected the bureau (data), where alone this duty means something, found "schools"',
    ]),
    slip('a duty twice', DISTRICT, OFFICER, 'duties: [{ department: data, duty: head }, { department: data, duty: head }]', [
      'districts/test.yaml:76:92: officers[0].duties[1]: expected each duty once, found "head" again',
    ]),
    slip(
      'days that do not exist, or run backwards',
      DISTRICT,
      OFFICER,
      `leftOn: 2026-02-30, duties: [
      { department: data, duty: head, from: 2026-06-31 },
      { department: data, duty: reviewer, from: 2026-07-02, until: 2026-07-01 }]`,
      [
        'districts/test.yaml:76:57: officers[0].leftOn: expected a day that exists, found "2026-02-30"',
        'districts/test.yaml:77:45: officers[0].duties[0].from: expected a day that exists, found "2026-06-31"',
        'districts/test.yaml:78:68: officers[0].duties[1].until: expected a day not before from (2026-07-02), found "2026-07-01"',
      ],
    ),
  ];
  test.each(slips)('$name', ({ files, says }) => expect(mistakes(files)).toEqual(says));

  test('days may be written, and need not', () => {
    const dated = change(
      DISTRICT,
      OFFICER,
      'leftOn: 2026-12-31, duties: [{ department: data, duty: reviewer, from: 2026-07-01, until: 2026-07-01 }]',
    );
    expect(load(dated).district.officers[0]).toMatchObject({ leftOn: '2026-12-31', duties: [{ from: '2026-07-01', until: '2026-07-01' }] });
    expect(load(sample).district.officers[0]).not.toHaveProperty('leftOn');
  });
});
