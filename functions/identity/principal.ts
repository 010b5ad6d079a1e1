/** The caller, as the authorizer passes it on to a handler: API Gateway's context holds flat strings only. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Failure } from '#runtime/failure.ts';
import { type Principal, ROLES, type Role } from './access.ts';

export interface Context {
  readonly id: string;
  readonly name: string;
  /** Comma-separated */
  readonly roles: string;
  readonly towns: string;
}

const SEPARATOR = ',';

export const toContext = ({ id, name, roles, towns }: Principal): Context => ({
  id,
  // HTTP headers and contexts are ASCII in places; a Chinese name must come through whole.
  name: encodeURIComponent(name.toWellFormed()),
  roles: roles.join(SEPARATOR),
  towns: towns.join(SEPARATOR),
});

const split = (text: unknown): string[] => (typeof text === 'string' && text !== '' ? text.split(SEPARATOR) : []);

const fromContext = (context: Partial<Record<keyof Context, unknown>> | undefined): Principal => {
  if (typeof context?.id !== 'string' || context.id === '') {
    throw new Failure('refused', 'not-authenticated', { zh: '请先登录', en: 'Not authenticated' });
  }
  return {
    id: context.id,
    name: decodeURIComponent(String(context.name ?? '')),
    roles: split(context.roles).filter((role): role is Role => (ROLES as readonly string[]).includes(role)),
    towns: split(context.towns),
  };
};

/** Of an HTTP API's request (simple responses put the context under `lambda`). */
export const principalOf = (event: APIGatewayProxyEventV2): Principal =>
  fromContext((event.requestContext as { authorizer?: { lambda?: Context } }).authorizer?.lambda);

/** Of a WebSocket's `$connect`. */
export const principalOfConnection = (event: { requestContext: object }): Principal =>
  fromContext((event.requestContext as { authorizer?: Context }).authorizer);
