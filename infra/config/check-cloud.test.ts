import { describe, expect, test } from 'vitest';
import { change, DISTRICT, load, mistakes, type Slip, sample, slip } from './sample.fixture.ts';

/** The section is the last of the file: its lines are counted from its own first. */
const text = sample[DISTRICT] as string;
const FIRST = text.slice(0, text.indexOf('\ncloud:')).split('\n').length + 1;
const at = (line: number, rest: string): string => `districts/test.yaml:${FIRST + line}:${rest}`;

describe('the cloud', () => {
  const slips: readonly Slip[] = [
    slip('a kind twice', DISTRICT, 'id: memoryGiB, name', 'id: vcpu, name', [
      at(4, '13: cloud.kinds[1].id: expected an id that no other kind has, found "vcpu" again'),
      at(8, '104: cloud.zones[0].capacity.memoryGiB: expected a kind of resource (vcpu), found "memoryGiB"'),
      at(10, '26: cloud.limits.default.memoryGiB: expected a kind of resource (vcpu), found "memoryGiB"'),
      at(14, '68: cloud.presets[0].amounts.memoryGiB: expected a kind of resource (vcpu), found "memoryGiB"'),
      at(16, '37: cloud.rules.standard.amounts.memoryGiB: expected a kind of resource (vcpu), found "memoryGiB"'),
    ]),
    slip('a misspelt kind in a zone’s capacity', DISTRICT, 'capacity: { vcpu', 'capacity: { vcpus', [
      at(8, '93: cloud.zones[0].capacity.vcpus: expected a kind of resource (vcpu | memoryGiB), found "vcpus"; did you mean "vcpu"?'),
    ]),
    slip('a misspelt kind in a department’s limits', DISTRICT, 'limits: { vcpu: 60', 'limits: { vcpo: 60', [
      at(
        12,
        '55: cloud.limits.departments[0].limits.vcpo: expected a kind of resource (vcpu | memoryGiB), found "vcpo"; did you mean "vcpu"?',
      ),
    ]),
    slip('a class of data that there is not', DISTRICT, 'dataClasses: [open]', 'dataClasses: [secret]', [
      at(8, '74: cloud.zones[0].dataClasses[0]: expected a class of data (open), found "secret"'),
    ]),
    slip('a department that there is not', DISTRICT, 'department: schools, zone', 'department: shools, zone', [
      at(12, '23: cloud.limits.departments[0].department: expected a department (data | schools), found "shools"; did you mean "schools"?'),
    ]),
    slip('a zone that there is not', DISTRICT, 'zone: inner, limits', 'zone: outer, limits', [
      at(12, '38: cloud.limits.departments[0].zone: expected a zone (inner), found "outer"'),
    ]),
    slip('a department twice in a zone', DISTRICT, '  presets:', '      - { department: schools, zone: inner, limits: {} }\n  presets:', [
      at(13, '23: cloud.limits.departments[1].department: expected each department once in each zone, found "schools" again'),
    ]),
    slip('a kind without a limit', DISTRICT, 'default: { vcpu: 40, ', 'default: { ', [
      at(10, '14: cloud.limits.default.vcpu: expected a limit for vcpu (-1 unlimited, 0 disabled), found nothing'),
    ]),
    slip('a limit below unlimited', DISTRICT, 'memoryGiB: -1', 'memoryGiB: -2', [
      at(10, '37: cloud.limits.default.memoryGiB: expected at least -1, found -2'),
    ]),
    slip('capacity without end', DISTRICT, 'capacity: { vcpu: 100', 'capacity: { vcpu: -1', [
      at(8, '99: cloud.zones[0].capacity.vcpu: expected at least 0, found -1'),
    ]),
    slip('half a core', DISTRICT, 'amounts: { vcpu: 2', 'amounts: { vcpu: 2.5', [
      at(14, '65: cloud.presets[0].amounts.vcpu: expected integer, found 2.5'),
    ]),
    slip('a rule that lets more pass than may be asked for', DISTRICT, 'months: 12', 'months: 48', [
      at(16, '61: cloud.rules.standard.months: expected at most maximumMonths.production (36), found 48'),
    ]),
    slip('a notice twice', DISTRICT, '[30, 7, 1]', '[30, 7, 30]', [
      at(19, '22: cloud.rules.notices[2]: expected each item once, found 30 again'),
    ]),
    slip('a rule under another name', DISTRICT, 'graceDays: 15', 'gracedays: 15', [
      at(
        20,
        '5: cloud.rules.gracedays: expected one of the fields standard | maximumMonths | utilisation | notices | graceDays | releaseAfterDays | forecastDays | budgetPercent, found unknown field "gracedays"; did you mean "graceDays"?',
      ),
    ]),
  ];
  test.each(slips)('$name', ({ files, says }) => expect(mistakes(files)).toEqual(says));

  test('that names its kinds wrong in shape blames no other place for it', () => {
    const files = change(DISTRICT, 'id: memoryGiB, name', 'di: memoryGiB, name');
    expect(mistakes(files).map((line) => line.split(': ')[1])).toEqual(['cloud.kinds[1].di']);
  });

  test('may say where the provider’s cost reports lie', () => {
    const files = change(DISTRICT, '  kinds:', '  costReports: { bucket: bills, prefix: cur, name: district }\n  kinds:');
    expect(load(files).district.cloud.costReports).toEqual({ bucket: 'bills', prefix: 'cur', name: 'district' });
  });
});
