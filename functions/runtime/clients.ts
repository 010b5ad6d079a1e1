/** AWS clients, built once per container. Regions, endpoints and credentials come from the environment in every partition. */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { NodeHttpHandlerOptions } from '@smithy/types';

/** A call to the same region answers in milliseconds; a connection that doesn't is dropped and tried anew. */
const requestHandler: NodeHttpHandlerOptions = { connectionTimeout: 1_000, requestTimeout: 5_000 };

export const clientOptions = { maxAttempts: 3, requestHandler };

export const dynamo = (options: DynamoDBClientConfig = {}): DynamoDBClient => {
  const client = new DynamoDBClient({ ...clientOptions, ...options });
  // It copies all that goes in and out for a logger that nobody set: a tenth of a write's CPU.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
};
