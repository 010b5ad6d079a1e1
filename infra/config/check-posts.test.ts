import { describe, expect, test } from 'vitest';
import { DISTRICT, mistakes, type Slip, slip } from './sample.fixture.ts';

describe('people and posts', () => {
  const slips: readonly Slip[] = [
    slip('a file under another name', DISTRICT, 'id: test', 'id: tset', [
      'districts/test.yaml:1:5: id: expected "test", as the file is called, found "tset"',
    ]),
    slip('an unknown time zone', DISTRICT, 'Asia/Shanghai', 'Asia/Deyang', [
      'districts/test.yaml:4:11: timezone: expected an IANA time zone such as Asia/Shanghai, found "Asia/Deyang"',
    ]),
    slip('an issuer without https', DISTRICT, 'https://sso', 'http://sso', [
      'districts/test.yaml:40:11: identity.issuer: expected an https URL, found "http://sso.example/oidc"',
    ]),
    slip('a town twice', DISTRICT, 'id: south,', 'id: north,', [
      'districts/test.yaml:7:11: towns[1].id: expected an id that no other town has, found "north" again',
      'districts/test.yaml:29:11: posts[1].town: expected the id of a town (north), found "south"',
    ]),
    slip('a person twice', DISTRICT, '- id: cai-san', '- id: an-yi', [
      'districts/test.yaml:12:9: people[2].id: expected an id that no other person has, found "an-yi" again',
      'districts/test.yaml:24:65: posts[0].overrides[0].person: expected a person (an-yi | bai-er), found "cai-san"',
      'districts/test.yaml:38:17: posts[2].rotation.members[0]: expected a person (an-yi | bai-er), found "cai-san"',
    ]),
    slip('a post twice', DISTRICT, 'id: south-duty', 'id: north-duty', [
      'districts/test.yaml:25:9: posts[1].id: expected an id that no other post has, found "north-duty" again',
    ]),
    slip('a number without its country', DISTRICT, '"+8610000000002"', '"13800000000"', [
      'districts/test.yaml:11:82: people[1].channels[0].address: expected a number with its country code, such as "+8613800000000", found "13800000000"',
    ]),
    slip('a hook without https', DISTRICT, '"https://hook', '"http://hook', [
      'districts/test.yaml:15:35: people[2].channels[0].address: expected an https URL, found "http://hook.example/cai"',
    ]),
    slip('an unknown member', DISTRICT, '[an-yi, bai-er]', '[an-yi, bai-err]', [
      'districts/test.yaml:22:70: posts[0].rotation.members[1]: expected a person (an-yi | bai-er | cai-san), found "bai-err"; did you mean "bai-er"?',
    ]),
    slip('an unknown stand-in', DISTRICT, 'person: cai-san', 'person: nobody-knows', [
      'districts/test.yaml:24:65: posts[0].overrides[0].person: expected a person (an-yi | bai-er | cai-san), found "nobody-knows"',
    ]),
    slip('an unknown town', DISTRICT, 'town: south', 'town: suoth', [
      'districts/test.yaml:29:11: posts[1].town: expected the id of a town (north | south), found "suoth"; did you mean "south"?',
    ]),
    slip('a post of a town without its town', DISTRICT, '    town: south\n', '', [
      'districts/test.yaml:25:5: posts[1].town: expected the id of a town, found nothing',
    ]),
    slip('a town for a post of the district', DISTRICT, '    scope: district\n', '    scope: district\n    town: north\n', [
      'districts/test.yaml:35:5: posts[2].town: expected no town, as scope is district, found "north"',
    ]),
    slip('a role that may not answer', DISTRICT, 'role: commander', 'role: devops', [
      'districts/test.yaml:33:11: posts[2].role: expected a role that may acknowledge (duty-officer | commander | city-liaison), found "devops"',
    ]),
    slip('a day that does not exist', DISTRICT, 'from: 2026-02-16T08:00', 'from: 2026-02-30T08:00', [
      'districts/test.yaml:24:17: posts[0].overrides[0].from: expected a date and time that exist, found "2026-02-30T08:00"',
    ]),
    slip('an hour that does not exist', DISTRICT, 'hours: 12, members: [bai-er]', 'hours: 12, until: 2027-01-01T25:00, members: [bai-er]', [
      'districts/test.yaml:30:60: posts[1].rotation.until: expected a date and time that exist, found "2027-01-01T25:00"',
    ]),
    slip('a swap that ends before it begins', DISTRICT, 'to: 2026-02-17T08:00', 'to: 2026-02-16T08:00', [
      'districts/test.yaml:24:39: posts[0].overrides[0].to: expected a time after from (2026-02-16T08:00), found "2026-02-16T08:00"',
    ]),
    slip(
      'a rotation that ends before it begins',
      DISTRICT,
      'hours: 12, members: [bai-er]',
      'hours: 12, until: 2023-01-01T08:00, members: [bai-er]',
      ['districts/test.yaml:30:60: posts[1].rotation.until: expected a time after start (2024-01-01T08:00), found "2023-01-01T08:00"'],
    ),
    slip('a post that nobody holds', DISTRICT, 'members: [cai-san]', 'members: []', [
      'districts/test.yaml:38:16: posts[2].rotation.members: expected at least 1 item(s), found a list of 0',
    ]),
  ];
  test.each(slips)('$name', ({ files, says }) => expect(mistakes(files)).toEqual(says));
});
