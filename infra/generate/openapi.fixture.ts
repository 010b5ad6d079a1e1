/** The part of OpenAPI 3.1 that docs/api/openapi.json uses, as JSON Schema: what isn't named here doesn't belong there. */
const closed = (properties: object, ...required: string[]) => ({ type: 'object', properties, required, additionalProperties: false });
const mapOf = (values: object) => ({ type: 'object', additionalProperties: values });
const text = { type: 'string', minLength: 1 };
const bilingual = closed({ zh: text, en: text }, 'zh', 'en');
const reference = closed({ $ref: { type: 'string', pattern: '^#/components/(schemas|headers|responses|examples)/[\\w.-]+$' } }, '$ref');
const either = (other: object) => ({ oneOf: [reference, other] });
const schema = { type: 'object' };

const header = closed({ description: text, schema }, 'description', 'schema');
const example = closed({ summary: text, 'x-text': bilingual, value: { type: 'object' } }, 'summary', 'x-text', 'value');
const content = (...types: string[]) => ({
  ...mapOf(closed({ schema, examples: mapOf(either(example)) }, 'schema')),
  propertyNames: { enum: types },
  minProperties: 1,
});
const response = closed(
  {
    description: text,
    headers: mapOf(either(header)),
    content: content('application/json', 'application/problem+json', 'application/octet-stream'),
  },
  'description',
);
const parameterIn = (place: object, required: object) =>
  closed({ name: text, in: place, required, description: text, schema }, 'name', 'in', 'required', 'schema');
const parameter = {
  oneOf: [parameterIn({ const: 'path' }, { const: true }), parameterIn({ enum: ['query', 'header'] }, { type: 'boolean' })],
};
const operation = closed(
  {
    operationId: { type: 'string', pattern: '^[a-z][A-Za-z0-9]+$' },
    tags: { type: 'array', items: text, minItems: 1, maxItems: 1 },
    summary: text,
    description: text,
    'x-summary': bilingual,
    'x-action': { type: 'string', pattern: '^[a-z-]+:[a-z-]+$' },
    parameters: { type: 'array', items: parameter },
    requestBody: closed({ required: { const: true }, content: content('application/json') }, 'required', 'content'),
    responses: {
      ...mapOf(either(response)),
      propertyNames: { pattern: '^([1-5]\\d\\d|default)$' },
      required: ['401', '429', '500', 'default'],
    },
  },
  ...['operationId', 'tags', 'summary', 'x-summary', 'x-action', 'parameters', 'responses'],
);

export const OPENAPI = closed(
  {
    openapi: { const: '3.1.0' },
    info: closed(
      {
        title: text,
        version: text,
        description: text,
        'x-about': { type: 'array', items: closed({ title: bilingual, text: bilingual }, 'title', 'text') },
        license: closed({ name: text, identifier: text }, 'name', 'identifier'),
      },
      ...['title', 'version', 'description', 'license'],
    ),
    servers: { type: 'array', items: closed({ url: text }, 'url') },
    security: { type: 'array', items: mapOf({ type: 'array' }), minItems: 1 },
    tags: { type: 'array', items: closed({ name: text, description: text, 'x-name': bilingual }, 'name', 'description', 'x-name') },
    paths: {
      ...mapOf({ ...mapOf(operation), propertyNames: { enum: ['get', 'post', 'put', 'patch', 'delete'] }, minProperties: 1 }),
      propertyNames: { pattern: '^/v1/[\\w{}/-]+$' },
    },
    components: closed(
      {
        securitySchemes: mapOf({ type: 'object' }),
        headers: mapOf(header),
        responses: mapOf(response),
        examples: mapOf(example),
        schemas: { ...mapOf(schema), propertyNames: { pattern: '^[A-Z]\\w+$' } },
      },
      ...['securitySchemes', 'headers', 'responses', 'examples', 'schemas'],
    ),
  },
  ...['openapi', 'info', 'servers', 'security', 'tags', 'paths', 'components'],
);
