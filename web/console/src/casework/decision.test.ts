import { expect, test } from 'vitest';
import { ASK_BACK, changesOf, needsReason, setsFields } from './decision.ts';
import type { CaseView } from './requests.ts';

const view = {
  amends: ['granted'],
  data: { amounts: { vcpu: 8 }, months: 12 },
  options: [
    { id: 'approve', name: { zh: '批准', en: 'Approve' }, needsReason: false },
    { id: 'refuse', name: { zh: '不予批准', en: 'Refuse' }, needsReason: true },
  ],
} as unknown as CaseView;

test('asking back and refusing need a reason, approving does not', () => {
  expect(needsReason(view, 'approve')).toBe(false);
  expect(needsReason(view, 'refuse')).toBe(true);
  expect(needsReason(view, ASK_BACK)).toBe(true);
  expect(needsReason(view, undefined)).toBe(false);
});

test('how much is granted is asked where something is granted', () => {
  expect(setsFields(view, 'approve')).toBe(true);
  expect(setsFields(view, undefined)).toBe(true);
  expect(setsFields(view, 'refuse')).toBe(false);
  expect(setsFields(view, ASK_BACK)).toBe(false);
  expect(setsFields({ ...view, amends: [] }, 'approve')).toBe(false);
  // What is proposed already may be changed by the decision that must be explained: take back all the same, but less.
  const proposed = { ...view, amends: ['amounts'] };
  expect(setsFields(proposed, 'refuse')).toBe(true);
});

test('a decision carries what it sets, and nothing that is so already', () => {
  expect(changesOf(view, { granted: { vcpu: 4 } })).toEqual({ granted: { vcpu: 4 } });
  expect(changesOf(view, { granted: { vcpu: undefined } })).toBeUndefined();
  expect(changesOf(view, { months: 36 })).toBeUndefined();
  expect(changesOf({ ...view, amends: ['amounts'] }, { amounts: { vcpu: 8 } })).toBeUndefined();
});
