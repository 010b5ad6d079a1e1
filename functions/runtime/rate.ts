/**
 * How often one caller may ask: so many requests a minute, over all functions together (docs/decisions/rate-limits.md).
 * A container leases them in blocks from an item per caller and minute, so that a block costs a write and a request none.
 */
import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Principal } from '#functions/identity/access.ts';
import { dynamo } from './clients.ts';
import { defineEnv, readEnv } from './env.ts';
import { Failure } from './failure.ts';
import { logger } from './logger.ts';
import { fromItem, toItem } from './table.ts';

export const rateEnv = defineEnv({
  RATES_TABLE: 'How much of its limit each caller has taken, by the minute',
  PERSON_RATE: 'Requests a minute of a person',
  SERVICE_RATE: 'Requests a minute of a machine client',
});

export const WINDOW_MS = 60_000;
/** A container that sees a caller for the first time in a minute takes few: a caller's requests are spread over many containers. */
const FIRST = 5;
const LARGEST = 50;

export const blockOf = (limit: number): number => Math.min(LARGEST, Math.ceil(limit / 12));

/** Twice as much each time within a minute: what lies unused in containers is never more than what the caller has used of them, and a first lease each. */
const sizeOf = (limit: number, before: number | undefined): number => Math.min(blockOf(limit), before === undefined ? FIRST : 2 * before);

export interface Standing {
  readonly allowed: boolean;
  readonly kind: Principal['kind'];
  readonly limit: number;
  /** As far as this container knows. */
  readonly remaining: number;
  /** Seconds until the next minute begins. */
  readonly reset: number;
}

interface Leased {
  /** None: the minute's are all taken. */
  readonly granted: number;
  /** Of the minute's, after this lease. */
  readonly left: number;
}

/** Takes up to `wanted` of the window's `limit` for a caller. */
export type Lease = (caller: string, window: number, wanted: number, limit: number) => Promise<Leased>;

interface Held {
  /** Paid for by the last lease, in whatever minute: what a caller has paid for it may use. */
  tokens: number;
  window: number;
  size: number;
  left: number;
}

/** So many callers' leases are remembered; a container that meets more forgets them all and leases anew. */
const CALLERS = 5_000;
/** A table that fails is left alone for so long: nobody waits for it twice. */
const AWAY_MS = 10_000;

export class RateLimits {
  readonly #perMinute: Readonly<Record<Principal['kind'], number>>;
  readonly #lease: Lease;
  readonly #held = new Map<string, Held>();
  #awayUntil = 0;

  constructor(perMinute: Readonly<Record<Principal['kind'], number>>, lease: Lease) {
    this.#perMinute = perMinute;
    this.#lease = lease;
  }

  /** Counts one request. Undefined where the table could not be asked: nobody is refused for that (whoever calls at 3 a.m. least of all). */
  async take({ kind, id }: Pick<Principal, 'kind' | 'id'>, now: number): Promise<Standing | undefined> {
    const limit = this.#perMinute[kind];
    const window = Math.floor(now / WINDOW_MS);
    const held = this.#heldBy(id);
    const full = held.window === window && held.left === 0;
    if (held.tokens === 0 && !full && !(await this.#renew(id, held, window, limit, now))) return undefined;
    const allowed = held.tokens > 0;
    if (allowed) held.tokens--;
    const left = held.window === window ? held.left : limit;
    return {
      allowed,
      kind,
      limit,
      remaining: Math.min(limit, held.tokens + left),
      reset: Math.ceil(((window + 1) * WINDOW_MS - now) / 1000),
    };
  }

  #heldBy(caller: string): Held {
    const known = this.#held.get(caller);
    if (known) return known;
    if (this.#held.size >= CALLERS) this.#held.clear();
    const held = { tokens: 0, window: -1, size: 0, left: 0 };
    this.#held.set(caller, held);
    return held;
  }

  async #renew(caller: string, held: Held, window: number, limit: number, now: number): Promise<boolean> {
    if (now < this.#awayUntil) return false;
    const size = sizeOf(limit, held.window === window ? held.size : undefined);
    try {
      const { granted, left } = await this.#lease(caller, window, size, limit);
      Object.assign(held, { tokens: held.tokens + granted, window, size, left });
      return true;
    } catch (error) {
      this.#awayUntil = now + AWAY_MS;
      logger.warn('rate limits not checked', { error: error as Error });
      return false;
    }
  }
}

/** Longer than any answer of DynamoDB, shorter than a caller's patience. */
const PATIENCE_MS = 1_000;

export const leaseFrom =
  (client: DynamoDBClient, table: string): Lease =>
  async (caller, window, wanted, limit) => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: toItem({ id: `${caller}#${window}` }),
      UpdateExpression: 'SET expires = :expires ADD taken :wanted',
      ConditionExpression: 'attribute_not_exists(taken) OR taken < :limit',
      ExpressionAttributeValues: toItem({ ':wanted': wanted, ':limit': limit, ':expires': (window + 2) * (WINDOW_MS / 1000) }),
      ReturnValues: 'UPDATED_NEW',
    });
    try {
      const { Attributes } = await client.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) });
      const { taken } = fromItem<{ taken: number }>(Attributes ?? {});
      // The last lease of a minute may find less than it wanted.
      return { granted: Math.min(wanted, limit - (taken - wanted)), left: Math.max(0, limit - taken) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { granted: 0, left: 0 };
      throw error;
    }
  };

/** Of a function that answers over HTTP (infra/constructs/api-function.ts). */
export const rateLimits = (): RateLimits => {
  const { RATES_TABLE, PERSON_RATE, SERVICE_RATE } = readEnv(rateEnv);
  return new RateLimits({ person: Number(PERSON_RATE), service: Number(SERVICE_RATE) }, leaseFrom(dynamo(), RATES_TABLE));
};

/** draft-ietf-httpapi-ratelimit-headers; Retry-After is RFC 9110 section 10.2.3. */
export const rateHeaders = ({ allowed, kind, limit, remaining, reset }: Standing): Record<string, string> => ({
  'ratelimit-policy': `"${kind}";q=${limit};w=${WINDOW_MS / 1000}`,
  ratelimit: `"${kind}";r=${remaining};t=${reset}`,
  ...(!allowed && { 'retry-after': String(reset) }),
});

export const tooMany = ({ limit, reset }: Pick<Standing, 'limit' | 'reset'>): Failure =>
  new Failure(
    'tooMany',
    'too-many-requests',
    { zh: `每分钟至多 ${limit} 次请求，请在 ${reset} 秒后再试`, en: `At most ${limit} requests a minute: try again in ${reset} s` },
    { limit, retryAfter: reset },
  );
