import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import document from '../../../../docs/api/openapi.json?raw';
import { curlOf, sampleOf } from './curl.ts';
import { bodyOf, type Described, groupsOf, inLanguage, nameOf, type OpenApi, refusalsOf, resolve, successOf } from './openapi.ts';
import { limitsOf, typeOf } from './schema-tree.tsx';
import { DOCS_WORDS } from './words.ts';

const spec = JSON.parse(document) as OpenApi;
const all = groupsOf(spec).flatMap(({ operations }) => operations);
const of = (id: string) => all.find(({ operation }) => operation.operationId === id) as Described;
const ids = (search: string) =>
  groupsOf(spec, search).flatMap(({ operations }) => operations.map(({ operation }) => operation.operationId));

test('every operation stands in its capability', () => {
  expect(all.length).toBeGreaterThan(20);
  expect(new Set(all.map(({ operation }) => operation.operationId)).size).toBe(all.length);
  expect(groupsOf(spec).find(({ id }) => id === 'emergency')).toMatchObject({ name: { zh: '应急', en: 'Emergency' } });
});

describe('the search', () => {
  test.each([
    ['a path', '/v1/phones', ['listPhoneMessages']],
    ['a method and a path', 'POST /v1/incidents/{incidentId}/res', ['resolveIncident']],
    ['Chinese', '处置完毕', ['resolveIncident']],
    ['English, whatever its capitals', 'one INCIDENT and', ['getIncident']],
    ['a permission', 'incidents:acknowledge', ['acknowledgeIncident']],
    ['a failure code', 'not-called', ['acknowledgeIncident']],
    ['nothing that there is', 'teapot', []],
  ])('finds by %s', (_, search, found) => {
    expect(ids(search)).toEqual(found);
  });

  test('finds a whole capability by its name, and everything by nothing', () => {
    expect(ids('预警 alerts')).toEqual(expect.arrayContaining(['listAlerts', 'getAlert']));
    expect(ids('  ')).toHaveLength(all.length);
  });
});

test('a reference leads to what it names', () => {
  expect(resolve(spec, { $ref: '#/components/schemas/Text' })).toMatchObject({ type: 'object', required: ['zh', 'en'] });
  expect(nameOf({ $ref: '#/components/schemas/Text' })).toBe('Text');
  expect(resolve(spec, { $ref: '#/components/schemas/Nothing' })).toEqual({ $ref: '#/components/schemas/Nothing' });
});

test('refusals are told by status, code and words', () => {
  expect(refusalsOf(spec, of('acknowledgeIncident').operation)).toContainEqual({
    status: '403',
    code: 'not-called',
    text: { zh: '本次事件没有呼叫您，无需确认', en: 'You were not called for this incident' },
  });
  for (const { operation } of all) {
    const codes = refusalsOf(spec, operation).map(({ code }) => code);
    expect(codes, operation.operationId).toEqual(expect.arrayContaining(['not-permitted', 'too-many-requests', 'internal-error']));
    expect(successOf(operation)[0]).toMatch(/^2/);
  }
});

test.each([
  ['上一页的 `next` The `next` of the page before', '上一页的 `next`', 'The `next` of the page before'],
  ['版本 The version', '版本', 'The version'],
  ['所依据的版本，如 `"7"` The version that this is about', '所依据的版本，如 `"7"`', 'The version that this is about'],
  ['人员（虚构） People', '人员（虚构）', 'People'],
])('%s is told in either language', (text, zh, en) => {
  expect(inLanguage(text, 'zh')).toBe(zh);
  expect(inLanguage(text, 'en')).toBe(en);
});

test.each(['Person id', '预警级别 Warning level: red I 特别重大, blue IV 一般', '只有中文', ''])('%s stays whole', (text) => {
  expect(inLanguage(text, 'zh')).toBe(text);
  expect(inLanguage(text, 'en')).toBe(text);
});

test('types and limits are told in words', () => {
  const { zh, en } = DOCS_WORDS;
  const schema = (of('listAlerts').operation.parameters.find(({ name }) => name === 'limit') as { schema: object }).schema;
  expect([typeOf(spec, schema, en), limitsOf(spec, schema, en)]).toEqual(['integer', '1 to 500, default 200']);
  expect(limitsOf(spec, schema, zh)).toBe('1 至 500，默认 200');
  expect(typeOf(spec, { type: 'array', items: { $ref: '#/components/schemas/AlertView' } }, en)).toBe('AlertView[]');
  expect(typeOf(spec, { $ref: '#/components/schemas/Level' }, en)).toBe('blue | yellow | orange | red');
  expect(typeOf(spec, { type: 'object', additionalProperties: { type: 'number' } }, en)).toBe('{ [name]: number }');
  expect(typeOf(spec, {}, en)).toBe('any');
});

describe('an example', () => {
  test('has the version, the key and the body that the operation asks for', () => {
    expect(curlOf(spec, of('saveCase'), 'https://api.example')).toBe(
      [
        "curl -X PUT 'https://api.example/v1/cases/case_01JZ4N8Q6M3V7X0K2T5R9W1ABC/data'",
        '-H "Authorization: Bearer $TOKEN"',
        `-H 'If-Match: "7"'`,
        "-H 'Content-Type: application/json'",
        `-d '{"data":{}}'`,
      ].join(' \\\n  '),
    );
    expect(curlOf(spec, of('createCase'), '')).toContain("-H 'Idempotency-Key: 5f0c1b7e-request-1'");
    expect(curlOf(spec, of('listDevices'), '')).toContain("curl '/v1/devices?town=town'");
  });

  test('cannot break out of its quotes', () => {
    const schema = { type: 'string', default: "it's" };
    const described: Described = {
      ...of('getAlert'),
      path: '/v1/{a}',
      operation: { ...of('getAlert').operation, parameters: [{ name: 'a', in: 'header', required: true, schema }] },
    };
    expect(curlOf(spec, described, '')).toContain(`-H 'a: it'\\''s'`);
  });

  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', ...spec }, undefined, false, false);

  test.each(all.filter(({ operation }) => bodyOf(operation)).map((one) => [one.operation.operationId, one]))(
    'of %s is one that it takes',
    (_, one) => {
      const body = bodyOf((one as Described).operation) ?? {};
      const pointer = `#/paths/${(one as Described).path.replaceAll('/', '~1')}/${(one as Described).method.toLowerCase()}/requestBody/content/application~1json/schema`;
      const validate = ajv.compile({ $ref: `openapi${encodeURI(pointer)}` });
      validate(sampleOf(spec, body));
      // No example is guessed for a pattern.
      expect((validate.errors ?? []).filter(({ keyword }) => keyword !== 'pattern')).toEqual([]);
    },
  );

  test.each(all)('of $method $path has parameters that it takes', ({ operation }) => {
    for (const { schema, name } of operation.parameters) {
      const validate = ajv.compile(resolve(spec, schema));
      validate(sampleOf(spec, schema, name));
      expect(validate.errors ?? [], name).toEqual([]);
    }
  });
});
