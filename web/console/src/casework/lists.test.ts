import { expect, test } from 'vitest';
import { formsOf, isFilter, queueGroups, requestGroups } from './lists.ts';
import type { CaseSummary } from './requests.ts';

const calendar = { offsetMinutes: 480, closing: '18:00', holidays: [], workdays: [] };
const NOW = Date.parse('2026-09-28T10:00:00+08:00'); // a Monday

const request = (caseId: string, rest: Partial<CaseSummary>): CaseSummary => ({
  caseId,
  form: { id: 'cloud-quota', version: 1, name: { zh: '云资源申请', en: 'Cloud quota request' } },
  department: 'education',
  applicant: 'person:jiang-he',
  phase: 'step',
  openedAt: '2026-09-25T09:00:00.000Z',
  version: 3,
  ...rest,
});
const ids = (groups: readonly { name: string; items: readonly CaseSummary[] }[]) =>
  groups.map(({ name, items }) => [name, ...items.map(({ caseId }) => caseId)]);

test('what waits for the department comes first, what was returned before drafts', () => {
  const items = [
    request('ended', { phase: 'ended' }),
    request('draft', { phase: 'draft' }),
    request('running', { phase: 'step' }),
    request('returned', { phase: 'returned' }),
  ];
  expect(ids(requestGroups(items, 'all'))).toEqual([
    ['mine', 'returned', 'draft'],
    ['running', 'running'],
    ['ended', 'ended'],
  ]);
  expect(ids(requestGroups(items, 'running'))).toEqual([['running', 'running']]);
  expect(requestGroups([], 'all')).toEqual([]);
});

test('the queue stands by how soon it is due', () => {
  const due = (caseId: string, local: string, overdue = false) =>
    request(caseId, { dueAt: new Date(`${local}+08:00`).toISOString(), overdue });
  const items = [
    due('late', '2026-09-25T18:00'),
    due('today', '2026-09-28T18:00'),
    due('tomorrow', '2026-09-29T18:00'),
    due('climbed', '2026-09-30T18:00', true),
    due('later', '2026-10-15T18:00'),
    request('undated', {}),
  ];
  expect(ids(queueGroups(items, NOW, calendar))).toEqual([
    ['overdue', 'late', 'climbed'],
    ['today', 'today'],
    ['soon', 'tomorrow'],
    ['later', 'later', 'undated'],
  ]);
});

test('each form is offered once', () => {
  const other = { id: 'cloud-recall', version: 2, name: { zh: '资源收回', en: 'Recall' } };
  expect(formsOf([request('a', {}), request('b', { form: other }), request('c', {})]).map(({ id }) => id)).toEqual([
    'cloud-quota',
    'cloud-recall',
  ]);
});

test('an address may say anything', () => {
  expect(isFilter('running')).toBe(true);
  expect(isFilter('nonsense')).toBe(false);
  expect(isFilter(null)).toBe(false);
});
