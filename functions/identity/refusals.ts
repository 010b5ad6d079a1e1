/** Why the directory does not take something, in words for the person who asked. */
import { type Bilingual, Failure, type FailureKind } from '#runtime/failure.ts';
import { type DelegationRefusal, LONGEST_DAYS, MOST_AT_ONCE } from './delegation.ts';
import type { EntryRefusal } from './directory.ts';

const WORDS: Readonly<Record<EntryRefusal | DelegationRefusal, readonly [FailureKind, Bilingual]>> = {
  'unknown-department': ['invalid', { zh: '没有这个部门', en: 'There is no such department' }],
  'duty-of-the-bureau': [
    'invalid',
    {
      zh: '审核、审批、运维、登记、审计岗只设在大数据主管部门',
      en: 'Only the bureau has reviewers, approvers, operators, registrars and auditors',
    },
  ],
  'no-such-day': ['invalid', { zh: '日期不存在，或起止颠倒', en: 'There is no such day, or the end is before the beginning' }],
  'duty-twice': ['invalid', { zh: '同一职责写了两次', en: 'The same duty stands there twice' }],
  'kind-is-fixed': ['refused', { zh: '人员与机器账号不能互换', en: 'A person does not become a machine, nor the other way round' }],
  'not-your-duty': ['refused', { zh: '您在该部门没有这项职责', en: 'You do not hold this duty in that department' }],
  'held-by-delegation': ['refused', { zh: '代理得来的职责不得再委托他人', en: 'A duty held by delegation cannot be handed on' }],
  'deputy-is-yourself': ['refused', { zh: '不能委托给自己', en: 'You cannot be your own deputy' }],
  'deputy-is-a-machine': ['refused', { zh: '不能委托给机器账号', en: 'A machine client cannot act for a person' }],
  'not-a-colleague': ['refused', { zh: '代理人须是该部门的在职人员', en: 'The deputy must be an officer of that department' }],
  'ends-in-the-past': ['invalid', { zh: '末日已过', en: 'The last day has passed' }],
  'ends-too-late': [
    'invalid',
    {
      zh: `代理至多 ${LONGEST_DAYS} 天；更久请由登记岗变更职责`,
      en: `A delegation lasts ${LONGEST_DAYS} days at most; beyond that a registrar changes the duties`,
    },
  ],
  'too-many-delegations': [
    'refused',
    { zh: `同时有效的委托至多 ${MOST_AT_ONCE} 项`, en: `You may have ${MOST_AT_ONCE} delegations in force at once` },
  ],
};

export const refusal = (code: EntryRefusal | DelegationRefusal): Failure => {
  const [kind, text] = WORDS[code];
  return new Failure(kind, code, text);
};

/** Of another department or not there at all: never tell which. */
export const unknownOfficer = (): Failure =>
  new Failure('notFound', 'unknown-officer', { zh: '目录中没有此人', en: 'The directory has nobody of this id' });

export const unknownDelegation = (): Failure =>
  new Failure('notFound', 'unknown-delegation', { zh: '没有这项代理', en: 'There is no such delegation' });

export const notYourDelegation = (): Failure =>
  new Failure('refused', 'not-your-delegation', {
    zh: '只有委托人、代理人或登记岗可以撤销',
    en: 'Only who gave it, who received it, or a registrar may revoke it',
  });
