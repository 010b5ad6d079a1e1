import { ApiGatewayManagementApiClient, GoneException, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { clientOptions } from '#runtime/clients.ts';
import type { Post } from './push.ts';

/** An emulator routes by the Host header: the name that `endpoint` would have, at the address that AWS_ENDPOINT_URL gives. */
const emulated = (endpoint: string, emulator: string): ApiGatewayManagementApiClient => {
  const { host, pathname } = new URL(endpoint);
  const { port } = new URL(emulator);
  const client = new ApiGatewayManagementApiClient({ ...clientOptions, endpoint: `${emulator}${pathname}` });
  const name = `${host.split('.')[0]}.execute-api.localhost:${port}`;
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers.host = name;
      return next(args);
    },
    { step: 'build', name: 'hostOfTheEmulatedApi', priority: 'low' },
  );
  return client;
};

export const poster = (endpoint: string): Post => {
  const emulator = process.env.AWS_ENDPOINT_URL;
  const client = emulator ? emulated(endpoint, emulator) : new ApiGatewayManagementApiClient({ ...clientOptions, endpoint });
  return async (connectionId, message) => {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(message) }));
      return 'sent';
    } catch (error) {
      if (error instanceof GoneException) return 'gone';
      throw error;
    }
  };
};
