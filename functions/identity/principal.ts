/** The caller, as the authorizer passes it on to a handler: API Gateway's context holds flat strings only. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Failure } from '#runtime/failure.ts';
import { DUTIES, type Duty, type DutyName, type Principal, ROLES, type Role } from './terms.ts';

export interface Context {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** Comma-separated */
  readonly roles: string;
  readonly towns: string;
  /** Comma-separated `<department>/<duty>`, and `/<person>` whose duty it is where it is held by delegation. */
  readonly duties: string;
  readonly bureau: string;
}

const SEPARATOR = ',';

const toText = ({ department, duty, for: whose }: Duty): string => [department, duty, ...(whose === undefined ? [] : [whose])].join('/');

export const toContext = ({ kind, id, name, roles, towns, duties, bureau }: Principal): Context => ({
  kind,
  id,
  // HTTP headers and contexts are ASCII in places; a Chinese name must come through whole.
  name: encodeURIComponent(name.toWellFormed()),
  roles: roles.join(SEPARATOR),
  towns: towns.join(SEPARATOR),
  duties: duties.map(toText).join(SEPARATOR),
  bureau,
});

const split = (text: unknown): string[] => (typeof text === 'string' && text !== '' ? text.split(SEPARATOR) : []);

/** A duty that nobody here knows gives nothing. */
const toDuty = (text: string): Duty[] => {
  const [department = '', duty, whose] = text.split('/');
  if (department === '' || !(DUTIES as readonly string[]).includes(duty ?? '')) return [];
  return [{ department, duty: duty as DutyName, ...(whose && { for: whose }) }];
};

const fromContext = (context: Partial<Record<keyof Context, unknown>> | undefined): Principal => {
  if (typeof context?.id !== 'string' || context.id === '') {
    throw new Failure('refused', 'not-authenticated', { zh: '请先登录', en: 'Not authenticated' });
  }
  return {
    kind: context.kind === 'service' ? 'service' : 'person',
    id: context.id,
    name: decodeURIComponent(String(context.name ?? '')),
    roles: split(context.roles).filter((role): role is Role => (ROLES as readonly string[]).includes(role)),
    towns: split(context.towns),
    duties: split(context.duties).flatMap(toDuty),
    bureau: typeof context.bureau === 'string' ? context.bureau : '',
  };
};

/** Of an HTTP API's request (simple responses put the context under `lambda`). */
export const principalOf = (event: APIGatewayProxyEventV2): Principal =>
  fromContext((event.requestContext as { authorizer?: { lambda?: Context } }).authorizer?.lambda);

/** Of a WebSocket's `$connect`. */
export const principalOfConnection = (event: { requestContext: object }): Principal =>
  fromContext((event.requestContext as { authorizer?: Context }).authorizer);
