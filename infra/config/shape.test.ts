import { describe, expect, test } from 'vitest';
import { DEVICES, DISTRICT, mistakes, PLANS, RULES, type Slip, sample, slip } from './sample.fixture.ts';

describe('YAML that cannot be read', () => {
  const slips: readonly Slip[] = [
    slip('a field twice', RULES, '    measure: level\n', '    measure: level\n    measure: level\n', [
      'domains/water/rules.yaml:6:5: measure: expected each field once, found "measure" again',
    ]),
    slip('a tab', RULES, '      blue: 4\n', '\t  blue: 4\n', ['domains/water/rules.yaml:8:1: expected spaces as indentation, found a tab']),
    slip('an open bracket', PLANS, 'levels: [orange, red] }', 'levels: [orange, red }', [
      'domains/water/plans.yaml:4:50: expected well-formed YAML, found Flow sequence in block collection must be sufficiently indented and end with a ]',
    ]),
    slip('an unknown anchor', RULES, 'red: 8', 'red: *most', [
      'domains/water/rules.yaml:11:12: expected an anchor defined before, found *most',
    ]),
    slip('an unknown tag', RULES, 'red: 8', 'red: !most 8', [
      'domains/water/rules.yaml:11:12: expected well-formed YAML, found Unresolved tag: !most',
    ]),
    slip('two documents', DEVICES, 'deviceTypes:', '---\ndeviceTypes:', [
      'domains/water/devices.yaml:2:1: expected well-formed YAML, found Source contains multiple documents; please use YAML.parseAllDocuments()',
    ]),
    {
      name: 'an empty file',
      files: { ...sample, [RULES]: '' },
      says: ['domains/water/rules.yaml:1:1: expected a mapping (name: value), found nothing'],
    },
  ];
  test.each(slips)('$name', ({ files, says }) => expect(mistakes(files)).toEqual(says));
});

describe('fields, types and ranges', () => {
  const slips: readonly Slip[] = [
    slip('a comma for a point', RULES, 'red: 8', 'red: 4,5', [
      'domains/water/rules.yaml:11:12: rules[0].levels.red: expected number, found "4,5"',
    ]),
    slip('an unknown field', RULES, 'hysteresis: 0.5', 'hysterisis: 0.5', [
      'domains/water/rules.yaml:12:5: rules[0].hysterisis: expected one of the fields id | name | deviceType | measure | when | levels | hysteresis | for, found unknown field "hysterisis"; did you mean "hysteresis"?',
    ]),
    slip('an unknown field near none', PLANS, 'within: 300', 'within: 300\n        colour: red', [
      'domains/water/plans.yaml:10:9: plans[0].steps[0].colour: expected one of the fields name | call | acknowledgements | within, found unknown field "colour"',
    ]),
    slip('a missing field', DEVICES, ', unit: m', '', [
      'domains/water/devices.yaml:6:9: deviceTypes[0].measures[0].unit: expected a field of this name (string), found nothing',
    ]),
    slip('a number for a text', DISTRICT, '"510604"', '510604', [
      'districts/test.yaml:2:7: code: expected string, found 510604; put it in quotes',
    ]),
    slip('a text for a list', DISTRICT, 'domains: [water]', 'domains: water', [
      'districts/test.yaml:8:10: domains: expected a list (- item, or [item]), found "water"',
    ]),
    slip('an empty field', RULES, '    levels: { blue: 2, red: 1 }', '    levels:', [
      'domains/water/rules.yaml:19:12: rules[1].levels: expected a mapping (name: value), found nothing',
    ]),
    slip('no level', RULES, '{ blue: 2, red: 1 }', '{}', [
      'domains/water/rules.yaml:19:13: rules[1].levels: expected at least one of blue | yellow | orange | red, found a mapping',
    ]),
    slip('a word that is no choice', RULES, 'when: below', 'when: under', [
      'domains/water/rules.yaml:18:11: rules[1].when: expected one of above | below, found "under"',
    ]),
    slip('a level that is none', PLANS, '[orange, red]', '[orange, purple]', [
      'domains/water/plans.yaml:4:46: plans[0].match.levels[1]: expected one of blue | yellow | orange | red, found "purple"',
    ]),
    slip('an item twice', PLANS, '[orange, red]', '[orange, orange]', [
      'domains/water/plans.yaml:4:46: plans[0].match.levels[1]: expected each item once, found "orange" again',
    ]),
    slip('a fraction for a whole', PLANS, 'within: 1800', 'within: 1.5', [
      'domains/water/plans.yaml:22:17: plans[1].steps[0].within: expected integer, found 1.5',
    ]),
    slip('too little', DISTRICT, 'logDays: 180', 'logDays: 90', [
      'districts/test.yaml:44:23: retention.logDays: expected at least 180, found 90',
    ]),
    slip('too much', PLANS, 'within: 1800', 'within: 90000', [
      'domains/water/plans.yaml:22:17: plans[1].steps[0].within: expected at most 86400, found 90000',
    ]),
    slip('not more than nothing', DISTRICT, 'readingsPerMinutePerDevice: 1', 'readingsPerMinutePerDevice: 0', [
      'districts/test.yaml:45:56: capacity.readingsPerMinutePerDevice: expected more than 0, found 0',
    ]),
    slip('an id with capitals', RULES, 'id: low', 'id: Low', [
      'domains/water/rules.yaml:14:9: rules[1].id: expected an id of lower-case letters, digits and hyphens that begins with a letter, found "Low"',
    ]),
    slip('a place off the globe', DISTRICT, 'lat: 31.3', 'lat: 310.3', [
      'districts/test.yaml:6:73: towns[0].place.lat: expected at most 90, found 310.3',
    ]),
    slip(
      'a time in another form',
      DISTRICT,
      'start: 2024-01-01T08:00, hours: 12, members: [bai-er]',
      'start: 2024-01-01 08:00, hours: 12, members: [bai-er]',
      ['districts/test.yaml:30:24: posts[1].rotation.start: expected a local time such as 2026-01-05T08:00, found "2024-01-01 08:00"'],
    ),
    slip('a person without a channel', DISTRICT, '[{ type: phone, address: "+8610000000001" }]', '[]', [
      'districts/test.yaml:10:57: people[0].channels: expected at least 1 item(s), found a list of 0',
    ]),
    slip(
      'a step that calls nobody',
      PLANS,
      'call: [{ role: duty-officer, scope: town }, { role: commander, scope: district }]',
      'call: []',
      ['domains/water/plans.yaml:11:15: plans[0].steps[1].call: expected at least 1 item(s), found a list of 0'],
    ),
    slip('no number at all', RULES, 'red: 8', 'red: .inf', [
      'domains/water/rules.yaml:11:12: rules[0].levels.red: expected number, found Infinity',
    ]),
  ];
  test.each(slips)('$name', ({ files, says }) => expect(mistakes(files)).toEqual(says));
});
