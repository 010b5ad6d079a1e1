import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { principalOfConnection } from '#functions/identity/principal.ts';
import { dynamo } from '#runtime/clients.ts';
import { readEnv } from '#runtime/env.ts';
import { connectEnv } from '../environment.ts';
import { townsOf } from '../listener.ts';
import { ConnectionStore } from '../store.ts';

const store = new ConnectionStore(dynamo(), readEnv(connectEnv).CONNECTIONS_TABLE);

/** Serves $connect, and $default for the pings that keep a quiet connection open. */
export const handler = async (event: APIGatewayProxyWebsocketEventV2): Promise<APIGatewayProxyResultV2> => {
  const { eventType, connectionId } = event.requestContext;
  if (eventType !== 'CONNECT') return { statusCode: 200 };
  const towns = townsOf(principalOfConnection(event));
  if (towns.length === 0) return { statusCode: 403 };
  await store.add(connectionId, towns, Date.now());
  // Of the subprotocols offered (one carries the token) this is the one spoken; a browser drops a connection without an answer.
  return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'luojiang.v1' } };
};
