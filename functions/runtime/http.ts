/** One Lambda serves a capability's operations: API Gateway names the operation by its route key, this does the rest alike for all. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Static, TObject, TSchema } from 'typebox';
import { may, type Principal } from '#functions/identity/access.ts';
import { principalOf } from '#functions/identity/principal.ts';
import { Failure } from './failure.ts';
import { logger } from './logger.ts';
import type { Operation } from './operation.ts';
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
  /** ms since the epoch */
  readonly now: number;
  readonly requestId: string;
}

export interface Served {
  readonly operation: Operation;
  readonly serve: (call: never) => Promise<unknown>;
}

/** Ties an operation to the function that serves it, with both ends typed by the operation's schemas. */
export const serve = <P extends TObject, Q extends TObject, B extends TObject, R extends TSchema>(
  operation: Operation<P, Q, B, R>,
  handle: (call: Call<Operation<P, Q, B, R>>) => Promise<Static<R>>,
): Served => ({ operation, serve: handle as Served['serve'] });

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const unknownRoute = new Failure('notFound', 'unknown-route', { zh: '没有这个接口', en: 'No such operation' });
const badJson = new Failure('invalid', 'malformed-json', { zh: '请求体不是合法的 JSON', en: 'The body is not valid JSON' });
const denied = new Failure('refused', 'not-permitted', { zh: '您没有此项权限', en: 'You are not permitted to do this' });

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

const bodyOf = (event: APIGatewayProxyEventV2): unknown => {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '{}');
  try {
    return JSON.parse(text);
  } catch {
    throw badJson;
  }
};

interface Route {
  readonly served: Served;
  readonly validate: Record<Part, Validate>;
}

const answer = async (event: APIGatewayProxyEventV2, { served, validate }: Route) => {
  const { operation } = served;
  const principal = principalOf(event);
  if (!may(principal, operation.action)) throw denied;
  const params = { ...event.pathParameters };
  const query = { ...event.queryStringParameters };
  const body = operation.body ? bodyOf(event) : undefined;
  check(validate.params, PARTS.params, params);
  check(validate.query, PARTS.query, query);
  check(validate.body, PARTS.body, body);
  const call = { principal, params, query, body, now: Date.now(), requestId: event.requestContext.requestId };
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
      const value = await answer(event, route);
      return {
        statusCode: route.served.operation.status ?? 200,
        headers: { ...HEADERS, 'content-type': 'application/json' },
        body: JSON.stringify(value),
      };
    } catch (error) {
      const requestId = event.requestContext.requestId;
      const problem = toProblem(error, event.headers['accept-language'], requestId);
      if (problem.status >= 500) logger.error('request failed', { route: event.routeKey, requestId, error: error as Error });
      const headers = { ...HEADERS, 'content-type': 'application/problem+json' };
      return { statusCode: problem.status, headers, body: JSON.stringify(problem) };
    }
  };
};
