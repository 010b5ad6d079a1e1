/** What docs/api/openapi.json says in words. */
import type { Bilingual } from '#runtime/failure.ts';

/** The capabilities as readers of the reference know them. */
export const CAPABILITIES: Readonly<Record<string, Bilingual>> = {
  alerts: { zh: '预警', en: 'Alerts' },
  casework: { zh: '申请与办理', en: 'Requests' },
  'cloud-quota': { zh: '云资源', en: 'Cloud quota' },
  console: { zh: '我与本区', en: 'Me and the district' },
  devices: { zh: '设备', en: 'Devices' },
  emergency: { zh: '应急', en: 'Emergency' },
  identity: { zh: '身份与人员', en: 'Identity and people' },
  'identity/audit': { zh: '审计日志', en: 'Audit log' },
};

/** How the whole API behaves, a paragraph each. */
export const ABOUT: readonly { readonly title: Bilingual; readonly text: Bilingual }[] = [
  {
    title: { zh: '令牌', en: 'Tokens' },
    text: {
      zh: '每个请求带 `Authorization: Bearer <访问令牌>`，由所配置的 OIDC 签发方签发。没有令牌答 401，令牌无效答 403，均由网关答复。',
      en: 'Every request carries `Authorization: Bearer <access token>` of the configured OIDC issuer. Without one the gateway answers 401, to one that is not good 403.',
    },
  },
  {
    title: { zh: '格式', en: 'Formats' },
    text: {
      zh: '时间为 RFC 3339，带时区；编号为带类型前缀的 ULID；请求中的未知字段一律拒绝，应答中的未知字段请忽略。请求体至多 256 KB。',
      en: 'Times are RFC 3339 with offset; ids are ULIDs with a type prefix. Unknown fields of a request are refused; ignore those of an answer. A body may have 256 KB.',
    },
  },
  {
    title: { zh: '错误', en: 'Errors' },
    text: {
      zh: 'RFC 9457 问题文档。`code`（即 `type` 的末段）稳定，程序只看它；`title`、`detail` 按 `Accept-Language`（zh、en）写给人看；`instance` 是请求编号，求助时请报它。',
      en: 'RFC 9457 problem documents. Programs read `code`, the end of `type`, which is stable; people read `title` and `detail`, which follow `Accept-Language` (zh, en); `instance` names the request when asking for help.',
    },
  },
  {
    title: { zh: '版本与并发', en: 'Versions' },
    text: {
      zh: '可修改之物答以 `ETag`；修改时以 `If-Match` 交回。其间已被改动答 412，没有写答 428。',
      en: 'What can be changed is answered with an `ETag`; give it back by `If-Match` when changing it. Changed meanwhile: 412. Not said: 428.',
    },
  },
  {
    title: { zh: '幂等', en: 'Idempotency' },
    text: {
      zh: '新建时以 `Idempotency-Key` 为请求命名（1 至 64 个字母、数字、- 或 _）：同名再发只做一次。',
      en: 'Name what you create by `Idempotency-Key` (1 to 64 letters, digits, - or _): sent again, it is done once.',
    },
  },
  {
    title: { zh: '分页', en: 'Pages' },
    text: {
      zh: '列表答以 `items`，还有更多时附 `next`；把它作为 `cursor` 交回即得下一页。游标不透明，勿自造、勿保存。',
      en: 'Lists answer `items` and, where there are more, `next`: give it back as `cursor` for the next page. A cursor is opaque: neither make nor keep one.',
    },
  },
  {
    title: { zh: '限流', en: 'Limits' },
    text: {
      zh: '每个调用者每分钟的请求数有限，每次应答以 `RateLimit` 与 `RateLimit-Policy` 告知；超出答 429 与 `Retry-After`。',
      en: 'Each caller has so many requests a minute, told by `RateLimit` and `RateLimit-Policy` with every answer; beyond it 429 with `Retry-After`.',
    },
  },
  {
    title: { zh: '兼容', en: 'Compatibility' },
    text: {
      zh: '/v1 之内只增不改：可能出现新的操作、可选参数、应答字段、枚举值与错误代码。不兼容的改动另开 /v2，与 /v1 并行至少 12 个月；将停用的操作以 `Deprecation`（RFC 9745）和 `Sunset`（RFC 8594）预告。',
      en: 'Within /v1 things are only added: operations, optional parameters, fields of answers, values, failure codes. A breaking change is /v2, beside /v1 for at least 12 months; what will go is announced by `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).',
    },
  },
];

export const INFO = ABOUT.map(({ title, text }) => `**${title.zh} ${title.en}**: ${text.zh}${text.en}`).join('\n\n');

/** Where an operation's own schema says nothing. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  limit: '每页至多几项 At most so many items a page',
  cursor: '上一页的 `next` The `next` of the page before',
};

export const IF_MATCH = '所依据的版本：读取时的 ETag，如 `"7"` The version that this is about: the ETag with which it was read';
export const IDEMPOTENCY_KEY =
  '请求的名字，由调用者起；同名再发只做一次 The request’s name, of the caller’s choice: sent again, it is done once';
export const ETAG = '版本 The version, to be given back by `If-Match`';
export const RATE_LIMIT = '本分钟还剩几次（r）、几秒后重新计数（t） What is left of this minute (r), and seconds until the next (t)';
export const RATE_POLICY = '每 w 秒至多 q 次 At most q requests in w seconds';
export const RETRY_AFTER = '几秒后再试 Seconds to wait before the next try';
export const NO_TOKEN = '没有令牌。由网关直接答复，不是问题文档 No token. The gateway answers, not as a problem document';
export const NOT_GOOD =
  '令牌无效或已过期时由网关答复，不是问题文档 A token that is not good, or no longer, is refused by the gateway, not as a problem document';
export const OTHERWISE = '将来可能增加的其他错误 Whatever may be added later';
