import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Problem } from '#runtime/problem.ts';
import { apis } from './apis.ts';
import { OPENAPI } from './openapi.fixture.ts';
import { openapi } from './openapi.ts';

interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
}
interface Response {
  readonly headers?: object;
  readonly content?: Readonly<Record<string, { readonly examples?: Readonly<Record<string, { $ref: string }>> }>>;
}

// As a reader of the file has it.
const document = JSON.parse(JSON.stringify(openapi())) as ReturnType<typeof openapi>;
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Described>).map(([method, operation]) => ({ path, method, ...operation })),
);
const operations = Object.values(apis).flat();

const at = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/')], document);
const resolved = <T>(value: T & { readonly $ref?: string }): T => (value.$ref ? (at(value.$ref) as T) : value);

const everyRef = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(everyRef)];
};

/** Every JSON Schema in it, by where it stands. */
const everySchema = (value: unknown, pointer: string): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return name === 'schema' ? [here] : everySchema(inner, here);
  });
};
const schemas = [
  ...everySchema(document.paths, '#/paths'),
  ...Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`),
];

const ajv = new Ajv2020({ strict: true, allErrors: true, validateFormats: false, strictTypes: false });
// The document's own names are no keywords.
ajv.addVocabulary(Object.keys(document));
ajv.addSchema({ $id: 'openapi', ...document }, undefined, false, false);
const schemaAt = (pointer: string) => ajv.compile({ $ref: `openapi${encodeURI(pointer)}` });

test('has the form of OpenAPI 3.1', () => {
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(OPENAPI);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
});

test('refers only to what is there, and keeps nothing that nobody refers to', () => {
  const refs = new Set(everyRef(document));
  expect(refs.size).toBeGreaterThan(40);
  for (const ref of refs) expect(at(ref), ref).toBeDefined();
  for (const kind of ['schemas', 'responses', 'examples', 'headers'] as const)
    for (const name of Object.keys(document.components[kind])) expect(refs).toContain(`#/components/${kind}/${name}`);
});

test('every schema in it compiles as JSON Schema 2020-12, strictly', () => {
  expect(schemas.length).toBeGreaterThan(50);
  for (const pointer of schemas) expect(() => schemaAt(pointer), pointer).not.toThrow();
});

test('describes every operation once, under a capability that it names', () => {
  expect(described.map(({ operationId }) => operationId).sort()).toEqual(operations.map(({ id }) => id).sort());
  expect(new Set(described.map(({ operationId }) => operationId)).size).toBe(described.length);
  const tags = document.tags.map(({ name }) => name);
  for (const {
    tags: [tag],
  } of described)
    expect(tags).toContain(tag);
});

test('every capability has a name in both languages', () => {
  for (const { name, 'x-name': said } of document.tags) expect([said.zh, said.en], name).not.toContain(name);
});

test('declares what stands in a path, and no other parameter of the path', () => {
  for (const { path, parameters } of described) {
    const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(declared.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
  }
});

describe('an operation', () => {
  const of = (id: string) => described.find(({ operationId }) => operationId === id) as (typeof described)[number];
  const header = (id: string, name: string) => of(id).parameters.find((one) => one.in === 'header' && one.name === name);
  const statuses = (id: string) => Object.keys(of(id).responses);

  test.each(operations.filter(({ versioned }) => versioned).map(({ id }) => id))('%s is versioned: takes If-Match', (id) => {
    expect(header(id, 'If-Match')).toMatchObject({ required: true });
    expect(statuses(id)).toEqual(expect.arrayContaining(['412', '428']));
  });

  test.each(operations.filter(({ keyed }) => keyed).map(({ id }) => id))('%s is keyed: takes Idempotency-Key', (id) => {
    expect(header(id, 'Idempotency-Key')).toMatchObject({ required: true });
    expect(everyRef(of(id).responses['400'])).toContain('#/components/examples/idempotency-key-reused');
  });

  test('that is neither takes no such header', () => {
    for (const { id, versioned, keyed } of operations) {
      expect(header(id, 'If-Match') !== undefined, id).toBe(versioned === true);
      expect(header(id, 'Idempotency-Key') !== undefined, id).toBe(keyed === true);
    }
  });

  test('answers what has a version with an ETag', () => {
    const headersOf = (id: string) => (of(id).responses['200'] as Response).headers ?? {};
    expect(headersOf('getIncident')).toHaveProperty('ETag');
    expect(headersOf('listIncidents')).not.toHaveProperty('ETag');
  });

  test('with a body may find it too large; every one may find its caller too eager', () => {
    for (const { id, body } of operations) {
      expect(statuses(id).includes('413'), id).toBe(body !== undefined);
      expect(resolved<Response>(of(id).responses['429'] as Response).headers).toHaveProperty('Retry-After');
    }
  });

  test('lists each refusal with the status that it has, by an example that is such a document', () => {
    const isProblem = schemaAt('#/components/schemas/Problem');
    let seen = 0;
    for (const { responses, operationId } of described) {
      for (const [status, response] of Object.entries(responses)) {
        const examples = resolved<Response>(response as Response).content?.['application/problem+json']?.examples ?? {};
        for (const [code, example] of Object.entries(examples)) {
          const { value } = resolved(example) as unknown as { value: Problem };
          expect(isProblem(value), `${operationId} ${code}`).toBe(true);
          expect(value).toMatchObject({ code, type: `urn:luojiang:problem:${code}`, status: Number(status) });
          seen++;
        }
      }
    }
    expect(seen).toBeGreaterThan(100);
  });

  test('has named shapes, not the same one again and again', () => {
    const text = JSON.stringify(document.paths);
    expect(document.components.schemas).toHaveProperty('AlertView');
    expect(text).not.toContain('"raisedAt"');
  });
});
