/** A schema as a tree: a field a line, what it holds below it, opened when it is wanted. */
import { createContext, Fragment, useContext, useState } from 'react';
import { usePreferences } from '../shared/preferences.ts';
import { inLanguage, nameOf, type OpenApi, resolve, type Schema } from './openapi.ts';
import { DOCS_WORDS, type DocsWords } from './words.ts';

export const SpecContext = createContext<OpenApi>({ info: { version: '', 'x-about': [] }, tags: [], paths: {}, components: {} });

const rangeOf = (low: number | undefined, high: number | undefined, words: DocsWords): string | undefined => {
  if (low !== undefined && high !== undefined) return words.between(low, high);
  if (low !== undefined) return words.atLeast(low);
  return high === undefined ? undefined : words.atMost(high);
};

export const typeOf = (spec: OpenApi, schema: Schema, words: DocsWords): string => {
  const known = resolve(spec, schema);
  const name = nameOf(schema);
  if (known.enum) return known.enum.map(String).join(' | ');
  if (known.anyOf) return name ?? known.anyOf.map((one) => typeOf(spec, one, words)).join(' | ');
  if (known.const !== undefined) return String(known.const);
  if (known.type === 'array') return known.items ? `${typeOf(spec, known.items, words)}[]` : 'array';
  if (name) return name;
  if (typeof known.additionalProperties === 'object') return `{ [name]: ${typeOf(spec, known.additionalProperties, words)} }`;
  return known.type ? [known.type, known.format].filter(Boolean).join(' ') : words.any;
};

/** What people understand of it: ids by their prefix; “not blank” goes without saying. */
const patternOf = (pattern: string | undefined): string | undefined => {
  if (pattern === undefined || pattern === '\\S') return undefined;
  const id = /^\^(\w+_)\[0-9A-HJKMNP-TV-Z\]\{26\}\$$/.exec(pattern)?.[1];
  return id ? `${id}<ULID>` : `/${pattern}/`;
};

/** What a value must be besides its type. */
export const limitsOf = (spec: OpenApi, schema: Schema, words: DocsWords): string => {
  const known = resolve(spec, schema);
  const length = rangeOf(known.minLength, known.maxLength, words);
  return [
    rangeOf(known.minimum, known.maximum, words),
    length && words.characters(length),
    rangeOf(known.minItems, known.maxItems, words),
    known.format === undefined && patternOf(known.pattern),
    known.default !== undefined && words.byDefault(String(known.default)),
  ]
    .filter(Boolean)
    .join(words.comma);
};

/** `code` in a text. */
export const Said = ({ text }: { readonly text: string }) =>
  text.split('`').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed text
    <Fragment key={index}>{index % 2 === 0 ? part : <code>{part}</code>}</Fragment>
  ));

/** The object inside: of a field that is one, a list of them, or a map to them. */
const insideOf = (spec: OpenApi, schema: Schema): Schema | undefined => {
  const known = resolve(spec, schema);
  if (known.properties) return known;
  const inner = known.items ?? (typeof known.additionalProperties === 'object' ? known.additionalProperties : undefined);
  return inner && insideOf(spec, inner);
};

const Line = ({ name, schema, required }: { readonly name: string; readonly schema: Schema; readonly required: boolean }) => {
  const spec = useContext(SpecContext);
  const { language } = usePreferences();
  const words = DOCS_WORDS[language];
  const limits = limitsOf(spec, schema, words);
  const description = schema.description ?? resolve(spec, schema).description;
  return (
    <>
      <code className="field-name">{name}</code> <span className="field-type">{typeOf(spec, schema, words)}</span>
      {required && <span className="field-required"> {words.required}</span>}
      {limits && <span className="faint"> {limits}</span>}
      {description && (
        <span>
          {' '}
          <Said text={inLanguage(description, language)} />
        </span>
      )}
    </>
  );
};

const Field = ({ name, schema, required }: Parameters<typeof Line>[0]) => {
  const spec = useContext(SpecContext);
  const [open, setOpen] = useState(false);
  const inside = insideOf(spec, schema);
  const line = <Line name={name} schema={schema} required={required} />;
  if (!inside) return <li className="field">{line}</li>;
  return (
    <li className="field">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{line}</summary>
        {/* Drawn when it is opened: a shape may hold itself. */}
        {open && <Fields schema={inside} />}
      </details>
    </li>
  );
};

const Fields = ({ schema }: { readonly schema: Schema }) => (
  <ul className="fields">
    {Object.entries(schema.properties ?? {}).map(([name, property]) => (
      <Field key={name} name={name} schema={property} required={schema.required?.includes(name) === true} />
    ))}
  </ul>
);

export const SchemaTree = ({ schema }: { readonly schema: Schema }) => {
  const spec = useContext(SpecContext);
  const { language } = usePreferences();
  const inside = insideOf(spec, schema);
  return (
    <div className="schema">
      <p className="field-type">{typeOf(spec, schema, DOCS_WORDS[language])}</p>
      {inside && <Fields schema={inside} />}
    </div>
  );
};
