/** Why a command on a case is refused, for people and programs. */
import { DUTY_NAMES, type Duty } from '#functions/identity/terms.ts';
import { type Bilingual, Failure, type FailureKind } from '#runtime/failure.ts';
import type { Refusal, RefusalCode } from './decide.ts';
import { MAXIMUM_BYTES, MAXIMUM_DEPTH } from './limits.ts';

const REFUSALS: Readonly<Record<Exclude<RefusalCode, 'separation-of-duties'>, readonly [FailureKind, Bilingual]>> = {
  'case-ended': ['refused', { zh: '申请已办结', en: 'The request has ended' }],
  'case-not-draft': ['refused', { zh: '申请已提交，退回补正前不能修改', en: 'It was sent: it can be changed only when it is returned' }],
  'case-not-at-step': ['refused', { zh: '申请已不在该环节', en: 'The request is no longer at that step' }],
  'step-is-not-decided-by-people': ['refused', { zh: '该环节由系统办理', en: 'The platform itself does that step' }],
  'unknown-outcome': ['invalid', { zh: '该环节没有这个选项', en: 'The step has no such outcome' }],
  'not-the-service-asked': ['refused', { zh: '该环节由另一项能力答复', en: 'Another capability answers that step' }],
  'reason-required': ['invalid', { zh: '请说明理由', en: 'Give a reason' }],
  'field-not-amendable': ['refused', { zh: '该环节不能改动这些字段', en: 'The step may not set these fields' }],
  'no-asking-back': ['refused', { zh: '该环节不能退回补正', en: 'The step cannot ask for amendments' }],
  'asked-back-too-often': ['refused', { zh: '退回补正的次数已满，请作出决定', en: 'It was returned as often as may be: decide' }],
  'not-withdrawable': [
    'refused',
    { zh: '已开始分配，不能撤回；可申请终止', en: 'It is being carried out: ask for its termination instead' },
  ],
  'nothing-to-withdraw': ['refused', { zh: '由系统发起的事项不能撤回', en: 'The platform opened it: it cannot be taken back' }],
  'form-incomplete': ['invalid', { zh: '表单填写不完整或不符合要求', en: 'The form is incomplete or not as it should be' }],
  'check-blocks': ['invalid', { zh: '有未通过的检查', en: 'A check does not let it pass' }],
  'file-not-ready': ['refused', { zh: '有附件尚未通过检查，请稍候或移除', en: 'A file has not passed its checks: wait, or take it away' }],
  'too-many-files': ['refused', { zh: '附件数量已满', en: 'It has as many files as it may' }],
  'unknown-file': ['notFound', { zh: '没有这个附件', en: 'No such file' }],
};

const separation = (name: Bilingual, details: Record<string, unknown>): Failure =>
  new Failure(
    'refused',
    'separation-of-duties',
    {
      zh: `办理过“${name.zh}”的人不能再办理本环节（不相容岗位分离）`,
      en: `Whoever decided “${name.en}” does not decide this step as well (separation of duties)`,
    },
    details,
  );

export const toFailure = ({ refused, details }: Refusal): Failure => {
  if (refused === 'separation-of-duties') return separation(details?.name as Bilingual, { ...details });
  const [kind, text] = REFUSALS[refused];
  return new Failure(kind, refused, text, { ...details });
};

/** `because`: which policy keeps them from it. */
export const assigneeMayNotDecide = (because: Bilingual): Failure =>
  new Failure('refused', 'assignee-may-not-decide', {
    zh: `此人不能办理这件申请：${because.zh}`,
    en: `This person may not decide on the request: ${because.en}`,
  });
export const assigneeWithoutDuty = (waitsFor: Duty): Failure => {
  const duty = DUTY_NAMES[waitsFor.duty];
  return new Failure(
    'refused',
    'assignee-without-duty',
    {
      zh: `只能交给在职并承担当前环节职责（${duty.zh}，含受委托代理）的人`,
      en: `Only who is in office and holds the duty of the present step (${duty.en}, also by delegation) can take it on`,
    },
    { waitsFor },
  );
};

/** A case that the caller may not see is as unknown as one that does not exist. */
export const unknownCase = (): Failure => new Failure('notFound', 'unknown-case', { zh: '没有这件申请', en: 'No such request' });
export const unknownForm = (): Failure => new Failure('notFound', 'unknown-form', { zh: '没有这种申请', en: 'No such form' });
export const unknownFormVersion = (): Failure =>
  new Failure('notFound', 'unknown-form-version', { zh: '这种申请没有这一版本', en: 'The form has no such version' });
export const unknownField = (fields: readonly string[]): Failure =>
  new Failure(
    'invalid',
    'unknown-field',
    { zh: `表单没有这些字段，或不由申请人填写：${fields.join('、')}`, en: `Not fields that the applicant fills in: ${fields.join(', ')}` },
    { fields },
  );
/** Written back, what a reader saw masked would take the place of what it stands for. */
export const maskedValue = (fields: readonly string[]): Failure =>
  new Failure(
    'invalid',
    'masked-value',
    {
      zh: `这些字段是隐去后的内容，请先查看完整信息再保存：${fields.join('、')}`,
      en: `These fields hold what was masked; read them in full before saving: ${fields.join(', ')}`,
    },
    { fields },
  );
export const formTooLarge = (): Failure =>
  new Failure(
    'invalid',
    'form-too-large',
    {
      zh: `表单内容过大：至多 ${MAXIMUM_BYTES / 1024} KB、嵌套 ${MAXIMUM_DEPTH} 层，数值不超过 2⁵³`,
      en: `The form holds too much: it may have ${MAXIMUM_BYTES / 1024} KB, ${MAXIMUM_DEPTH} levels and numbers up to 2⁵³`,
    },
    { maximumBytes: MAXIMUM_BYTES, maximumDepth: MAXIMUM_DEPTH },
  );
