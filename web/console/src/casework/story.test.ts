import { expect, test } from 'vitest';
import type { HistoryEntry } from './requests.ts';
import { eventName, latestBy, namesIn, told } from './story.ts';

let seq = 0;
const entry = (type: string, by: string, rest: Partial<HistoryEntry> = {}): HistoryEntry => ({
  seq: ++seq,
  at: '2026-09-28T02:00:00.000Z',
  type,
  by,
  ...rest,
});
const lines = (entries: readonly HistoryEntry[], all: boolean) =>
  told(entries, all).map(({ entry: { type, by }, times }) => [type, by, times]);

const history = [
  entry('opened', 'person:jiang-he', { name: '蒋河' }),
  entry('saved', 'person:jiang-he', { name: '蒋河' }),
  entry('saved', 'person:jiang-he', { name: '蒋河' }),
  entry('saved', 'person:fang-lan', { name: '方兰' }),
  entry('submitted', 'person:jiang-he', { name: '蒋河' }),
  entry('stepStarted', 'system:rules'),
  entry('decided', 'service:cloud-quota'),
];

test('the newest comes first, and savings in a row are one line', () => {
  expect(lines(history, true)).toEqual([
    ['decided', 'service:cloud-quota', 1],
    ['stepStarted', 'system:rules', 1],
    ['submitted', 'person:jiang-he', 1],
    ['saved', 'person:fang-lan', 1],
    ['saved', 'person:jiang-he', 2],
    ['opened', 'person:jiang-he', 1],
  ]);
});

test('at a glance one sees what matters', () => {
  expect(lines(history, false).map(([type]) => type)).toEqual(['decided', 'submitted', 'opened']);
});

test('to claim, to hand over and to give back are told apart', () => {
  expect(eventName(entry('assigned', 'person:peng-tao', { to: 'peng-tao' }))).toBe('claimed');
  expect(eventName(entry('assigned', 'person:yuan-mei', { to: 'peng-tao' }))).toBe('handedOver');
  expect(eventName(entry('assigned', 'person:peng-tao'))).toBe('released');
  expect(eventName(entry('decided', 'person:peng-tao'))).toBe('decided');
});

test('people are called by the names under which they acted', () => {
  expect(namesIn(history)).toEqual(
    new Map([
      ['jiang-he', '蒋河'],
      ['fang-lan', '方兰'],
    ]),
  );
  expect(latestBy(history, 'jiang-he')?.type).toBe('decided');
  expect(latestBy(history.slice(0, 3), 'jiang-he')).toBeUndefined();
});
