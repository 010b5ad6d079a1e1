import { describe, expect, test } from 'vitest';
import { change, DEVICES, DISTRICT, mistakes, PLANS, RULES, type Slip, sample, slip } from './sample.fixture.ts';

const second = 'domain: { name: { zh: 二, en: Second } }\n';

describe('device types, rules and plans', () => {
  const slips: readonly Slip[] = [
    slip('an unknown device type', RULES, 'deviceType: gauge', 'deviceType: guage', [
      'domains/water/rules.yaml:4:17: rules[0].deviceType: expected a device type (gauge), found "guage"; did you mean "gauge"?',
    ]),
    slip('an unknown measure', RULES, 'measure: level', 'measure: flow', [
      'domains/water/rules.yaml:5:14: rules[0].measure: expected a measure of gauge (level), found "flow"',
    ]),
    slip('levels out of order, above', RULES, 'orange: 6.5', 'orange: 4.5', [
      'domains/water/rules.yaml:10:15: rules[0].levels.orange: expected more than yellow (5), found 4.5',
    ]),
    slip('levels out of order, below', RULES, '{ blue: 2, red: 1 }', '{ blue: 2, red: 3 }', [
      'domains/water/rules.yaml:19:29: rules[1].levels.red: expected less than blue (2), found 3',
    ]),
    slip('two levels at one bound', RULES, 'yellow: 5', 'yellow: 4', [
      'domains/water/rules.yaml:9:15: rules[0].levels.yellow: expected more than blue (4), found 4',
    ]),
    slip('a bound out of range', RULES, 'red: 8', 'red: 20.1', [
      "domains/water/rules.yaml:11:12: rules[0].levels.red: expected a value within the measure's range (level 0 … 20 m), found 20.1",
    ]),
    slip('a hysteresis as wide as the levels', RULES, 'hysteresis: 0.5', 'hysteresis: 1', [
      'domains/water/rules.yaml:12:17: rules[0].hysteresis: expected less than the distance between neighbouring levels (1), found 1',
    ]),
    slip('a level that never ends', RULES, '{ blue: 2, red: 1 }\n    hysteresis: 0.2', '{ blue: 19 }\n    hysteresis: 1', [
      "domains/water/rules.yaml:20:17: rules[1].hysteresis: expected less than 1 (or level blue never ends within the measure's range), found 1",
    ]),
    slip('a range the wrong way round', DEVICES, 'minimum: 0, maximum: 20', 'minimum: 20, maximum: 0', [
      'domains/water/devices.yaml:6:82: deviceTypes[0].measures[0].maximum: expected more than minimum (20), found 0',
    ]),
    slip(
      'a measure twice',
      DEVICES,
      '    heartbeat',
      '      - { id: level, name: { zh: 二, en: Two }, unit: m, minimum: 0, maximum: 9 }\n    heartbeat',
      [
        'domains/water/devices.yaml:7:15: deviceTypes[0].measures[1].id: expected an id that no other measure of this device type has, found "level" again',
      ],
    ),
    slip('a rule twice', RULES, 'id: low', 'id: high', [
      'domains/water/rules.yaml:14:9: rules[1].id: expected an id that no other rule has, found "high" again',
    ]),
    slip('a plan twice', PLANS, 'id: watch', 'id: flood', [
      'domains/water/plans.yaml:15:9: plans[1].id: expected an id that no other plan has, found "flood" again',
    ]),
    slip('a plan for an unknown rule', PLANS, 'rules: [high]', 'rules: [high, hihg]', [
      'domains/water/plans.yaml:4:28: plans[0].match.rules[1]: expected a rule of pack water (high | low), found "hihg"; did you mean "high"?',
    ]),
    slip('a level without a plan', PLANS, 'levels: [blue, yellow, red]', 'levels: [blue, red]', [
      'domains/water/rules.yaml:9:7: rules[0].levels.yellow: expected a plan in pack water that matches high at yellow, found nothing',
    ]),
    slip('a repeat from beyond the steps', PLANS, 'from: 1 }', 'from: 2 }', [
      'domains/water/plans.yaml:14:33: plans[0].repeat.from: expected a step that exists, counted from 0 to 1, found 2',
    ]),
    {
      name: 'a device type twice in two packs',
      files: change(DISTRICT, '[water]', '[water, dams]', { ...sample, 'domains/dams/all.yaml': String(sample[DEVICES]) }),
      says: ['domains/dams/all.yaml:3:9: deviceTypes[0].id: expected an id that no other device type has, found "gauge" again'],
    },
    slip('a pack that is not there', DISTRICT, '[water]', '[water, wether]', [
      'districts/test.yaml:8:18: domains[1]: expected a folder of domains/ with YAML files (water), found "wether"; did you mean "water"?',
    ]),
    slip('a pack twice', DISTRICT, '[water]', '[water, water]', [
      'districts/test.yaml:8:18: domains[1]: expected each pack once, found "water" again',
    ]),
    slip('a pack without a name', DEVICES, 'domain: { name: { zh: 水务, en: Water } }\n', '', [
      'domains/water/devices.yaml:1:1: domain: expected the name of pack water, found nothing',
    ]),
    slip('a pack with two names', RULES, 'rules:\n', `${second}rules:\n`, [
      'domains/water/rules.yaml:1:1: domain: expected domain once in the pack (it is in domains/water/devices.yaml), found "domain" again',
    ]),
  ];
  test.each(slips)('$name', ({ files, says }) => expect(mistakes(files)).toEqual(says));
});
