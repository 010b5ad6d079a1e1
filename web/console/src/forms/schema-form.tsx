/** A form as its schema says, drawn by react-jsonschema-form with Ant Design's fields; here is only how a field is laid out and named. */
import { Theme } from '@rjsf/antd';
import { withTheme } from '@rjsf/core';
import type { FieldTemplateProps, GenericObjectType, ObjectFieldTemplateProps, RJSFSchema, ValidatorType } from '@rjsf/utils';
import { TranslatableString } from '@rjsf/utils';
import { useEffect, useMemo, useRef } from 'react';
import { accepts, type Flaw } from './check.ts';
import './forms.css';
import { drawn, hintsFor, QUIET } from './hints.ts';
import { partsOf, type Schema } from './schema.ts';
import { type FormWords, useFormWords } from './words.ts';

interface Context {
  readonly flaws: ReadonlyMap<string, string>;
  readonly words: FormWords;
}

type Data = Record<string, unknown>;

const ROOT = 'form';
const SEPARATOR = '/';
/** The ids of fields are their JSON Pointers. */
const pointerOf = (id: string): string => id.slice(ROOT.length);
export const idOf = (pointer: string): string => [ROOT, ...partsOf(pointer)].join(SEPARATOR);

const contextOf = (registry: { readonly formContext: unknown }): Context => registry.formContext as Context;

/** Choices that are seen at once have a name together, and each its own. */
const isGroup = ({ schema, uiSchema }: FieldTemplateProps): boolean =>
  ['radio', 'checkboxes'].includes(String(uiSchema?.['ui:widget'])) || schema.type === 'boolean';

/** What of it may say that it is wrong. A single radio button may not: the group does. */
const CONTROLS = 'input:not([type=radio], [type=checkbox]), textarea, [role=radiogroup]';

const Field = (props: FieldTemplateProps) => {
  const { id, label, required, rawDescription, children, hidden, schema, uiSchema, registry } = props;
  const { flaws, words } = contextOf(registry);
  const box = useRef<HTMLDivElement>(null);
  const flaw = flaws.get(pointerOf(id));
  const wrong = flaw !== undefined;
  const group = isGroup(props);
  useEffect(() => {
    if (schema.type === 'object') return;
    for (const control of box.current?.querySelectorAll(CONTROLS) ?? []) {
      if (wrong) control.setAttribute('aria-invalid', 'true');
      else control.removeAttribute('aria-invalid');
      control.setAttribute('aria-required', String(required === true));
      if (control.getAttribute('role') === 'radiogroup') control.setAttribute('aria-labelledby', `${id}__label`);
    }
  }, [wrong, required, schema.type, id]);
  if (hidden) return null;
  const message = (
    <div id={`${id}__error`} className="field-error" role={wrong ? 'alert' : undefined}>
      {flaw}
    </div>
  );
  if (schema.type === 'object') {
    return (
      <div className="field-object">
        {children}
        {message}
      </div>
    );
  }
  const name = (
    <>
      {label}
      {!required && uiSchema?.[QUIET] !== true && <span className="field-optional">{words.form.optional}</span>}
    </>
  );
  const inner = (
    <>
      {rawDescription && (
        <p id={`${id}__description`} className="field-description">
          {rawDescription}
        </p>
      )}
      <div ref={box}>{children}</div>
      {message}
    </>
  );
  return group ? (
    <fieldset className="field" data-wrong={wrong} data-pointer={pointerOf(id)}>
      <legend id={`${id}__label`} className="field-label">
        {name}
      </legend>
      {inner}
    </fieldset>
  ) : (
    <div className="field" data-wrong={wrong} data-pointer={pointerOf(id)}>
      <label htmlFor={id} className="field-label">
        {name}
      </label>
      {inner}
    </div>
  );
};

const NUMBERS = ['integer', 'number'];

