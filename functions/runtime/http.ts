/** One Lambda serves a capability's operations: API Gateway names the operation by its route key, this does the rest alike for all. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Static, TObject } from 'typebox';
import { type Action, DISTRICT, may, type Principal, type Resource, refusedBecause, warmUp } from '#functions/identity/access.ts';
import { principalOf } from '#functions/identity/principal.ts';
import { Failure } from './failure.ts';
import { type Found, messageOf } from './flaws.ts';
import { DEPTH, flawOf, TOO_DEEP } from './json.ts';
import { logger } from './logger.ts';
import { Bytes, type Operation, type ResponseOf } from './operation.ts';
import { preconditionsOf } from './preconditions.ts';
import { toProblem } from './problem.ts';
import { type RateLimits, rateHeaders, rateLimits, type Standing, tooMany } from './rate.ts';

/** A compiled validator as ajv's standalone code exports it: coerces query strings and fills defaults in place. */
export interface Validate {
  (value: unknown): boolean;
  errors?: readonly Found[] | null;
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
export const serve = <O extends Operation>(operation: O, handle: (call: Call<O>) => Promise<ResponseOf<O>>): Served => ({
  operation,
  serve: handle as Served['serve'],
});

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const unknownRoute = new Failure('notFound', 'unknown-route', { zh: '没有这个接口', en: 'No such operation' });
const badJson = new Failure('invalid', 'malformed-json', { zh: '请求体不是合法的 JSON', en: 'The body is not valid JSON' });
const repeated = (where: string, name: string) =>
  new Failure('invalid', 'repeated-field', {
    zh: `${where} 中 “${name}” 出现了两次`,
    en: `“${name}” stands twice in the ${where}`,
  });
const tooDeep = new Failure('invalid', 'nested-too-deeply', {
  zh: `请求体的嵌套不得超过 ${DEPTH} 层`,
  en: `A body may be nested ${DEPTH} levels deep`,
});
const tooLarge = new Failure('tooLarge', 'body-too-large', { zh: '请求体不得超过 256 KB', en: 'A body may have 256 KB' });
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
  const message = 'must NOT have additional properties';
  nothing.errors = [{ keyword: 'additionalProperties', instancePath: '', message, params: { additionalProperty: extra } }];
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

/** A body of a hundred thousand mistakes is not answered by as many lines. */
const MOST_ERRORS = 50;

const check = (validate: Validate, part: string, value: unknown): void => {
  if (validate(value)) return;
  const errors = (validate.errors ?? []).slice(0, MOST_ERRORS).map((error) => ({
    ...error.params,
    pointer: `${part}${error.instancePath}`,
    message: messageOf(error),
  }));
  const [first] = errors;
  throw new Failure(
    'invalid',
    'invalid-input',
    {
      zh: `输入不符合要求：${first?.pointer} ${first?.message.zh}`,
      en: `Invalid input: ${first?.pointer} ${first?.message.en}`,
    },
    { errors },
  );
};

/** Files go to the bucket by presigned upload: what comes here is JSON that a person or a program wrote. */
const BODY_BYTES = 256 * 1024;

/** Bytes that are no UTF-8 are no JSON; replaced by question marks they would be stored as such. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const parse = (bytes: Uint8Array): { readonly text: string; readonly value: unknown } => {
  try {
    const text = utf8.decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    throw badJson;
  }
};

const bodyOf = ({ body = '{}', isBase64Encoded }: APIGatewayProxyEventV2): unknown => {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > BODY_BYTES) throw tooLarge;
  const { text, value } = parse(bytes);
  const flaw = flawOf(text);
  if (flaw === TOO_DEEP) throw tooDeep;
  if (flaw !== undefined) throw repeated(PARTS.body, flaw.repeated);
  return value;
};

/** API Gateway joins what is repeated by commas: one text that nobody sent. */
const queryOf = (event: APIGatewayProxyEventV2): Record<string, string | undefined> => {
  const seen = new Set<string>();
  for (const name of new URLSearchParams(event.rawQueryString ?? '').keys()) {
    if (seen.has(name)) throw repeated(PARTS.query, name);
    seen.add(name);
  }
  return { ...event.queryStringParameters };
};

/** Entity tags are versions: `"7"` (RFC 9110 section 8.8.3). */
const etagOf = (value: unknown): Record<string, string> => {
  const version = (value as { version?: unknown } | undefined)?.version;
  return typeof version === 'number' ? { etag: `"${version}"` } : {};
};

const answered = (status: number, value: unknown, told: Readonly<Record<string, string>>): APIGatewayProxyStructuredResultV2 => {
  if (value instanceof Bytes) {
    const headers = { ...HEADERS, ...told, 'cache-control': value.cache, 'content-type': value.type };
    return { statusCode: status, headers, body: Buffer.from(value.content).toString('base64'), isBase64Encoded: true };
  }
  const headers = { ...HEADERS, ...told, ...etagOf(value), 'content-type': 'application/json' };
  return { statusCode: status, headers, body: JSON.stringify(value) };
};

interface Route {
  readonly served: Served;
  readonly validate: Record<Part, Validate>;
}

const answer = async (event: APIGatewayProxyEventV2, { served, validate }: Route, principal: Principal) => {
  const { operation } = served;
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

export const httpApi = (operations: readonly Served[], validators: Validators, limits: Pick<RateLimits, 'take'> = rateLimits()) => {
  const byRoute = new Map(
    operations.map((served) => [
      `${served.operation.method} ${served.operation.path}`,
      { served, validate: validatorsOf(served.operation, validators) },
    ]),
  );
  warmUp(operations.map(({ operation }) => operation.action));
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    let standing: Standing | undefined;
    try {
      const route = byRoute.get(event.routeKey);
      if (!route) throw unknownRoute;
      const principal = principalOf(event);
      // Before anything else is looked at: what is refused counts as well.
      standing = await limits.take(principal, Date.now());
      if (standing?.allowed === false) throw tooMany(standing);
      const value = await answer(event, route, principal);
      return answered(route.served.operation.status ?? 200, value, standing ? rateHeaders(standing) : {});
    } catch (error) {
      const requestId = event.requestContext.requestId;
      const problem = toProblem(error, event.headers['accept-language'], requestId);
      if (problem.status >= 500) logger.error('request failed', { route: event.routeKey, requestId, error: error as Error });
      const headers = { ...HEADERS, ...(standing && rateHeaders(standing)), 'content-type': 'application/problem+json' };
      return { statusCode: problem.status, headers, body: JSON.stringify(problem) };
    }
  };
};
