import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure, type FailureKind } from './failure.ts';
import { language, toProblem } from './problem.ts';

const text = { zh: '没有这条预警', en: 'No such alert' };
const problemOf = (kind: FailureKind, acceptLanguage = 'en') => toProblem(new Failure(kind, 'some-code', text), acceptLanguage, 'req-7');

test('a failure becomes a problem document', () => {
  expect(problemOf('notFound')).toEqual({
    type: 'urn:luojiang:problem:some-code',
    title: 'Not found',
    status: 404,
    detail: 'No such alert',
    code: 'some-code',
    instance: 'urn:request:req-7',
  });
});

test.each<[FailureKind, number, string, string]>([
  ['invalid', 400, '请求有误', 'Invalid request'],
  ['refused', 403, '不被允许', 'Refused'],
  ['notFound', 404, '未找到', 'Not found'],
  ['conflict', 409, '冲突', 'Conflict'],
  ['stale', 412, '版本已更新', 'Changed meanwhile'],
  ['tooLarge', 413, '内容过大', 'Too large'],
  ['unversioned', 428, '须注明版本', 'Version required'],
  ['tooMany', 429, '请求过于频繁', 'Too many requests'],
  ['temporary', 503, '暂时不可用', 'Temporarily unavailable'],
])('what is %s is answered with %i', (kind, status, zh, en) => {
  expect(problemOf(kind, 'zh')).toMatchObject({ status, title: zh, detail: text.zh });
  expect(problemOf(kind, 'en')).toMatchObject({ status, title: en, detail: text.en });
});

test('field errors speak the caller’s language too; what else is in both languages stays so', () => {
  const message = { zh: '缺少 name', en: 'is missing' };
  const details = { errors: [{ pointer: '/name', message }, { pointer: '/x', message: 'as it is' }, null], findings: [{ text: message }] };
  const problem = (tongue: string) => toProblem(new Failure('invalid', 'some-code', text, details), tongue, 'req-7');
  expect(problem('zh').errors).toEqual([{ pointer: '/name', message: '缺少 name' }, { pointer: '/x', message: 'as it is' }, null]);
  expect(problem('en').errors).toMatchObject([{ message: 'is missing' }, { message: 'as it is' }, null]);
  expect(problem('zh').findings).toEqual([{ text: message }]);
});

test('particulars go along, and none can pass for what the document itself says', () => {
  const details = { needed: 2, type: 'about:blank', title: '', status: 200, detail: '', code: 'ok', instance: 'elsewhere' };
  expect(toProblem(new Failure('conflict', 'some-code', text, details), 'en', 'req-7')).toEqual({ ...problemOf('conflict'), needed: 2 });
});

test.each([
  ['nothing', undefined, 'zh'],
  ['an empty header', '', 'zh'],
  ['Chinese of a region', 'zh-CN,zh;q=0.9', 'zh'],
  ['English', 'en', 'en'],
  ['English of a region', 'en-GB,en;q=0.8,zh;q=0.5', 'en'],
  ['capitals', 'EN-US', 'en'],
  ['Chinese before English', 'zh-TW, en;q=0.9', 'zh'],
  ['another language before English', 'fr-CH, fr;q=0.9, en;q=0.8', 'en'],
  ['another language before Chinese', 'bo, zh;q=0.9, en;q=0.8', 'zh'],
  ['only other languages', 'fr,de', 'zh'],
  ['any language', '*', 'zh'],
])('who accepts %s is answered in one of the two languages', (_, header, expected) => {
  expect(language(header)).toBe(expected);
});

describe('an unexpected error', () => {
  test('is the platform’s own fault', () => {
    expect(toProblem(new TypeError('x is not a function'), undefined, 'req-7')).toEqual({
      type: 'urn:luojiang:problem:internal-error',
      title: '系统错误',
      status: 500,
      detail: '系统内部错误，已记录，请稍后重试',
      code: 'internal-error',
      instance: 'urn:request:req-7',
    });
  });

  test('leaks nothing, whatever was thrown', () => {
    const secret = 'arn:aws-cn:dynamodb:secret';
    const thrown = fc.oneof(
      fc.constant(secret),
      fc.constant(new Error(secret)),
      fc.constant(Object.assign(new Error('x'), { kind: 'invalid', code: secret, text: { zh: secret, en: secret }, details: { secret } })),
      fc.dictionary(fc.constantFrom('kind', 'status', 'details', 'message'), fc.constant(secret)),
      fc.constantFrom(null, undefined, 7),
    );
    fc.assert(
      fc.property(thrown, (error) => {
        const problem = toProblem(error, 'en', 'req-7');
        expect(problem.status).toBe(500);
        expect(JSON.stringify(problem)).not.toContain('secret');
      }),
    );
  });

  test('leaks nothing as the cause of an expected one either', () => {
    const failure = new Failure('temporary', 'store-busy', text, {}, new Error('secret'));
    expect(JSON.stringify(toProblem(failure, 'en', 'req-7'))).not.toContain('secret');
  });
});
