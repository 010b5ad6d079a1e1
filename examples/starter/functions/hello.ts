import type { APIGatewayProxyEventV2WithLambdaAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type Event = APIGatewayProxyEventV2WithLambdaAuthorizer<{ readonly id: string } | undefined>;

const json = (body: object): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

export const handler = async ({ rawPath, requestContext }: Event): Promise<APIGatewayProxyStructuredResultV2> =>
  rawPath === '/health'
    ? json({ status: 'ok' })
    : json({ hello: requestContext.authorizer?.lambda?.id, allocation: process.env.ALLOCATION_ID });
