/** RFC 9457 problem documents: the one table that turns a failure into an HTTP answer. */
import { type Bilingual, Failure, type FailureKind } from './failure.ts';

/** RFC 9110 and RFC 6585 (428, 429). */
const STATUS: Readonly<Record<FailureKind, number>> = {
  invalid: 400,
  refused: 403,
  notFound: 404,
  conflict: 409,
  stale: 412,
  tooLarge: 413,
  unversioned: 428,
  tooMany: 429,
  temporary: 503,
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable code, the end of `type`. */
  readonly code: string;
  /** The request's id, to be named when asking for help. */
  readonly instance: string;
  readonly [particular: string]: unknown;
}

const TITLES: Readonly<Record<number, Bilingual>> = {
  400: { zh: '请求有误', en: 'Invalid request' },
  401: { zh: '未登录', en: 'Not logged in' },
  403: { zh: '不被允许', en: 'Refused' },
  404: { zh: '未找到', en: 'Not found' },
  409: { zh: '冲突', en: 'Conflict' },
  412: { zh: '版本已更新', en: 'Changed meanwhile' },
  413: { zh: '内容过大', en: 'Too large' },
  428: { zh: '须注明版本', en: 'Version required' },
  429: { zh: '请求过于频繁', en: 'Too many requests' },
  500: { zh: '系统错误', en: 'Internal error' },
  503: { zh: '暂时不可用', en: 'Temporarily unavailable' },
};

/** Chinese unless the caller names English first (RFC 9110 section 12.5.4; weights are not weighed). */
export const language = (acceptLanguage: string | undefined): keyof Bilingual => {
  const named = (acceptLanguage ?? '').split(',').map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return named.find((tag) => tag === 'zh' || tag === 'en') === 'en' ? 'en' : 'zh';
};

const unexpected = new Failure('temporary', 'internal-error', {
  zh: '系统内部错误，已记录，请稍后重试',
  en: 'An internal error; it has been recorded. Try again later',
});

type Details = Failure['details'];

const isBilingual = (value: unknown): value is Bilingual => typeof value === 'object' && value !== null && 'zh' in value && 'en' in value;

/** Field errors (flaws.ts) carry their message in both languages until it is known which one is read. */
const inLanguage = (details: Details, tongue: keyof Bilingual): Details => {
  if (!Array.isArray(details.errors)) return details;
  const errors = details.errors.map((error) => (isBilingual(error?.message) ? { ...error, message: error.message[tongue] } : error));
  return { ...details, errors };
};

/** Nothing of an unexpected error leaks: the log has it, under the request's id. */
export const toProblem = (error: unknown, acceptLanguage: string | undefined, requestId: string): Problem => {
  const failure = error instanceof Failure ? error : unexpected;
  const status = failure === unexpected ? 500 : STATUS[failure.kind];
  const tongue = language(acceptLanguage);
  return {
    ...inLanguage(failure.details, tongue),
    type: `urn:luojiang:problem:${failure.code}`,
    title: (TITLES[status] ?? TITLES[500])?.[tongue] ?? '',
    status,
    detail: failure.text[tongue],
    code: failure.code,
    instance: `urn:request:${requestId}`,
  };
};
