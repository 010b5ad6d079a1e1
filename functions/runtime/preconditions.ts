/** What a caller says by headers about the version it decided on, and under which name its request is done once. */
import { Failure } from './failure.ts';
import type { Operation } from './operation.ts';

/** HTTP APIs (payload 2.0) hand over the names of headers in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

const unversioned = new Failure('unversioned', 'if-match-required', {
  zh: '须以 If-Match 注明所依据的版本（即读取时的 ETag）',
  en: 'Say by If-Match which version this is about: the ETag with which you read it',
});
const malformed = new Failure('invalid', 'malformed-if-match', {
  zh: 'If-Match 须为一个版本，形如 "7"（含引号）',
  en: 'If-Match takes one version, such as "7" with its quotes',
});
const unkeyed = new Failure('invalid', 'idempotency-key-required', {
  zh: '须以 Idempotency-Key 为请求命名（1 至 64 个字母、数字、- 或 _）',
  en: 'Name the request by Idempotency-Key: 1 to 64 letters, digits, - or _',
});

/** Entity tags are versions: `"7"` (RFC 9110 section 8.8.3), or `W/"7"` once a proxy on the way has compressed the answer. */
const versionOf = (ifMatch: string | undefined): number => {
  if (ifMatch === undefined) throw unversioned;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw malformed;
  return Number(version);
};

/** A structured string with its quotes (draft-ietf-httpapi-idempotency-key-header), or bare, as most clients send it. */
const keyOf = (header: string | undefined): string => {
  const [, quoted, bare] = /^(?:"([\w-]{1,64})"|([\w-]{1,64}))$/.exec(header?.trim() ?? '') ?? [];
  const key = quoted ?? bare;
  if (key === undefined) throw unkeyed;
  return key;
};

export const preconditionsOf = (
  { versioned, keyed }: Pick<Operation, 'versioned' | 'keyed'>,
  headers: Headers,
): { readonly ifMatch?: number; readonly key?: string } => ({
  ...(versioned && { ifMatch: versionOf(headers['if-match']) }),
  ...(keyed && { key: keyOf(headers['idempotency-key']) }),
});

/** The caller decided on what is no longer so (RFC 9110 section 13.1.1). */
export const requireVersion = (current: number, ifMatch: number): void => {
  if (current === ifMatch) return;
  throw new Failure(
    'stale',
    'stale-version',
    { zh: '内容已被他人修改，请重新读取后再决定', en: 'It was changed meanwhile: read it again and decide anew' },
    { version: current },
  );
};

/** A key names one request: under the same key came another. */
export const keyReused = (): Failure =>
  new Failure('invalid', 'idempotency-key-reused', {
    zh: '这个 Idempotency-Key 已用于另一个请求',
    en: 'This Idempotency-Key was used for another request',
  });
