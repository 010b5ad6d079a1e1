/** One slip each, and what must be said about it: for load.test.ts. */
import { change, DEVICES, DISTRICT, type Files, PLANS, RULES, sample } from './sample.ts';

export interface Case {
  readonly name: string;
  readonly files: Files;
  /** All that must be said, and nothing else. */
  readonly says: readonly string[];
}

const slip = (name: string, file: string, from: string, to: string, says: readonly string[]): Case => ({
  name,
  files: change(file, from, to),
  says,
});

const second = 'domain: { name: { zh: 二, en: Second } }\n';
const dams = String(sample[DEVICES]);

export const yamlCases: readonly Case[] = [
  slip('a field twice', RULES, '    measure: level\n', '    measure: level\n    measure: level\n', [
    'domains/water/rules.yaml:6:5 measure: expected each field once, found "measure" again',
  ]),
  slip('a tab', RULES, '      blue: 4\n', '\t  blue: 4\n', [
    'domains/water/rules.yaml:8:1: expected spaces as indentation, found a tab',
  ]),
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

export const shapeCases: readonly Case[] = [
  slip('a comma for a point', RULES, 'red: 8', 'red: 4,5', [
    'domains/water/rules.yaml:11:12 rules[0].levels.red: expected number, found "4,5"',
  ]),
  slip('an unknown field', RULES, 'hysteresis: 0.5', 'hysterisis: 0.5', [
    'domains/water/rules.yaml:12:5 rules[0].hysterisis: expected one of the fields id | name | deviceType | measure | when | levels | hysteresis | for, found unknown field "hysterisis"; did you mean "hysteresis"?',
  ]),
  slip('an unknown field near none', PLANS, 'within: 300', 'within: 300\n        colour: red', [
    'domains/water/plans.yaml:10:9 plans[0].steps[0].colour: expected one of the fields name | call | acknowledgements | within, found unknown field "colour"',
  ]),
  slip('a missing field', DEVICES, ', unit: m', '', [
    'domains/water/devices.yaml:6:9 deviceTypes[0].measures[0].unit: expected a field of this name (string), found nothing',
  ]),
  slip('a number for a text', DISTRICT, '"510604"', '510604', [
    'districts/test.yaml:2:7 code: expected string, found 510604; put it in quotes',
  ]),
  slip('a text for a list', DISTRICT, 'domains: [water]', 'domains: water', [
    'districts/test.yaml:8:10 domains: expected a list (- item, or [item]), found "water"',
  ]),
  slip('an empty field', RULES, '    levels: { blue: 2, red: 1 }', '    levels:', [
    'domains/water/rules.yaml:19:12 rules[1].levels: expected a mapping (name: value), found nothing',
  ]),
  slip('no level', RULES, '{ blue: 2, red: 1 }', '{}', [
    'domains/water/rules.yaml:19:13 rules[1].levels: expected at least one of blue | yellow | orange | red, found a mapping',
  ]),
  slip('a word that is no choice', RULES, 'when: below', 'when: under', [
    'domains/water/rules.yaml:18:11 rules[1].when: expected one of above | below, found "under"',
  ]),
  slip('a level that is none', PLANS, '[orange, red]', '[orange, purple]', [
    'domains/water/plans.yaml:4:46 plans[0].match.levels[1]: expected one of blue | yellow | orange | red, found "purple"',
  ]),
  slip('an item twice', PLANS, '[orange, red]', '[orange, orange]', [
    'domains/water/plans.yaml:4:46 plans[0].match.levels[1]: expected each item once, found "orange" again',
  ]),
  slip('a fraction for a whole', PLANS, 'within: 1800', 'within: 1.5', [
    'domains/water/plans.yaml:22:17 plans[1].steps[0].within: expected integer, found 1.5',
  ]),
  slip('too little', DISTRICT, 'logDays: 180', 'logDays: 90', [
    'districts/test.yaml:44:23 retention.logDays: expected at least 180, found 90',
  ]),
  slip('too much', PLANS, 'within: 1800', 'within: 90000', [
    'domains/water/plans.yaml:22:17 plans[1].steps[0].within: expected at most 86400, found 90000',
  ]),
  slip('not more than nothing', DISTRICT, 'readingsPerMinutePerDevice: 1', 'readingsPerMinutePerDevice: 0', [
    'districts/test.yaml:45:56 capacity.readingsPerMinutePerDevice: expected more than 0, found 0',
  ]),
  slip('an id with capitals', RULES, 'id: low', 'id: Low', [
    'domains/water/rules.yaml:14:9 rules[1].id: expected an id of lower-case letters, digits and hyphens that begins with a letter, found "Low"',
  ]),
  slip('a place off the globe', DISTRICT, 'lat: 31.3', 'lat: 310.3', [
    'districts/test.yaml:6:73 towns[0].place.lat: expected at most 90, found 310.3',
  ]),
  slip(
    'a time in another form',
    DISTRICT,
    'start: 2024-01-01T08:00, hours: 12, members: [bai-er]',
    'start: 2024-01-01 08:00, hours: 12, members: [bai-er]',
    [
      'districts/test.yaml:30:24 posts[1].rotation.start: expected a local time such as 2026-01-05T08:00, found "2024-01-01 08:00"',
    ],
  ),
  slip('a person without a channel', DISTRICT, '[{ type: phone, address: "+8610000000001" }]', '[]', [
    'districts/test.yaml:10:57 people[0].channels: expected at least 1 item(s), found a list of 0',
  ]),
  slip(
    'a step that calls nobody',
    PLANS,
    'call: [{ role: duty-officer, scope: town }, { role: commander, scope: district }]',
    'call: []',
    ['domains/water/plans.yaml:11:15 plans[0].steps[1].call: expected at least 1 item(s), found a list of 0'],
  ),
  slip('no number at all', RULES, 'red: 8', 'red: .inf', [
    'domains/water/rules.yaml:11:12 rules[0].levels.red: expected number, found Infinity',
  ]),
];

export const ruleCases: readonly Case[] = [
  slip('an unknown device type', RULES, 'deviceType: gauge', 'deviceType: guage', [
    'domains/water/rules.yaml:4:17 rules[0].deviceType: expected a device type (gauge), found "guage"; did you mean "gauge"?',
  ]),
  slip('an unknown measure', RULES, 'measure: level', 'measure: flow', [
    'domains/water/rules.yaml:5:14 rules[0].measure: expected a measure of gauge (level), found "flow"',
  ]),
  slip('levels out of order, above', RULES, 'orange: 6.5', 'orange: 4.5', [
    'domains/water/rules.yaml:10:15 rules[0].levels.orange: expected more than yellow (5), found 4.5',
  ]),
  slip('levels out of order, below', RULES, '{ blue: 2, red: 1 }', '{ blue: 2, red: 3 }', [
    'domains/water/rules.yaml:19:29 rules[1].levels.red: expected less than blue (2), found 3',
  ]),
  slip('two levels at one bound', RULES, 'yellow: 5', 'yellow: 4', [
    'domains/water/rules.yaml:9:15 rules[0].levels.yellow: expected more than blue (4), found 4',
  ]),
  slip('a bound out of range', RULES, 'red: 8', 'red: 20.1', [
    "domains/water/rules.yaml:11:12 rules[0].levels.red: expected a value within the measure's range (level 0 … 20 m), found 20.1",
  ]),
  slip('a hysteresis as wide as the levels', RULES, 'hysteresis: 0.5', 'hysteresis: 1', [
    'domains/water/rules.yaml:12:17 rules[0].hysteresis: expected less than the distance between neighbouring levels (1), found 1',
  ]),
  slip(
    'a level that never ends',
    RULES,
    '{ blue: 2, red: 1 }\n    hysteresis: 0.2',
    '{ blue: 19 }\n    hysteresis: 1',
    [
      "domains/water/rules.yaml:20:17 rules[1].hysteresis: expected less than 1 (or level blue never ends within the measure's range), found 1",
    ],
  ),
  slip('a range the wrong way round', DEVICES, 'minimum: 0, maximum: 20', 'minimum: 20, maximum: 0', [
    'domains/water/devices.yaml:6:82 deviceTypes[0].measures[0].maximum: expected more than minimum (20), found 0',
  ]),
  slip(
    'a measure twice',
    DEVICES,
    '    heartbeat',
    '      - { id: level, name: { zh: 二, en: Two }, unit: m, minimum: 0, maximum: 9 }\n    heartbeat',
    [
      'domains/water/devices.yaml:7:15 deviceTypes[0].measures[1].id: expected an id that no other measure of this device type has, found "level" again',
    ],
  ),
  slip('a rule twice', RULES, 'id: low', 'id: high', [
    'domains/water/rules.yaml:14:9 rules[1].id: expected an id that no other rule has, found "high" again',
  ]),
  slip('a plan twice', PLANS, 'id: watch', 'id: flood', [
    'domains/water/plans.yaml:15:9 plans[1].id: expected an id that no other plan has, found "flood" again',
  ]),
  slip('a plan for an unknown rule', PLANS, 'rules: [high]', 'rules: [high, hihg]', [
    'domains/water/plans.yaml:4:28 plans[0].match.rules[1]: expected a rule of pack water (high | low), found "hihg"; did you mean "high"?',
  ]),
  slip('a level without a plan', PLANS, 'levels: [blue, yellow, red]', 'levels: [blue, red]', [
    'domains/water/rules.yaml:9:7 rules[0].levels.yellow: expected a plan in pack water that matches high at yellow, found nothing',
  ]),
  slip('a repeat from beyond the steps', PLANS, 'from: 1 }', 'from: 2 }', [
    'domains/water/plans.yaml:14:33 plans[0].repeat.from: expected a step that exists, counted from 0 to 1, found 2',
  ]),
  {
    name: 'a device type twice in two packs',
    files: change(DISTRICT, '[water]', '[water, dams]', { ...sample, 'domains/dams/all.yaml': dams }),
    says: [
      'domains/dams/all.yaml:3:9 deviceTypes[0].id: expected an id that no other device type has, found "gauge" again',
    ],
  },
  slip('a pack that is not there', DISTRICT, '[water]', '[water, wether]', [
    'districts/test.yaml:8:18 domains[1]: expected a folder of domains/ with YAML files (water), found "wether"; did you mean "water"?',
  ]),
  slip('a pack twice', DISTRICT, '[water]', '[water, water]', [
    'districts/test.yaml:8:18 domains[1]: expected each pack once, found "water" again',
  ]),
  slip('a pack without a name', DEVICES, 'domain: { name: { zh: 水务, en: Water } }\n', '', [
    'domains/water/devices.yaml:1:1 domain: expected the name of pack water, found nothing',
  ]),
  slip('a pack with two names', RULES, 'rules:\n', `${second}rules:\n`, [
    'domains/water/rules.yaml:1:1 domain: expected domain once in the pack (it is in domains/water/devices.yaml), found "domain" again',
  ]),
];

export const rosterCases: readonly Case[] = [
  slip('a file under another name', DISTRICT, 'id: test', 'id: tset', [
    'districts/test.yaml:1:5 id: expected "test", as the file is called, found "tset"',
  ]),
  slip('an unknown time zone', DISTRICT, 'Asia/Shanghai', 'Asia/Deyang', [
    'districts/test.yaml:4:11 timezone: expected an IANA time zone such as Asia/Shanghai, found "Asia/Deyang"',
  ]),
  slip('an issuer without https', DISTRICT, 'https://sso', 'http://sso', [
    'districts/test.yaml:40:11 identity.issuer: expected an https URL, found "http://sso.example/oidc"',
  ]),
  slip('a town twice', DISTRICT, 'id: south,', 'id: north,', [
    'districts/test.yaml:7:11 towns[1].id: expected an id that no other town has, found "north" again',
    'districts/test.yaml:29:11 posts[1].town: expected the id of a town (north), found "south"',
  ]),
  slip('a person twice', DISTRICT, '- id: cai-san', '- id: an-yi', [
    'districts/test.yaml:12:9 people[2].id: expected an id that no other person has, found "an-yi" again',
    'districts/test.yaml:24:65 posts[0].overrides[0].person: expected a person (an-yi | bai-er), found "cai-san"',
    'districts/test.yaml:38:17 posts[2].rotation.members[0]: expected a person (an-yi | bai-er), found "cai-san"',
  ]),
  slip('a post twice', DISTRICT, 'id: south-duty', 'id: north-duty', [
    'districts/test.yaml:25:9 posts[1].id: expected an id that no other post has, found "north-duty" again',
  ]),
  slip('a number without its country', DISTRICT, '"+8610000000002"', '"13800000000"', [
    'districts/test.yaml:11:82 people[1].channels[0].address: expected a number with its country code, such as "+8613800000000", found "13800000000"',
  ]),
  slip('a hook without https', DISTRICT, '"https://hook', '"http://hook', [
    'districts/test.yaml:15:35 people[2].channels[0].address: expected an https URL, found "http://hook.example/cai"',
  ]),
  slip('an unknown member', DISTRICT, '[an-yi, bai-er]', '[an-yi, bai-err]', [
    'districts/test.yaml:22:70 posts[0].rotation.members[1]: expected a person (an-yi | bai-er | cai-san), found "bai-err"; did you mean "bai-er"?',
  ]),
  slip('an unknown stand-in', DISTRICT, 'person: cai-san', 'person: nobody-knows', [
    'districts/test.yaml:24:65 posts[0].overrides[0].person: expected a person (an-yi | bai-er | cai-san), found "nobody-knows"',
  ]),
  slip('an unknown town', DISTRICT, 'town: south', 'town: suoth', [
    'districts/test.yaml:29:11 posts[1].town: expected the id of a town (north | south), found "suoth"; did you mean "south"?',
  ]),
  slip('a post of a town without its town', DISTRICT, '    town: south\n', '', [
    'districts/test.yaml:25:5 posts[1].town: expected the id of a town, found nothing',
  ]),
  slip(
    'a town for a post of the district',
    DISTRICT,
    '    scope: district\n',
    '    scope: district\n    town: north\n',
    ['districts/test.yaml:35:5 posts[2].town: expected no town, as scope is district, found "north"'],
  ),
  slip('a role that may not answer', DISTRICT, 'role: commander', 'role: devops', [
    'districts/test.yaml:33:11 posts[2].role: expected a role that may acknowledge (duty-officer | commander | city-liaison), found "devops"',
  ]),
  slip('a day that does not exist', DISTRICT, 'from: 2026-02-16T08:00', 'from: 2026-02-30T08:00', [
    'districts/test.yaml:24:17 posts[0].overrides[0].from: expected a date and time that exist, found "2026-02-30T08:00"',
  ]),
  slip(
    'an hour that does not exist',
    DISTRICT,
    'hours: 12, members: [bai-er]',
    'hours: 12, until: 2027-01-01T25:00, members: [bai-er]',
    [
      'districts/test.yaml:30:60 posts[1].rotation.until: expected a date and time that exist, found "2027-01-01T25:00"',
    ],
  ),
  slip('a swap that ends before it begins', DISTRICT, 'to: 2026-02-17T08:00', 'to: 2026-02-16T08:00', [
    'districts/test.yaml:24:39 posts[0].overrides[0].to: expected a time after from (2026-02-16T08:00), found "2026-02-16T08:00"',
  ]),
  slip(
    'a rotation that ends before it begins',
    DISTRICT,
    'hours: 12, members: [bai-er]',
    'hours: 12, until: 2023-01-01T08:00, members: [bai-er]',
    [
      'districts/test.yaml:30:60 posts[1].rotation.until: expected a time after start (2024-01-01T08:00), found "2023-01-01T08:00"',
    ],
  ),
  slip('a rotation that has ended', DISTRICT, '      hours: 24\n', '      hours: 24\n      until: 2026-01-01T08:00\n', [
    'districts/test.yaml:38:14 posts[2].rotation.until: expected somebody on duty from 2026-07-01T12:00, found nobody; remove until, or add a post of the same role and place that follows',
  ]),
  slip('a rotation that will end', DISTRICT, '      hours: 24\n', '      hours: 24\n      until: 2027-01-01T08:00\n', [
    'districts/test.yaml:38:14 posts[2].rotation.until: expected somebody on duty from 2027-01-01T08:00, found nobody; remove until, or add a post of the same role and place that follows',
  ]),
  slip(
    'a rotation that has not begun',
    DISTRICT,
    '      start: 2024-01-01T08:00\n',
    '      start: 2026-09-01T08:00\n',
    [
      'districts/test.yaml:36:14 posts[2].rotation.start: expected somebody on duty from 2026-07-01T12:00, found a start at 2026-09-01T08:00',
    ],
  ),
  slip('a town without a post', DISTRICT, 'town: south', 'town: north', [
    'domains/water/plans.yaml:7:16 plans[0].steps[0].call[0]: expected a post with role duty-officer in every town, found none in south',
    'domains/water/plans.yaml:11:16 plans[0].steps[1].call[0]: expected a post with role duty-officer in every town, found none in south',
    'domains/water/plans.yaml:20:16 plans[1].steps[0].call[0]: expected a post with role duty-officer in every town, found none in south',
  ]),
  slip('a role without a post', PLANS, 'role: commander, scope: district', 'role: comander, scope: district', [
    'domains/water/plans.yaml:11:61 plans[0].steps[1].call[1].role: expected a role with a post of scope district (commander), found "comander"; did you mean "commander"?',
  ]),
  slip('a scope without a post', PLANS, 'role: commander, scope: district', 'role: city-liaison, scope: city', [
    'domains/water/plans.yaml:11:61 plans[0].steps[1].call[1].role: expected a role with a post of scope city (there is none), found "city-liaison"',
  ]),
  slip(
    'more answers than posts',
    PLANS,
    'acknowledgements: 1\n        within: 300',
    'acknowledgements: 2\n        within: 300',
    [
      'domains/water/plans.yaml:8:27 plans[0].steps[0].acknowledgements: expected at most the number of people called at once (north, 2026-07-01T12:00: 1, an-yi), found 2',
    ],
  ),
  slip('more answers than different people', DISTRICT, 'members: [cai-san]', 'members: [cai-san, bai-er]', [
    'domains/water/plans.yaml:12:27 plans[0].steps[1].acknowledgements: expected at most the number of people called at once (north, 2026-07-02T20:00: 1, bai-er), found 2',
  ]),
];
