import { describe, expect, test } from 'vitest';
import { change, DISTRICT, mistakes, PLANS, type Slip, slip } from './sample.fixture.ts';

describe('what steps call', () => {
  const slips: readonly Slip[] = [
    slip('a rotation that has ended', DISTRICT, '      hours: 24\n', '      hours: 24\n      until: 2026-01-01T08:00\n', [
      'districts/test.yaml:38:14: posts[2].rotation.until: expected somebody on duty from 2026-07-01T12:00, found nobody; remove until, or add a post of the same role and place that follows',
    ]),
    slip('a rotation that ends within 90 days', DISTRICT, '      hours: 24\n', '      hours: 24\n      until: 2026-09-29T11:00\n', [
      'districts/test.yaml:38:14: posts[2].rotation.until: expected somebody on duty from 2026-09-29T11:00, found nobody; remove until, or add a post of the same role and place that follows',
    ]),
    slip('a rotation that has not begun', DISTRICT, '      start: 2024-01-01T08:00\n', '      start: 2026-09-01T08:00\n', [
      'districts/test.yaml:36:14: posts[2].rotation.start: expected somebody on duty from 2026-07-01T12:00, found a start at 2026-09-01T08:00',
    ]),
    slip('a town without a post', DISTRICT, 'town: south', 'town: north', [
      'districts/test.yaml:7:5: towns[1]: expected a post of this town with role duty-officer, which is called by flood, watch, found nothing',
    ]),
    slip('a role without a post', PLANS, 'role: commander, scope: district', 'role: comander, scope: district', [
      'domains/water/plans.yaml:11:61: plans[0].steps[1].call[1].role: expected a role with a post of scope district (commander), found "comander"; did you mean "commander"?',
    ]),
    slip('a scope without a post', PLANS, 'role: commander, scope: district', 'role: city-liaison, scope: city', [
      'domains/water/plans.yaml:11:61: plans[0].steps[1].call[1].role: expected a role with a post of scope city (there is none), found "city-liaison"',
    ]),
    slip('more answers than posts', PLANS, 'acknowledgements: 1\n        within: 300', 'acknowledgements: 2\n        within: 300', [
      'domains/water/plans.yaml:8:27: plans[0].steps[0].acknowledgements: expected at most the number of people called at once (north, 2026-07-01T12:00: 1, an-yi), found 2',
    ]),
    slip('more answers than different people', DISTRICT, 'members: [cai-san]', 'members: [cai-san, bai-er]', [
      'domains/water/plans.yaml:12:27: plans[0].steps[1].acknowledgements: expected at most the number of people called at once (north, 2026-07-02T20:00: 1, bai-er), found 2',
    ]),
  ];
  test.each(slips)('$name', ({ files, says }) => expect(mistakes(files)).toEqual(says));
});

describe('rosters that are right', () => {
  const ends = change(DISTRICT, '      hours: 24\n', '      hours: 24\n      until: 2026-08-01T08:00\n');
  const follower = (start: string): string =>
    `  - { id: next, name: { zh: 新, en: New }, role: commander, scope: district, rotation: { start: ${start}, hours: 24, members: [cai-san] } }\nidentity:`;

  test('a post that ends with another that follows', () => {
    expect(mistakes(change(DISTRICT, 'identity:', follower('2026-08-01T08:00'), ends))).toEqual([]);
  });

  test('not with one that follows an hour later', () => {
    expect(mistakes(change(DISTRICT, 'identity:', follower('2026-08-01T09:00'), ends))).toEqual([
      'districts/test.yaml:38:14: posts[2].rotation.until: expected somebody on duty from 2026-08-01T08:00, found nobody; ' +
        'remove until, or add a post of the same role and place that follows',
    ]);
  });

  test('a post that ends in more than 90 days', () => {
    expect(mistakes(change(DISTRICT, '      hours: 24\n', '      hours: 24\n      until: 2026-09-29T12:00\n'))).toEqual([]);
  });
});
