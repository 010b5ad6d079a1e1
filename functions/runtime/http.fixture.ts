/** A capability of gates behind the HTTP runtime: four operations, and requests as API Gateway sends them (payload format 2.0). */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import Type from 'typebox';
import { vi } from 'vitest';
import type { Principal, Role } from '#functions/identity/access.ts';
import { toContext } from '#functions/identity/principal.ts';
import { validatorsSource } from '#infra/generate/validators.ts';
import { httpApi, serve, type Validators } from './http.ts';
import { logger } from './logger.ts';
import { operation } from './operation.ts';
import type { RateLimits } from './rate.ts';

const summary = { zh: '闸门', en: 'A gate' };
const params = Type.Object({ gateId: Type.String({ pattern: '^gate-\\d+$' }) });
const response = Type.Object({ percent: Type.Integer() });

const getGate = operation({
  id: 'getGate',
  method: 'GET',
  path: '/v1/gates/{gateId}',
  summary,
  action: 'devices:read',
  params,
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
    town: Type.Optional(Type.String()),
  }),
  response,
});
const moveGate = operation({
  id: 'moveGate',
  method: 'POST',
  path: '/v1/gates/{gateId}/moves',
  summary,
  action: 'incidents:resolve',
  params,
  body: Type.Object({ percent: Type.Integer({ minimum: 0, maximum: 100 }), note: Type.Optional(Type.String()) }),
  response,
  status: 202,
});

const setGate = operation({
  id: 'setGate',
  method: 'PUT',
  path: '/v1/gates/{gateId}',
  summary,
  action: 'incidents:resolve',
  params,
  body: Type.Object({ percent: Type.Integer(), notes: Type.Optional(Type.Array(Type.String())), plan: Type.Optional(Type.Unknown()) }),
  response: Type.Object({ percent: Type.Integer(), version: Type.Integer() }),
  versioned: true,
});
const addGate = operation({
  id: 'addGate',
  method: 'POST',
  path: '/v1/gates',
  summary,
  action: 'incidents:resolve',
  body: Type.Object({ percent: Type.Integer() }),
  response,
  status: 201,
  keyed: true,
});

// Compiled as those of the capabilities are, so that what is tested here is what runs there.
const source = await validatorsSource([getGate, moveGate, setGate, addGate] as never);
const validators = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`)) as Validators;

export const person = (role: Role): Principal => ({
  kind: 'person',
  id: 'wang-wei',
  name: '王伟',
  roles: [role],
  towns: ['wanan'],
  duties: [],
  bureau: 'big-data',
});
export const GET = 'GET /v1/gates/{gateId}';
export const POST = 'POST /v1/gates/{gateId}/moves';
export const PUT = 'PUT /v1/gates/{gateId}';
export const ADD = 'POST /v1/gates';

export const got = vi.fn(async (_call: unknown) => ({ percent: 40 }));
export const moved = vi.fn(async (_call: unknown) => ({ percent: 60 }));
export const set = vi.fn(async (_call: unknown) => ({ percent: 50, version: 8 }));
export const added = vi.fn(async (_call: unknown) => ({ percent: 0 }));
export const error = vi.spyOn(logger, 'error').mockReturnValue(undefined);
/** Lets everybody through unless a test says otherwise. */
export const take = vi.fn<RateLimits['take']>(async () => undefined);
const served = [serve(getGate, got), serve(moveGate, moved), serve(setGate, set), serve(addGate, added)];
export const api = httpApi(served, validators, { take });

interface Request {
  readonly pathParameters?: Record<string, string>;
  readonly queryStringParameters?: Record<string, string>;
  readonly rawQueryString?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly as?: Role;
  readonly authorizer?: unknown;
}

export const ask = async (
  routeKey: string,
  { as = 'commander', authorizer = { lambda: toContext(person(as)) }, ...request }: Request = {},
) => {
  const event = {
    routeKey,
    headers: { 'accept-language': 'en' },
    pathParameters: { gateId: 'gate-7' },
    isBase64Encoded: false,
    requestContext: { requestId: 'req-7', ...(authorizer !== null && { authorizer }) },
    ...request,
  } as unknown as APIGatewayProxyEventV2;
  const { body, ...answer } = await api(event);
  return { ...answer, body: JSON.parse(body as string) };
};

export const move = (body: unknown, request: Request = {}) =>
  ask(POST, { body: typeof body === 'string' ? body : JSON.stringify(body), ...request });
