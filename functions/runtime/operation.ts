import type { Static, TObject, TSchema } from 'typebox';
import type { Text } from '#events/envelope.ts';
import type { Action } from '#functions/identity/access.ts';

/**
 * One operation of the HTTP API, as data: the router, the validators and docs/api/openapi.json all read it.
 * `params`, `query` and `body` are refused when they hold a field that the schema doesn't name.
 */
export interface Operation<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TObject = TObject,
  Response extends TSchema = TSchema,
> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** OpenAPI path template, e.g. /v1/alerts/{alertId} */
  readonly path: string;
  readonly summary: Text;
  /** What the caller must be allowed; the handler narrows it to the resource's town. */
  readonly action: Action;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  /** The media type of an answer that is not JSON: the handler gives it as `Bytes`. */
  readonly produces?: string;
  readonly status?: 200 | 201 | 202 | 204;
  /** The caller says by `If-Match` on which version it decided (RFC 9110 section 13.1.1); the handler compares. */
  readonly versioned?: true;
  /** The caller names its request by `Idempotency-Key`: sent again it is done once. */
  readonly keyed?: true;
  /** Failure codes that this operation answers beside the general ones, for the reference. */
  readonly failures?: readonly string[];
}

/** An answer that is not JSON. */
export class Bytes {
  readonly content: Uint8Array;
  readonly type: string;
  readonly cache: string;

  constructor(content: Uint8Array, type: string, cache = 'no-store') {
    this.content = content;
    this.type = type;
    this.cache = cache;
  }
}

/** Keeps the definition's own type: a call knows by it which conditions it carries. */
export const operation = <const O extends Operation>(definition: O): O => definition;

export type ResponseOf<O> = O extends { response: infer R extends TSchema } ? Static<R> : never;
export type BodyOf<O> = O extends { body?: infer B extends TObject } ? Static<B> : never;
