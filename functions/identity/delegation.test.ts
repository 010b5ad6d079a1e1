import { describe, expect, test } from 'vitest';
import { type Asked, type DelegationDecision, delegate, isAgain, LONGEST_DAYS, MOST_AT_ONCE, type Parties, revoke } from './delegation.ts';
import { as, entry, TODAY } from './identity.fixture.ts';

const AT = '2026-07-01T04:00:00.000Z';
const asked: Asked = {
  delegationId: 'dlg_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  department: 'big-data',
  duty: 'reviewer',
  reason: '年休假',
  until: '2026-07-31',
};
const parties: Parties = {
  caller: as('peng-tao'),
  delegator: entry('peng-tao', ['reviewer of big-data', 'head of education']),
  deputyId: 'cao-ning',
  deputy: entry('cao-ning', ['operator of big-data']),
  inForce: 0,
};

const given = delegate(asked, parties, TODAY, AT) as DelegationDecision;

describe('a person lets a colleague act for them', () => {
  test('in one of their own duties: both are named, and it is told without names and reason', () => {
    expect(given.delegation).toEqual({
      ...asked,
      delegator: { id: 'peng-tao', name: parties.delegator?.name },
      deputy: { id: 'cao-ning', name: parties.deputy?.name },
      createdAt: AT,
    });
    expect(given.occurrences).toMatchObject([
      {
        definition: { name: 'DutyDelegated' },
        key: [asked.delegationId],
        data: {
          delegationId: asked.delegationId,
          department: 'big-data',
          duty: 'reviewer',
          delegator: 'peng-tao',
          deputy: 'cao-ning',
          until: '2026-07-31',
        },
      },
    ]);
    expect(JSON.stringify(given.occurrences.map(({ data }) => data))).not.toMatch(/年休假|中文/);
  });

  test.each<[string, string, Partial<Asked>, Partial<Parties>]>([
    ['a duty that is not theirs', 'not-your-duty', { duty: 'approver' }, {}],
    ['their duty of another department', 'not-your-duty', { department: 'education' }, {}],
    [
      'a duty of days to come',
      'not-your-duty',
      {},
      { delegator: entry('peng-tao', [{ department: 'big-data', duty: 'reviewer', from: '2026-07-02' }]) },
    ],
    ['a duty of one who has left', 'not-your-duty', {}, { delegator: entry('peng-tao', ['reviewer of big-data'], { leftOn: TODAY }) }],
    ['without being in the directory', 'not-your-duty', {}, { caller: as('peng-tao', []), delegator: undefined }],
    [
      'a duty that they have by delegation themselves',
      'held-by-delegation',
      { duty: 'approver' },
      { caller: as('peng-tao', [{ department: 'big-data', duty: 'approver', for: 'yuan-mei' }]) },
    ],
    ['to themselves', 'deputy-is-yourself', {}, { deputyId: 'peng-tao', deputy: parties.delegator }],
    ['to a machine', 'deputy-is-a-machine', {}, { deputy: entry('big-data-service', ['operator of big-data'], { kind: 'service' }) }],
    ['to somebody of another department', 'not-a-colleague', {}, { deputy: entry('fang-lan', ['it-officer of health']) }],
    ['to a machine of another department', 'not-a-colleague', {}, { deputy: entry('x', ['it-officer of health'], { kind: 'service' }) }],
    ['to somebody who has left', 'not-a-colleague', {}, { deputy: entry('cao-ning', ['operator of big-data'], { leftOn: TODAY }) }],
    ['to nobody', 'not-a-colleague', {}, { deputy: undefined }],
    ['until a day that no calendar has', 'no-such-day', { until: '2026-09-31' }, {}],
    ['until yesterday', 'ends-in-the-past', { until: '2026-06-30' }, {}],
    ['for 91 days', 'ends-too-late', { until: '2026-09-30' }, {}],
    ['for ever', 'ends-too-late', { until: '9999-12-31' }, {}],
    ['once too often', 'too-many-delegations', {}, { inForce: MOST_AT_ONCE }],
  ])('but not %s', (_, refused, change, others) => {
    expect(delegate({ ...asked, ...change }, { ...parties, ...others }, TODAY, AT)).toEqual({ refused });
  });

  test('for today only, for 90 days, as the last of ten', () => {
    expect(LONGEST_DAYS).toBe(90);
    for (const until of [TODAY, '2026-09-29']) expect(delegate({ ...asked, until }, parties, TODAY, AT)).toHaveProperty('delegation');
    expect(delegate(asked, { ...parties, inForce: MOST_AT_ONCE - 1 }, TODAY, AT)).toHaveProperty('delegation');
  });
});

test('a request is the same again when all that was said is the same', () => {
  expect(isAgain(given.delegation, asked, 'cao-ning')).toBe(true);
  expect(isAgain(given.delegation, asked, 'li-na')).toBe(false);
  for (const change of [{ department: 'education' }, { duty: 'head' as const }, { reason: '出差' }, { until: '2026-07-30' }])
    expect(isAgain(given.delegation, { ...asked, ...change }, 'cao-ning')).toBe(false);
});

test('revoked it says by whom and when, once', () => {
  const revoked = revoke(given.delegation, 'yu-qing', '2026-07-10T01:30:00.000Z');
  expect(revoked.delegation).toEqual({ ...given.delegation, revokedAt: '2026-07-10T01:30:00.000Z', revokedBy: 'yu-qing' });
  expect(revoked.occurrences).toMatchObject([
    {
      definition: { name: 'DelegationRevoked' },
      data: { delegator: 'peng-tao', revokedBy: 'yu-qing', revokedAt: '2026-07-10T01:30:00.000Z' },
    },
  ]);
  expect(revoke(revoked.delegation, 'peng-tao', '2026-07-11T00:00:00.000Z')).toEqual({ delegation: revoked.delegation, occurrences: [] });
});
