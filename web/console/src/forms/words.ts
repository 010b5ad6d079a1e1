import { both, inLanguages, type Of, plural } from '../shared/dictionary.ts';
import { usePreferences } from '../shared/preferences.ts';

const dictionary = {
  check: {
    required: both('请填写', 'Please fill this in'),
    integer: both('请填整数', 'A whole number, please'),
    number: both('请填数字', 'A number, please'),
    minLength: both(
      (n: number) => `至少 ${n} 个字`,
      (n: number) => `At least ${plural(n, 'character')}`,
    ),
    maxLength: both(
      (n: number) => `不超过 ${n} 个字`,
      (n: number) => `At most ${plural(n, 'character')}`,
    ),
    minimum: both(
      (n: number) => `不小于 ${n}`,
      (n: number) => `Not below ${n}`,
    ),
    maximum: both(
      (n: number) => `不大于 ${n}`,
      (n: number) => `Not above ${n}`,
    ),
    minItems: both(
      (n: number) => `至少选 ${n} 项`,
      (n: number) => `Choose at least ${n}`,
    ),
    maxItems: both(
      (n: number) => `最多选 ${n} 项`,
      (n: number) => `Choose at most ${n}`,
    ),
    uniqueItems: both('有重复的项', 'Something is there twice'),
    minProperties: both(
      (n: number) => `至少填写 ${n} 项`,
      (n: number) => `Fill in at least ${n}`,
    ),
    choice: both('请从选项中选择', 'Please choose one of those offered'),
    phone: both('请填手机号，或带区号的座机号', 'A mobile number, or a landline with its area code'),
    email: both('请填电子邮箱地址', 'An e-mail address, please'),
    date: both('请填日期，如 2027-01-31', 'A date, such as 2027-01-31'),
    wrong: both('填写不符合要求', 'Not as it should be'),
  },
  form: {
    optional: both('选填', 'optional'),
    choose: both('请选择', 'Choose'),
    wrongFields: both(
      (n: number) => `有 ${n} 处需要修改`,
      (n: number) => `${plural(n, 'field')} to mend`,
    ),
    whole: both('整张表', 'The form as a whole'),
    none: both('未填写', 'Not filled in'),
    masked: both('已遮盖', 'masked'),
    add: both('添加', 'Add'),
    remove: both('移除', 'Remove'),
    up: both('上移', 'Move up'),
    down: both('下移', 'Move down'),
    basics: both('其他内容', 'Further details'),
  },
} as const;

export type FormWords = Of<typeof dictionary>;
export const FORM_WORDS = inLanguages(dictionary);
export const useFormWords = (): FormWords => FORM_WORDS[usePreferences().language];
