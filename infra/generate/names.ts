/** Shapes that have a name in the sources have it in OpenAPI too: a schema that a module exports is one component, referred to wherever it stands. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '../..');

/** Events and operations name their shapes; these files name what the district's YAML and the API share. */
const MODULES = ['functions/*/api.ts', 'events/*.ts', 'functions/devices/{device-type,rule}.ts'];

/** Objects and choices; a lone number or text says more where it stands. */
const isShape = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  ('anyOf' in value || ('properties' in value && 'type' in value && value.type === 'object'));

/** What a schema is, not which object: `Type.Optional` copies. */
const keyOf = (schema: object): string => JSON.stringify(schema);

/** Schema -> name. The same shape under two names has the first. */
export const namesOf = async (): Promise<ReadonlyMap<string, string>> => {
  const files = MODULES.flatMap((pattern) => globSync(pattern, { cwd: ROOT, exclude: ['**/*.test.ts'] }).sort());
  const names = new Map<string, string>();
  for (const file of files) {
    const module = (await import(/* @vite-ignore */ pathToFileURL(join(ROOT, file)).href)) as Record<string, unknown>;
    // A module's own order is not everywhere the same.
    for (const [name, value] of Object.entries(module).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!/^[A-Z]/.test(name) || !isShape(value)) continue;
      const key = keyOf(value);
      if (!names.has(key)) names.set(key, name);
    }
  }
  return names;
};

interface Keywords {
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly patternProperties?: Readonly<Record<string, unknown>>;
}

/** The same in fewer words, which every tool understands: choices as `enum`, maps as `additionalProperties`. */
const simpler = ({ anyOf, patternProperties, ...rest }: Keywords): object => {
  const values = anyOf?.map((branch) => branch.const);
  const map = patternProperties?.['^.*$'];
  return {
    ...(values?.every((value) => typeof value === 'string') ? { type: 'string', enum: values } : anyOf && { anyOf }),
    ...rest,
    ...(map !== undefined ? { additionalProperties: map } : patternProperties && { patternProperties }),
  };
};

/** What is referred to: puts references in place of named schemas, and gathers them. */
export class Components {
  readonly schemas: Record<string, unknown> = {};
  readonly responses: Record<string, unknown> = {};
  readonly #names: ReadonlyMap<string, string>;
  readonly #used = new Map<string, string>();

  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  refer(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((one) => this.refer(one));
    if (typeof schema !== 'object' || schema === null) return schema;
    const key = keyOf(schema);
    const name = this.#names.get(key);
    if (name === undefined) return this.#inside(schema);
    if ((this.#used.get(name) ?? key) !== key) throw new Error(`Two schemas of the API are called ${name}: rename one of them`);
    this.#used.set(name, key);
    this.schemas[name] ??= this.#inside(schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  #inside(schema: object): unknown {
    return Object.fromEntries(Object.entries(simpler(schema)).map(([key, value]) => [key, this.refer(value)]));
  }
}
