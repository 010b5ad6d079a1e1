import { expect, test } from 'vitest';
import { accepted, objectionTo, refusalOf, typeNames, typeOf } from './file-rules.ts';
import { FORM_PAGE_WORDS } from './form-words.ts';

const rules = { types: ['application/pdf', 'image/jpeg'], maximumBytes: 1000, maximum: 2 };

test('a file is refused before it is sent where it cannot be taken', () => {
  expect(objectionTo({ name: '批文.pdf', type: 'application/pdf', size: 1000 }, rules)).toBeUndefined();
  expect(objectionTo({ name: '批文.pdf', type: 'application/pdf', size: 1001 }, rules)).toBe('tooLarge');
  expect(objectionTo({ name: '批文.pdf', type: 'application/pdf', size: 0 }, rules)).toBe('empty');
  expect(objectionTo({ name: '照片.png', type: 'image/png', size: 10 }, rules)).toBe('wrongType');
});

test('where the system does not tell a type, the name does', () => {
  expect(typeOf({ name: '现场.JPEG', type: '' })).toBe('image/jpeg');
  expect(typeOf({ name: '无扩展名', type: '' })).toBe('');
});

test('people are told types as they know them', () => {
  expect(typeNames(rules.types)).toBe('PDF、JPG');
  expect(accepted(rules.types)).toBe('application/pdf,image/jpeg,.pdf,.jpg,.jpeg');
});

test('why a file was refused is told in words', () => {
  const words = FORM_PAGE_WORDS.zh.files;
  expect(refusalOf('has 12 bytes, not 14', words)).toBe('未通过检查：大小与申报不符');
  expect(refusalOf('is image/png, not application/pdf', words)).toBe('未通过检查：内容与文件类型不符');
  expect(refusalOf('not-text', words)).toBe('未通过检查：内容与文件类型不符');
  expect(refusalOf('EICAR-Test-File', words)).toBe('未通过检查：含有恶意内容（EICAR-Test-File）');
  expect(refusalOf(undefined, words)).toBe('未通过检查，请移除');
});
