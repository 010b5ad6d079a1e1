import { expect, test } from 'vitest';
import { agreed, assessed, FORM, opened, passed, submitted, TIME } from './casework.fixture.ts';
import { toHistory } from './view.ts';

test('an outcome is told in the words of its button, the case’s end in its own; what a service answers has no words', () => {
  const ended = { type: 'ended', outcome: 'granted', now: agreed.now, ...TIME } as const;
  const lapsed = { type: 'ended', outcome: 'lapsed', now: agreed.now, ...TIME } as const;
  const told = toHistory([opened, submitted, assessed, passed, agreed, ended, lapsed], FORM);
  expect(told.map(({ outcome, outcomeName }) => [outcome, outcomeName?.zh])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    ['assessed', undefined],
    ['pass', '中Pass'],
    ['agree', '中Agree'],
    ['granted', '中Granted'],
    ['lapsed', '逾期未补正，自动终止'],
  ]);
});