/** Numbers stand beside each other, texts below each other. */
const Fields = ({ properties, title, description, fieldPathId, schema }: ObjectFieldTemplateProps) => {
  const fields = Object.values((schema.properties ?? {}) as Record<string, RJSFSchema>);
  const dense = fields.length > 2 && fields.every(({ type, oneOf }) => NUMBERS.includes(String(type)) && !oneOf);
  const inner = (
    <div className={dense ? 'fields fields-dense' : 'fields'}>
      {properties
        .filter(({ hidden }) => !hidden)
        .map(({ content, name }) => (
          <div key={name} className="field-cell">
            {content}
          </div>
        ))}
    </div>
  );
  const isRoot = fieldPathId.$id === ROOT;
  if (isRoot || !title) return inner;
  return (
    <fieldset className="field-group" id={fieldPathId.$id}>
      <legend>{title}</legend>
      {description && <p className="field-description">{description}</p>}
      {inner}
    </fieldset>
  );
};

/** Only which alternative fits is asked of it: what is wrong is told by `flaws`, in our words and at the time that we choose. */
const validator: ValidatorType = {
  isValid: (schema, data) => accepts(schema as Schema, data),
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({}),
};

const Themed = withTheme<Data>(Theme as never);

/** Nothing is chosen or filled in for anybody: a level of protection is not the first of four because it is. */
const NOTHING_CHOSEN = { emptyObjectFields: 'skipEmptyDefaults', constAsDefaults: 'never' } as const;

const NO_BUTTON = { 'ui:submitButtonOptions': { norender: true } };

const translations = (words: FormWords): Partial<Record<TranslatableString, string>> => ({
  [TranslatableString.AddButton]: words.form.add,
  [TranslatableString.AddItemButton]: words.form.add,
  [TranslatableString.RemoveButton]: words.form.remove,
  [TranslatableString.MoveUpButton]: words.form.up,
  [TranslatableString.MoveDownButton]: words.form.down,
});

interface Props {
  readonly schema: Schema;
  readonly ui: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  /** What is to be shown as wrong. */
  readonly flaws: readonly Flaw[];
  readonly onChange: (data: Record<string, unknown>) => void;
  /** The pointer of a field that was left. */
  readonly onLeave?: (pointer: string) => void;
  readonly disabled?: boolean;
  readonly yes: string;
  readonly no: string;
}

export const SchemaForm = ({ schema, ui, data, flaws, onChange, onLeave, disabled, yes, no }: Props) => {
  const words = useFormWords();
  const shown = useMemo(() => drawn(schema) as RJSFSchema, [schema]);
  const hints = useMemo(() => ({ ...hintsFor(schema, ui), ...NO_BUTTON }) as GenericObjectType, [schema, ui]);
  const context: Context = useMemo(
    () => ({ flaws: new Map(flaws.map(({ pointer, message }) => [pointer, message])), words }),
    [flaws, words],
  );
  const said = { ...translations(words), [TranslatableString.YesLabel]: yes, [TranslatableString.NoLabel]: no };
  return (
    <Themed
      schema={shown}
      uiSchema={hints}
      formData={data}
      formContext={context}
      validator={validator as ValidatorType<Data>}
      idPrefix={ROOT}
      idSeparator={SEPARATOR}
      tagName="div"
      className="schema-form"
      templates={{ FieldTemplate: Field as never, ObjectFieldTemplate: Fields as never }}
      translateString={(key, params) =>
        params === undefined
          ? (said[key] ?? key)
          : params.reduce<string>((text, value, i) => text.replace(`%${i + 1}`, value), said[key] ?? key)
      }
      experimental_defaultFormStateBehavior={NOTHING_CHOSEN}
      noValidate
      showErrorList={false}
      disabled={disabled ?? false}
      onChange={({ formData }) => onChange(formData ?? {})}
      onBlur={(id) => onLeave?.(pointerOf(id))}
    />
  );
};

/** Puts the keyboard where something is to be mended. */
export const focusField = (pointer: string): void => {
  const id = idOf(pointer);
  const field = document.getElementById(id) ?? document.getElementById(`${id}-0`);
  const within = field?.matches('input, textarea') ? field : field?.querySelector<HTMLElement>('input, textarea');
  const named = document.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(pointer)}"] :is(input, textarea)`);
  const target = within ?? named;
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: 'center' });
};
