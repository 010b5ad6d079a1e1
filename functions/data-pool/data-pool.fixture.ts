/** A dataset of pupils, as the education bureau would hand it over. The people are impossible: region 999999 is nobody's. */
import { creditCode, identityNumber } from './check-digits.ts';
import type { Contract } from './contract.ts';

const text = (zh: string, en: string) => ({ zh, en });

export const CONTRACT: Contract = {
  fields: [
    {
      name: 'id_no',
      title: text('证件号码', 'Identity number'),
      type: 'string',
      semantic: 'identity-number',
      constraints: { required: true },
    },
    { name: 'name', title: text('姓名', 'Name'), type: 'string', constraints: { required: true, maxLength: 8 } },
    { name: 'gender', title: text('性别', 'Gender'), type: 'string', constraints: { enum: ['1', '2'] } },
    { name: 'birth', title: text('出生日期', 'Date of birth'), type: 'date', constraints: { minimum: '1990-01-01' } },
    { name: 'phone', title: text('电话', 'Telephone'), type: 'string', semantic: 'phone' },
    { name: 'grade', title: text('年级', 'Grade'), type: 'integer', constraints: { minimum: 1, maximum: 12 } },
    { name: 'score', title: text('成绩', 'Score'), type: 'number', constraints: { minimum: 0, maximum: 100 } },
    { name: 'enrolled', title: text('入学日期', 'Enrolled'), type: 'date' },
    { name: 'school', title: text('学校', 'School'), type: 'string', semantic: 'credit-code', constraints: { required: true } },
    { name: 'updated', title: text('更新时间', 'Updated'), type: 'datetime' },
    { name: 'class', title: text('班级', 'Class'), type: 'string', constraints: { pattern: '[1-9][0-9]?班' } },
  ],
  primaryKey: ['id_no'],
  rules: [
    {
      id: 'birth-as-in-identity',
      text: text('出生日期与证件号码不符', 'The date of birth is not that of the identity number'),
      left: { field: 'id_no', take: 'birth-date' },
      operator: '=',
      right: { field: 'birth' },
    },
    {
      id: 'gender-as-in-identity',
      text: text('性别与证件号码不符', 'The gender is not that of the identity number'),
      left: { field: 'id_no', take: 'gender' },
      operator: '=',
      right: { field: 'gender' },
    },
    {
      id: 'born-before-enrolled',
      text: text('入学早于出生', 'Enrolled before birth'),
      left: { field: 'birth' },
      operator: '<',
      right: { field: 'enrolled' },
    },
  ],
};

export const SCHOOL = creditCode('11510604MB1234567');

export const pupil = (n: number, change: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  id_no: identityNumber(`99999920150${1 + (n % 9)}15${String(n).padStart(3, '0')}`),
  name: '张三',
  gender: n % 2 === 1 ? '1' : '2',
  birth: `2015-0${1 + (n % 9)}-15`,
  phone: '13900000000',
  grade: '5',
  score: '87.5',
  enrolled: '2021-09-01',
  school: SCHOOL,
  updated: '2026-07-01 08:00:00',
  class: '3班',
  ...change,
});

const quoted = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

export const csv = (rows: readonly Readonly<Record<string, string>>[], end = '\n'): string => {
  const names = CONTRACT.fields.map(({ name }) => name);
  return [names, ...rows.map((row) => names.map((name) => quoted(row[name] ?? '')))].map((line) => line.join(',') + end).join('');
};
