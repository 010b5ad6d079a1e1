/** An example of a call, for a terminal. Pure. */
import { bodyOf, type Described, type OpenApi, type Parameter, resolve, type Schema } from './openapi.ts';

const ULID = '01JZ4N8Q6M3V7X0K2T5R9W1ABC';

/** What a value is like that the schema takes. */
export const sampleOf = (spec: OpenApi, schema: Schema, name = 'text'): unknown => {
  const known = resolve(spec, schema);
  if (known.const !== undefined) return known.const;
  if (known.examples) return known.examples[0];
  if (known.default !== undefined) return known.default;
  if (known.enum) return known.enum[0];
  if (known.anyOf?.[0]) return sampleOf(spec, known.anyOf[0], name);
  switch (known.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(known.properties ?? {})
          .filter(([key]) => known.required?.includes(key))
          .map(([key, value]) => [key, sampleOf(spec, value, key)]),
      );
    case 'array':
      return known.items && (known.minItems ?? 0) > 0 ? [sampleOf(spec, known.items, name)] : [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return known.minimum ?? 1;
    case 'string':
      return textOf(known, name);
    default:
      return {};
  }
};

const textOf = ({ format, pattern }: Schema, name: string): string => {
  if (format === 'date-time') return '2026-07-01T08:00:00+08:00';
  const prefix = /^\^([a-z]+_)\[/.exec(pattern ?? '')?.[1];
  if (prefix) return prefix + ULID;
  if (name === 'If-Match') return '"7"';
  return name === 'Idempotency-Key' ? '5f0c1b7e-request-1' : name.toLowerCase();
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const required = (parameters: readonly Parameter[], place: Parameter['in']) =>
  parameters.filter((one) => one.in === place && (one.required || place !== 'query'));

export const curlOf = (spec: OpenApi, { method, path, operation }: Described, origin: string): string => {
  const sample = ({ name, schema }: Parameter): string => String(sampleOf(spec, schema, name));
  const { parameters } = operation;
  const place = required(parameters, 'path').reduce((url, one) => url.replace(`{${one.name}}`, encodeURIComponent(sample(one))), path);
  const query = new URLSearchParams(required(parameters, 'query').map((one) => [one.name, sample(one)])).toString();
  const body = bodyOf(operation);
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${quoted(`${origin}${place}${query && `?${query}`}`)}`,
    `-H "Authorization: Bearer $TOKEN"`,
    ...required(parameters, 'header').map((one) => `-H ${quoted(`${one.name}: ${sample(one)}`)}`),
    ...(body ? [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(sampleOf(spec, body)))}`] : []),
  ].join(' \\\n  ');
};
