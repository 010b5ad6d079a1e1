/** One Lambda serves a capability's operations: API Gateway names the operation by its route key, this does the rest alike for all. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Static, TObject, TSchema } from 'typebox';
import { type Action, DISTRICT, may, type Principal, type Resource, refusedBecause } from '#functions/identity/access.ts';
import { principalOf } from '#functions/identity/principal.ts';
import { Failure } from './failure.ts';
import { repeatedField } from './json.ts';
import { logger } from './logger.ts';
import { Bytes, type Operation } from './operation.ts';
import { toProblem } from './problem.ts';

/** A compiled validator as ajv's standalone code exports it: coerces query strings and fills defaults in place. */
export interface Validate {
  (value: unknown): boolean;
  errors?: readonly { instancePath: string; message?: string; params?: Record<string, unknown> }[] | null;
}
export type Validators = Readonly<Record<string, Validate>>;

export interface Call<O> {
  readonly principal: Principal;
  readonly params: O extends { params?: infer P extends TObject } ? Static<P> : never;
  readonly query: O extends { query?: infer Q extends TObject } ? Static<Q> : never;
  readonly body: O extends { body?: infer B extends TObject } ? Static<B> : never;
  /** Of an operation that is `versioned`: the version that the caller decided on. */
  readonly ifMatch: O extends { versioned: true } ? number : never;
  /** Of an operation that is `keyed`. */
  readonly key: O extends { keyed: true } ? string : never;
  /** ms since the epoch */
  readonly now: number;
  readonly requestId: string;
}

export interface Served {
  readonly operation: Operation;
  readonly serve: (call: never) => Promise<unknown>;
}

/** Ties an operation to the function that serves it, with both ends typed by the operation's schemas. */
export const serve = <P extends TObject, Q extends TObject, B extends TObject, R extends TSchema, O extends Operation<P, Q, B, R>>(
  operation: O & Operation<P, Q, B, R>,
  handle: (call: Call<O>) => Promise<Static<R>>,
): Served => ({ operation, serve: handle as Served['serve'] });

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const unknownRoute = new Failure('notFound', 'unknown-route', { zh: '没有这个接口', en: 'No such operation' });
const badJson = new Failure('invalid', 'malformed-json', { zh: '请求体不是合法的 JSON', en: 'The body is not valid JSON' });
const repeated = (where: string, name: string) =>
  new Failure('invalid', 'repeated-field', {
    zh: `${where} 中 “${name}” 出现了两次`,
    en: `“${name}” stands twice in the ${where}`,
  });
const tooLarge = new Failure('tooLarge', 'body-too-large', { zh: '请求体不得超过 256 KB', en: 'A body may have 256 KB' });
const unversioned = new Failure('unversioned', 'if-match-required', {
  zh: '须以 If-Match 注明所依据的版本（即读取时的 ETag）',
  en: 'Say by If-Match which version this is about: the ETag with which you read it',
});
const unkeyed = new Failure('invalid', 'idempotency-key-required', {
  zh: '须以 Idempotency-Key 为请求命名（1 至 64 个字母、数字、- 或 _）',
  en: 'Name the request by Idempotency-Key: 1 to 64 letters, digits, - or _',
});

/** What a policy refuses, with the rule that did or those that would permit. */
export const denied = (principal: Principal, action: Action, resource: Resource = DISTRICT): Failure => {
  const because = refusedBecause(principal, action, resource) ?? { zh: '没有规则允许此操作', en: 'no rule permits it' };
  return new Failure('refused', 'not-permitted', {
    zh: `您没有此项权限。${because.zh}`,
    en: `You are not permitted to do this: ${because.en}`,
  });
};

const PARTS = { params: 'path', query: 'query', body: 'body' } as const;
type Part = keyof typeof PARTS;

const validatorName = ({ id }: Operation, part: Part): string => `${id}${part[0]?.toUpperCase()}${part.slice(1)}`;

/** What an operation names no schema for takes nothing. */
const nothing: Validate = (value) => {
  const [extra] = Object.keys(value ?? {});
  nothing.errors = [{ instancePath: '', message: 'must NOT have additional properties', params: { additionalProperty: extra } }];
  return extra === undefined;
};

/** A schema without its validator (a stale `npm run generate`) must not let everything through. */
const validatorsOf = (operation: Operation, validators: Validators): Record<Part, Validate> => {
  const of = (part: Part): Validate => {
    if (operation[part] === undefined) return nothing;
    const validate = validators[validatorName(operation, part)];
    if (!validate) throw new Error(`No validator ${validatorName(operation, part)}`);
    return validate;
  };
  return { params: of('params'), query: of('query'), body: of('body') };
};

