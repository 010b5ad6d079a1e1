/** docs/api/openapi.json: OpenAPI 3.1 from the same schemas that validate. */
import type { TSchema } from 'typebox';
import type { Operation } from '#runtime/operation.ts';
import { apis } from './apis.ts';

const problem = {
  type: 'object',
  description: 'RFC 9457 problem document; `code` is stable, `title` and `detail` follow Accept-Language (zh, en)',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', examples: ['urn:luojiang:problem:not-called'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    instance: { type: 'string' },
    errors: { type: 'array', items: { type: 'object', properties: { pointer: { type: 'string' }, message: { type: 'string' } } } },
  },
};

const parameters = (place: 'path' | 'query', schema: TSchema | undefined) =>
  Object.entries((schema as { properties?: Record<string, TSchema> } | undefined)?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || ((schema as { required?: string[] }).required ?? []).includes(name),
    schema: property,
    ...('description' in property && { description: property.description }),
  }));

const describe = (capability: string, operation: Operation) => ({
  operationId: operation.id,
  tags: [capability],
  summary: `${operation.summary.zh} ${operation.summary.en}`,
  description: `Needs \`${operation.action}\`.${operation.failures ? ` Failure codes: ${operation.failures.map((code) => `\`${code}\``).join(', ')}.` : ''}`,
  parameters: [...parameters('path', operation.params), ...parameters('query', operation.query)],
  ...(operation.body && { requestBody: { required: true, content: { 'application/json': { schema: operation.body } } } }),
  responses: {
    [operation.status ?? 200]: {
      description: 'OK',
      content: { [operation.produces ?? 'application/json']: { schema: operation.response } },
    },
    '401': { description: 'No valid token. The gateway answers, not as a problem document' },
    default: {
      description: 'Refused or failed',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
});

export const openapi = () => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [capability, operations] of Object.entries(apis)) {
    for (const operation of operations) {
      // OpenAPI has no word for API Gateway's `{path+}`, which takes slashes too.
      const path = operation.path.replace('+}', '}');
      paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(capability, operation) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: '罗江云 Luojiang Cloud API',
      version: '1.0.0',
      description: '时间为 RFC 3339，带时区；编号为带类型前缀的 ULID。Times are RFC 3339 with offset; ids are ULIDs with a type prefix.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Access token of the configured OIDC issuer' },
      },
      schemas: { Problem: problem },
    },
  };
};
