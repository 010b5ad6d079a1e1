/** One operation, unfolded: what it takes, what it answers, what it refuses, and an example. */
import { CopyOutlined } from '@ant-design/icons';
import { App, Button, Tag } from 'antd';
import { type ReactNode, useContext, useId } from 'react';
import { usePreferences } from '../shared/preferences.ts';
import { curlOf } from './curl.ts';
import { bodyOf, type Described, inLanguage, type Operation, type Parameter, refusalsOf, resolve, successOf } from './openapi.ts';
import { limitsOf, Said, SchemaTree, SpecContext, typeOf } from './schema-tree.tsx';
import { DOCS_WORDS, type DocsWords } from './words.ts';

const useDocsWords = (): DocsWords => DOCS_WORDS[usePreferences().language];

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
};

const Parameters = ({ parameters }: { readonly parameters: readonly Parameter[] }) => {
  const spec = useContext(SpecContext);
  const { language } = usePreferences();
  const words = useDocsWords();
  return (
    <ul className="fields">
      {parameters.map(({ name, in: place, required, description = '', schema }) => (
        <li className="field" key={`${place} ${name}`}>
          <code className="field-name">{name}</code> <span className="faint">{words.places[place]}</span>{' '}
          <span className="field-type">{typeOf(spec, schema, words)}</span>
          {required && <span className="field-required"> {words.required}</span>}{' '}
          <span className="faint">{limitsOf(spec, schema, words)}</span> <Said text={inLanguage(description, language)} />
        </li>
      ))}
    </ul>
  );
};

const Answer = ({ operation }: { readonly operation: Operation }) => {
  const spec = useContext(SpecContext);
  const { language } = usePreferences();
  const [status, response] = successOf(operation);
  const schema = response.content?.['application/json']?.schema;
  return (
    <>
      <Tag>{status}</Tag>
      {Object.entries(response.headers ?? {}).map(([name, header]) => (
        <p key={name} className="field">
          <code className="field-name">{name}</code> <Said text={inLanguage(resolve(spec, header).description ?? '', language)} />
        </p>
      ))}
      {schema && <SchemaTree schema={schema} />}
    </>
  );
};

const Refusals = ({ operation }: { readonly operation: Operation }) => {
  const spec = useContext(SpecContext);
  const { language } = usePreferences();
  return (
    <ul className="refusals">
      {refusalsOf(spec, operation).map(({ status, code, text }) => (
        <li key={code}>
          <Tag>{status}</Tag> <code>{code}</code> <span>{text[language]}</span>
        </li>
      ))}
    </ul>
  );
};

const Example = ({ described }: { readonly described: Described }) => {
  const spec = useContext(SpecContext);
  const words = useDocsWords();
  const { message } = App.useApp();
  const curl = curlOf(spec, described, location.origin);
  const copy = async () => {
    await navigator.clipboard.writeText(curl);
    message.success(words.copied);
  };
  return (
    <div className="example">
      <pre>{curl}</pre>
      <Button size="small" icon={<CopyOutlined />} aria-label={words.copy} onClick={() => void copy()} />
    </div>
  );
};

export const OperationBody = ({ described }: { readonly described: Described }) => {
  const { operation } = described;
  const words = useDocsWords();
  const body = bodyOf(operation);
  return (
    <div className="operation" data-testid="operation">
      <p>
        {words.needs} <code>{operation['x-action']}</code> · <code>{operation.operationId}</code>
      </p>
      {operation.parameters.length > 0 && (
        <Part title={words.parameters}>
          <Parameters parameters={operation.parameters} />
        </Part>
      )}
      {body && (
        <Part title={words.body}>
          <SchemaTree schema={body} />
        </Part>
      )}
      <Part title={words.answer}>
        <Answer operation={operation} />
      </Part>
      <Part title={words.refusals}>
        <Refusals operation={operation} />
      </Part>
      <Part title={words.example}>
        <Example described={described} />
      </Part>
    </div>
  );
};
