/** docs/api/openapi.json: OpenAPI 3.1 from the same schemas that validate. */
import type { TSchema } from 'typebox';
import type { Operation } from '#runtime/operation.ts';
import { apis } from './apis.ts';
import { codesOf, problemOf, type Raised, raised } from './failures.ts';
import { Components, namesOf } from './names.ts';
import * as words from './openapi-words.ts';

const failures = raised();
const names = await namesOf();

const problem = {
  type: 'object',
  description: 'RFC 9457 problem document; `code` is stable, `title` and `detail` follow Accept-Language (zh, en)',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', examples: ['urn:luojiang:problem:not-called'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'docs/api/problems.md' },
    instance: { type: 'string', description: 'The request, to be named when asking for help' },
    errors: {
      type: 'array',
      description: 'Where the input is wrong',
      items: { type: 'object', required: ['pointer', 'message'], properties: { pointer: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};

const integerHeader = (description: string, example: number) => ({ description, schema: { type: 'integer', examples: [example] } });
const textHeader = (description: string, example: string) => ({ description, schema: { type: 'string', examples: [example] } });
const headers = {
  ETag: textHeader(words.ETAG, '"7"'),
  RateLimit: textHeader(words.RATE_LIMIT, '"person";r=598;t=42'),
  'RateLimit-Policy': textHeader(words.RATE_POLICY, '"person";q=600;w=60'),
  'Retry-After': integerHeader(words.RETRY_AFTER, 42),
};
const refersTo = (...some: (keyof typeof headers)[]) =>
  Object.fromEntries(some.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const byName = (place: 'path' | 'query', schema: TSchema | undefined, components: Components) => {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const description = property.description ?? words.PARAMETERS[name];
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description && { description }),
      schema: components.refer(property),
    };
  });
};

const header = (name: string, description: string, schema: object) => ({ name, in: 'header', required: true, description, schema });

const parametersOf = ({ params, query, versioned, keyed }: Operation, components: Components) => [
  ...byName('path', params, components),
  ...byName('query', query, components),
  ...(versioned ? [header('If-Match', words.IF_MATCH, { type: 'string', pattern: '^(?:W/)?"\\d{1,15}"$' })] : []),
  ...(keyed ? [header('Idempotency-Key', words.IDEMPOTENCY_KEY, { type: 'string', pattern: '^[\\w-]{1,64}$' })] : []),
];

const hasVersion = (response: TSchema): boolean => Object.hasOwn((response as { properties?: object }).properties ?? {}, 'version');

const statusOf = (one: Raised): number => problemOf(one, 'zh').status;

const problemJson = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** The refusals of one status: what they are, and an example of each. */
const refusal = (status: number, some: readonly Raised[]) => {
  const [first] = some as [Raised, ...Raised[]];
  const title = `${problemOf(first, 'zh').title} ${problemOf(first, 'en').title}`;
  const codes = some.map(({ code }) => `\`${code}\``).join(', ');
  return {
    description: `${title}: ${codes}${status === 403 ? `。${words.NOT_GOOD}` : ''}`,
    ...(status === 429 && { headers: refersTo('RateLimit', 'RateLimit-Policy', 'Retry-After') }),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(some.map(({ code }) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
};

/** What many operations answer alike stands once among the components, under the name of its codes. */
const refusalsOf = (operation: Operation, components: Components) => {
  const known = codesOf(operation).flatMap((code) => failures.get(code) ?? []);
  const byStatus = [...Map.groupBy(known, statusOf)].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    byStatus.map(([status, some]) => {
      if (some.length > 2) return [status, refusal(status, some)];
      const name = some.map(({ code }) => code).join('.');
      components.responses[name] ??= refusal(status, some);
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
};

const describe = (capability: string, operation: Operation, components: Components) => ({
  operationId: operation.id,
  tags: [capability],
  summary: `${operation.summary.zh} ${operation.summary.en}`,
  description: `需要权限 Needs \`${operation.action}\``,
  'x-summary': operation.summary,
  'x-action': operation.action,
  parameters: parametersOf(operation, components),
  ...(operation.body && { requestBody: { required: true, content: { 'application/json': { schema: components.refer(operation.body) } } } }),
  responses: {
    [operation.status ?? 200]: {
      description: '成功 Done',
      headers: refersTo(...(hasVersion(operation.response) ? (['ETag'] as const) : []), 'RateLimit', 'RateLimit-Policy'),
      content: { [operation.produces ?? 'application/json']: { schema: components.refer(operation.response) } },
    },
    '401': { description: words.NO_TOKEN },
    ...refusalsOf(operation, components),
    default: { $ref: '#/components/responses/Problem' },
  },
});

const examples = () => {
  const used = new Set(Object.values(apis).flat().flatMap(codesOf));
  const some = [...failures.values()].filter(({ code }) => used.has(code)).sort((a, b) => (a.code < b.code ? -1 : 1));
  return Object.fromEntries(
    some.map((one) => [one.code, { summary: `${one.text.zh} ${one.text.en}`, 'x-text': one.text, value: problemOf(one, 'zh') }]),
  );
};

export const openapi = () => {
  const components = new Components(names);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [capability, operations] of Object.entries(apis)) {
    for (const operation of operations) {
      // OpenAPI has no word for API Gateway's `{path+}`, which takes slashes too.
      const path = operation.path.replace('+}', '}');
      paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(capability, operation, components) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: '罗江云 Luojiang Cloud API',
      version: '1.0.0',
      description: words.INFO,
      'x-about': words.ABOUT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: Object.keys(apis).map((capability) => {
      const name = words.CAPABILITIES[capability] ?? { zh: capability, en: capability };
      return { name: capability, description: `${name.zh} ${name.en}`, 'x-name': name };
    }),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Access token of the configured OIDC issuer' },
      },
      headers,
      responses: { Problem: { description: words.OTHERWISE, content: problemJson }, ...components.responses },
      examples: examples(),
      schemas: { Problem: problem, ...components.schemas },
    },
  };
};
