/** docs/api/problems.md: every failure code that an operation may answer, by status. */
import type { Bilingual, FailureKind } from '#runtime/failure.ts';
import type { Operation } from '#runtime/operation.ts';
import { apis } from './apis.ts';
import { codesOf, GENERAL, problemOf, type Raised, raised } from './failures.ts';

const WHAT_TO_DO: Readonly<Record<FailureKind, Bilingual>> = {
  invalid: { zh: '输入不合要求：改正后再发', en: 'The input breaks a rule: correct it; sending it again will not help' },
  refused: { zh: '输入无误，但此人或此时不可：不要重试', en: 'Right, but not for this caller or not now: don’t retry' },
  notFound: { zh: '没有，或不让此人看见', en: 'There is none, or not for this caller' },
  conflict: { zh: '被人抢先：重新读取再决定', en: 'Somebody was faster: read again and decide anew' },
  stale: { zh: '依据的版本已过时：重新读取，取新的 ETag', en: 'Decided on an old version: read again, take the new ETag' },
  unversioned: { zh: '须带 If-Match', en: 'Send If-Match' },
  tooLarge: { zh: '内容过大：分开发送', en: 'Too much for one request: split it' },
  tooMany: { zh: '太频繁：等 `Retry-After` 秒', en: 'Too often: wait `Retry-After` seconds' },
  temporary: { zh: '会自行恢复：稍后重试，间隔逐次加长', en: 'It passes: retry later, each time after a longer pause' },
};

/** A table's cells hold no line breaks and no bars. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const answeredBy = (code: string, operations: readonly Operation[]): string => {
  const some = operations.filter((operation) => codesOf(operation).includes(code));
  return some.length > 6 && GENERAL[code] ? '—' : some.map(({ id }) => `\`${id}\``).join(' ');
};

const section = (some: readonly Raised[], operations: readonly Operation[]): string => {
  const [{ kind }] = some as [Raised, ...Raised[]];
  const [zh, en] = (['zh', 'en'] as const).map((language) => problemOf(some[0] as Raised, language));
  const rows = some.map(({ code, text }) => `| \`${code}\` | ${cell(text.zh)} | ${cell(text.en)} | ${answeredBy(code, operations)} |`);
  return `## ${zh?.status} ${zh?.title} ${en?.title}

${WHAT_TO_DO[kind].zh}。${WHAT_TO_DO[kind].en}.

| code | 中文 | English | 操作 Operations |
|---|---|---|---|
${rows.join('\n')}
`;
};

export const problems = (): string => {
  const operations = Object.values(apis).flat();
  const used = new Set(operations.flatMap(codesOf));
  const some = [...raised().values()].filter(({ code }) => used.has(code)).sort((a, b) => (a.code < b.code ? -1 : 1));
  const byStatus = [...Map.groupBy(some, (one) => problemOf(one, 'zh').status)].sort(([a], [b]) => a - b);
  return `<!-- 由 \`npm run generate\` 生成，勿手改。Generated: do not edit. -->
# 错误代码 Failure codes

问题文档（RFC 9457）的 \`type\` 是 \`urn:luojiang:problem:<code>\`。代码一经发布不改含义；会有新的，请按状态码对待不认识的。花括号与省略号处在运行时填入。“—”：凡是有此类输入的操作都可能答。
The \`type\` of a problem document is \`urn:luojiang:problem:<code>\`. A code keeps its meaning; new ones may come, so treat an unknown one by its status. Braces and dots are filled
in at run time. “—”: every operation that takes such input.

401，以及令牌无效时的 403，由网关直接答复，没有代码。401, and 403 for a token that is not good, are the gateway’s own and have no code.

${byStatus.map(([, same]) => section(same, operations)).join('\n')}`;
};
