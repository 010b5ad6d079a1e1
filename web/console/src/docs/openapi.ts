/** /openapi.json as the reference reads it (infra/generate/openapi.ts). Pure. */
import type { Text } from '../model.ts';
import type { Language } from '../shared/words.ts';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Referring {
  readonly $ref?: string;
}
interface Example extends Referring {
  readonly 'x-text'?: Text;
}
export interface Response extends Referring {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, Referring & { readonly description?: string }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema; readonly examples?: Readonly<Record<string, Example>> }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly 'x-summary': Text;
  readonly 'x-action': string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface OpenApi {
  readonly info: { readonly version: string; readonly 'x-about': readonly { readonly title: Text; readonly text: Text }[] };
  readonly tags: readonly { readonly name: string; readonly 'x-name': Text }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Described {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface Group {
  readonly id: string;
  readonly name: Text;
  readonly operations: readonly Described[];
}

/** What a reference stands for; what is none, itself. */
export const resolve = <T extends Referring>(spec: OpenApi, value: T): T => {
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(value.$ref ?? '') ?? [];
  return value.$ref === undefined ? value : ((spec.components[kind]?.[name] as T | undefined) ?? value);
};

export const nameOf = ({ $ref }: Referring): string | undefined => $ref?.split('/').at(-1);

const described = ({ paths }: OpenApi): Described[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

const wordsOf = ({ method, path, operation }: Described): string => {
  const codes = Object.values(operation.responses).flatMap(({ $ref, content }) => [
    $ref ?? '',
    ...Object.keys(content?.['application/problem+json']?.examples ?? {}),
  ]);
  const { zh, en } = operation['x-summary'];
  return [method, path, operation.operationId, operation['x-action'], zh, en, ...codes].join(' ').toLowerCase();
};

/** The operations that have every word of the search, by capability; a capability is found by its own name too. */
export const groupsOf = (spec: OpenApi, search = ''): Group[] => {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const all = described(spec);
  return spec.tags
    .map(({ name, 'x-name': said }) => {
      const own = `${name} ${said.zh} ${said.en}`.toLowerCase();
      const fits = (one: Described) => wanted.every((word) => `${own} ${wordsOf(one)}`.includes(word));
      return { id: name, name: said, operations: all.filter((one) => one.operation.tags.includes(name) && fits(one)) };
    })
    .filter(({ operations }) => operations.length > 0);
};

/** Chinese up to its last sign, perhaps with a word of code after it; then English from a capital on. */
const BOTH = /^(.*[\u3400-\u9fff）](?:\s*`[^`]*`)?)\s+([A-Z][^\u3400-\u9fff]*)$/s;

/** “中文 English” in one language; what isn't plainly both stays whole. */
export const inLanguage = (text: string, language: Language): string => {
  const [, zh, en] = BOTH.exec(text) ?? [];
  return (language === 'zh' ? zh : en) ?? text;
};

export interface Refusal {
  readonly status: string;
  readonly code: string;
  readonly text: Text;
}

/** The failure codes of an operation, by status. */
export const refusalsOf = (spec: OpenApi, { responses }: Operation): Refusal[] =>
  Object.entries(responses).flatMap(([status, response]) =>
    Object.entries(resolve(spec, response).content?.['application/problem+json']?.examples ?? {}).flatMap(([code, example]) => {
      const text = resolve(spec, example)['x-text'];
      return text ? [{ status, code, text }] : [];
    }),
  );

export const successOf = ({ responses }: Operation): readonly [string, Response] =>
  Object.entries(responses).find(([status]) => status.startsWith('2')) ?? ['200', {}];

export const bodyOf = ({ requestBody }: Operation): Schema | undefined => requestBody?.content['application/json']?.schema;
