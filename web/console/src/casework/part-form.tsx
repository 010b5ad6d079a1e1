import { useEffect, useMemo } from 'react';
import { useWords } from '../context.ts';
import { flawsOf } from '../forms/check.ts';
import { prunedData, type Schema } from '../forms/schema.ts';
import { SchemaForm } from '../forms/schema-form.tsx';
import { useFormWords } from '../forms/words.ts';

interface Props {
  readonly schema: Schema;
  readonly ui: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly hint: string | undefined;
  readonly onChange: (data: Record<string, unknown>) => void;
  readonly onWrong: (wrong: boolean) => void;
}

/** The fields that a decision sets, drawn as the form draws them. */
export default ({ schema, ui, data, hint, onChange, onWrong }: Props) => {
  const words = useFormWords();
  const { words: common } = useWords();
  const flaws = useMemo(() => flawsOf(schema, prunedData(data), words.check), [schema, data, words]);
  const wrong = flaws.length > 0;
  useEffect(() => onWrong(wrong), [wrong, onWrong]);
  return (
    <>
      {hint !== undefined && <p className="field-description">{hint}</p>}
      <SchemaForm schema={schema} ui={ui} data={data} flaws={flaws} onChange={onChange} yes={common.app.yes} no={common.app.no} />
    </>
  );
};