const check = (validate: Validate, part: string, value: unknown): void => {
  if (validate(value)) return;
  const errors = (validate.errors ?? []).map((error) => ({
    pointer: `${part}${error.instancePath}`,
    message: error.message ?? '',
    ...error.params,
  }));
  throw new Failure(
    'invalid',
    'invalid-input',
    { zh: `输入不符合要求：${errors[0]?.pointer} ${errors[0]?.message}`, en: `Invalid input: ${errors[0]?.pointer} ${errors[0]?.message}` },
    { errors },
  );
};

/** Files go to the bucket by presigned upload: what comes here is JSON that a person or a program wrote. */
const BODY_BYTES = 256 * 1024;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw badJson;
  }
};

const bodyOf = (event: APIGatewayProxyEventV2): unknown => {
  const bytes = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64') : Buffer.from(event.body ?? '{}');
  if (bytes.length > BODY_BYTES) throw tooLarge;
  const text = bytes.toString('utf8');
  const value = parse(text);
  const twice = repeatedField(text);
  if (twice !== undefined) throw repeated(PARTS.body, twice);
  return value;
};

/** API Gateway joins what is repeated by commas: one text that nobody sent. */
const queryOf = (event: APIGatewayProxyEventV2): Record<string, string | undefined> => {
  const names = [...new URLSearchParams(event.rawQueryString ?? '').keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw repeated(PARTS.query, twice);
  return { ...event.queryStringParameters };
};

/** Entity tags are versions: `"7"` (RFC 9110 section 8.8.3). */
const etagOf = (value: unknown): Record<string, string> => {
  const version = (value as { version?: unknown } | undefined)?.version;
  return typeof version === 'number' ? { etag: `"${version}"` } : {};
};

const preconditionsOf = ({ versioned, keyed }: Operation, headers: APIGatewayProxyEventV2['headers']) => {
  const ifMatch = /^(?:W\/)?"(\d{1,15})"$/.exec(headers['if-match'] ?? '')?.[1];
  if (versioned && ifMatch === undefined) throw unversioned;
  const key = /^[\w-]{1,64}$/.exec(headers['idempotency-key'] ?? '')?.[0];
  if (keyed && key === undefined) throw unkeyed;
  return { ...(versioned && { ifMatch: Number(ifMatch) }), ...(keyed && { key }) };
};

const answered = (status: number, value: unknown): APIGatewayProxyStructuredResultV2 => {
  if (value instanceof Bytes) {
    const headers = { ...HEADERS, 'cache-control': value.cache, 'content-type': value.type };
    return { statusCode: status, headers, body: Buffer.from(value.content).toString('base64'), isBase64Encoded: true };
  }
  const headers = { ...HEADERS, ...etagOf(value), 'content-type': 'application/json' };
  return { statusCode: status, headers, body: JSON.stringify(value) };
};

interface Route {
  readonly served: Served;
  readonly validate: Record<Part, Validate>;
}

const answer = async (event: APIGatewayProxyEventV2, { served, validate }: Route) => {
  const { operation } = served;
  const principal = principalOf(event);
  if (!may(principal, operation.action)) throw denied(principal, operation.action);
  const params = { ...event.pathParameters };
  const query = queryOf(event);
  const body = operation.body ? bodyOf(event) : undefined;
  check(validate.params, PARTS.params, params);
  check(validate.query, PARTS.query, query);
  check(validate.body, PARTS.body, body);
  const conditions = preconditionsOf(operation, event.headers);
  const call = { principal, params, query, body, ...conditions, now: Date.now(), requestId: event.requestContext.requestId };
  return served.serve(call as never);
};

export const httpApi = (operations: readonly Served[], validators: Validators) => {
  const byRoute = new Map(
    operations.map((served) => [
      `${served.operation.method} ${served.operation.path}`,
      { served, validate: validatorsOf(served.operation, validators) },
    ]),
  );
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      const route = byRoute.get(event.routeKey);
      if (!route) throw unknownRoute;
      return answered(route.served.operation.status ?? 200, await answer(event, route));
    } catch (error) {
      const requestId = event.requestContext.requestId;
      const problem = toProblem(error, event.headers['accept-language'], requestId);
      if (problem.status >= 500) logger.error('request failed', { route: event.routeKey, requestId, error: error as Error });
      const headers = { ...HEADERS, 'content-type': 'application/problem+json' };
      return { statusCode: problem.status, headers, body: JSON.stringify(problem) };
    }
  };
};
