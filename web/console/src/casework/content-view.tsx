/** What was filled in, to be read: by the same schema that draws the form. */
import { LockOutlined } from '@ant-design/icons';
import { Descriptions, Tag } from 'antd';
import { useConsole, useWords } from '../context.ts';
import { type Line, type Schema, type Section, sectionsOf } from '../forms/schema.ts';
import { useFormWords } from '../forms/words.ts';
import { now } from '../shared/clock.ts';
import { dayAndTime, number } from '../shared/format.ts';
import { Linked } from './linked.tsx';

const Value = ({ line: { shown, masked } }: { readonly line: Line }) => {
  const words = useFormWords();
  const { words: common, language } = useWords();
  const { district } = useConsole();
  if (shown === undefined) return <span className="faint">{words.form.none}</span>;
  switch (shown.kind) {
    case 'number':
      return <>{number(shown.value, language)}</>;
    case 'time':
      return <>{dayAndTime(shown.at, now(), district.timezone, language)}</>;
    case 'yesNo':
      return <>{shown.value ? common.app.yes : common.app.no}</>;
    case 'list':
      return (
        <>
          {shown.items.map((item) => (
            <Tag key={item}>{item}</Tag>
          ))}
        </>
      );
    case 'text':
    case 'long':
      return (
        <span className={shown.kind === 'long' ? 'long-text' : undefined}>
          <Linked text={shown.text} />
          {masked && (
            <span className="faint">
              {' '}
              <LockOutlined aria-hidden="true" /> {words.form.masked}
            </span>
          )}
        </span>
      );
    default:
      return shown satisfies never;
  }
};

/** A long text takes the line for itself. */
const COLUMNS = { xs: 1, md: 2 } as const;
const spanOf = ({ shown }: Line) => (shown?.kind === 'long' || shown?.kind === 'list' ? 'filled' : undefined);

const Part = ({ section }: { readonly section: Section }) => {
  const words = useFormWords();
  const title = section.name ?? words.form.basics;
  return (
    <section className="data-part" aria-label={title}>
      <h3>{title}</h3>
      <Descriptions
        size="small"
        bordered
        column={COLUMNS}
        items={section.lines.map((line) => {
          const span = spanOf(line);
          return { key: line.pointer, label: line.name, children: <Value line={line} />, ...(span && { span }) };
        })}
      />
    </section>
  );
};

interface Props {
  readonly schema: Schema;
  readonly ui: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly masked: readonly string[];
  /** What was left out as well: somebody was asked for it. */
  readonly whole: boolean;
}

export const ContentView = ({ schema, ui, data, masked, whole }: Props) => (
  <>
    {sectionsOf(schema, ui, data, masked, whole).map((section) => (
      <Part key={section.pointer} section={section} />
    ))}
  </>
);
