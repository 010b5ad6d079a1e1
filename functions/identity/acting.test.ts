/** Delegations over the API: who may give, see and end one, and that a request sent twice is one. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Dynamo } from '#runtime/dynamo.fixture.ts';
import { idFor } from '#runtime/ids.ts';
import { fromOutbox } from '#runtime/outbox.ts';
import { delegateDuty, listDelegations, revokeDelegation } from './acting.ts';
import { as, cause, entry, NOW, newDirectory, TODAY } from './identity.fixture.ts';
import type { Directory } from './store.ts';
import type { Principal } from './terms.ts';

let table: Dynamo;
let directory: Directory;
beforeEach(() => {
  ({ table, directory } = newDirectory());
});

const REQUEST = { department: 'big-data', duty: 'reviewer', deputy: 'yuan-mei', reason: '年休假', until: '2026-07-31' } as const;
const give = (who: Principal = as('peng-tao'), change: object = {}, key = 'k1') =>
  delegateDuty(directory, who, { delegationId: idFor('dlg', 0, who.id, key), ...REQUEST, ...change }, TODAY, cause(who.id));
const end = (who: Principal, id: string) => revokeDelegation(directory, who, id, TODAY, cause(who.id, NOW + 1000));
const seen = async (who: Principal, mine = false) =>
  (await listDelegations(directory, who, mine, TODAY)).items.map(({ deputy, inForce }) => `${deputy.id} ${inForce}`);
const failing = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
const dutiesOf = async (id: string) => (await directory.holder(id, TODAY)).duties.map((duty) => duty.for ?? 'own');

test('a delegation lets its deputy act, until it is revoked', async () => {
  const { delegationId, ...given } = await give();
  expect(given).toEqual({
    department: 'big-data',
    duty: 'reviewer',
    delegator: { id: 'peng-tao', name: { zh: 'peng-tao（中文）', en: 'peng-tao' } },
    deputy: { id: 'yuan-mei', name: { zh: 'yuan-mei（中文）', en: 'yuan-mei' } },
    reason: '年休假',
    until: '2026-07-31',
    createdAt: '2026-07-01T04:00:00.000Z',
    inForce: true,
  });
  expect(await dutiesOf('yuan-mei')).toEqual(['own', 'peng-tao']);
  expect(await dutiesOf('peng-tao')).toEqual(['own']);
  expect(await end(as('peng-tao'), delegationId)).toMatchObject({
    inForce: false,
    revokedBy: 'peng-tao',
    revokedAt: '2026-07-01T04:00:01.000Z',
  });
  expect(await dutiesOf('yuan-mei')).toEqual(['own']);
  // Nobody reads it any more who asks what the deputy may do.
  expect(table.find(delegationId)).not.toHaveProperty('holder');
  expect(fromOutbox(table.find(delegationId).outbox)).toMatchObject([
    { name: 'DelegationRevoked', metadata: { actor: 'person:peng-tao' } },
  ]);
});

describe('the same key', () => {
  test('again is one delegation, as it stands now', async () => {
    const first = await give();
    expect(await give()).toEqual(first);
    await end(as('yuan-mei'), first.delegationId);
    expect(await give()).toMatchObject({ delegationId: first.delegationId, inForce: false });
    expect(table.all).toHaveLength(1);
  });

  test('twice at once is one delegation', async () => {
    const [one, other] = await Promise.all([give(), give()]);
    expect(one).toEqual(other);
    expect(table.all).toHaveLength(1);
  });

  test('with another request is refused, another’s same key is theirs', async () => {
    await give();
    expect(await failing(give(as('peng-tao'), { until: '2026-07-30' }))).toBe('idempotency-key-reused');
    expect(await failing(give(as('peng-tao'), { deputy: 'cao-ning' }))).toBe('idempotency-key-reused');
    await give(as('cao-ning'));
    expect(table.all).toHaveLength(2);
  });
});

describe('given', () => {
  test.each<[string, Principal, object, string]>([
    [
      'by a machine',
      { ...as('education-service'), duties: as('education-service').duties },
      { department: 'education', duty: 'it-officer', deputy: 'qin-yu' },
      'not-permitted',
    ],
    ['in another department', as('peng-tao'), { department: 'education', duty: 'head', deputy: 'qin-yu' }, 'not-permitted'],
    ['of a duty that is not theirs', as('peng-tao'), { duty: 'approver' }, 'not-your-duty'],
    [
      'of a duty held by delegation',
      as('yuan-mei', [{ department: 'big-data', duty: 'reviewer', for: 'peng-tao' }]),
      { deputy: 'cao-ning' },
      'held-by-delegation',
    ],
    ['to themselves', as('peng-tao'), { deputy: 'peng-tao' }, 'deputy-is-yourself'],
    ['to a stranger', as('peng-tao'), { deputy: 'fang-lan' }, 'not-a-colleague'],
    ['to a machine', as('jiang-he'), { department: 'education', duty: 'it-officer', deputy: 'education-service' }, 'deputy-is-a-machine'],
    ['for too long', as('peng-tao'), { until: '2026-12-31' }, 'ends-too-late'],
  ])('%s it is refused, and nothing is written', async (_, who, change, code) => {
    expect(await failing(give(who, change))).toBe(code);
    expect(table.writes).toEqual([]);
  });

  test('more than ten at once it is refused; those revoked don’t count', async () => {
    const ids = [];
    for (let i = 0; i < 10; i++) ids.push((await give(as('peng-tao'), {}, `k${i}`)).delegationId);
    expect(await failing(give(as('peng-tao'), {}, 'k10'))).toBe('too-many-delegations');
    await end(as('peng-tao'), ids[0] as string);
    expect(await give(as('peng-tao'), {}, 'k10')).toMatchObject({ inForce: true });
  });
});

describe('seen', () => {
  test('by both, their colleagues and registrars; by nobody else', async () => {
    await give();
    await give(as('jiang-he'), { department: 'education', duty: 'it-officer', deputy: 'qin-yu' });
    expect(await seen(as('yu-qing'))).toEqual(['qin-yu true', 'yuan-mei true']);
    expect(await seen(as('cao-ning'))).toEqual(['yuan-mei true']);
    expect(await seen(as('cao-ning'), true)).toEqual([]);
    for (const who of ['peng-tao', 'yuan-mei']) expect(await seen(as(who), true)).toEqual(['yuan-mei true']);
    expect(await seen(as('fang-lan'))).toEqual([]);
  });

  test('as over once the duty behind it is gone', async () => {
    await give();
    await directory.putEntry(0, { entry: entry('peng-tao', ['operator of big-data']), occurrences: [] }, cause('yu-qing'));
    expect(await seen(as('yuan-mei'), true)).toEqual(['yuan-mei false']);
  });
});

describe('ended', () => {
  test.each(['peng-tao', 'yuan-mei', 'yu-qing'])('by %s, and again is the same as once', async (who) => {
    const { delegationId } = await give();
    const ended = await end(as(who), delegationId);
    expect(ended).toMatchObject({ revokedBy: who, inForce: false });
    expect(await end(as('peng-tao'), delegationId)).toEqual(ended);
    expect(table.writes).toHaveLength(2);
  });

  test('by a colleague it is refused; to a stranger there is no such thing', async () => {
    const { delegationId } = await give();
    expect(await failing(end(as('cao-ning'), delegationId))).toBe('not-your-delegation');
    expect(await failing(end(as('jiang-he'), delegationId))).toBe('unknown-delegation');
    expect(await failing(end(as('peng-tao'), idFor('dlg', 0, 'nothing')))).toBe('unknown-delegation');
    expect(await dutiesOf('yuan-mei')).toEqual(['own', 'peng-tao']);
  });

  test('by a deputy who has moved to another department meanwhile', async () => {
    const { delegationId } = await give();
    expect(await end(as('yuan-mei', [{ department: 'water', duty: 'head' }]), delegationId)).toMatchObject({ revokedBy: 'yuan-mei' });
  });

  test('by both at once it is ended once', async () => {
    const { delegationId } = await give();
    const [one, other] = await Promise.all([end(as('peng-tao'), delegationId), end(as('yuan-mei'), delegationId)]);
    expect(one).toEqual(other);
  });
});
