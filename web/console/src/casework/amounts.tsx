import { useConsole, useWords } from '../context.ts';
import { getCatalogue } from '../quota/requests.ts';
import { number } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { useFormPageWords } from './form-words.ts';

const UNLIMITED = -1;

type ByKind = Readonly<Record<string, number>>;

const Left = ({ value, wanted }: { readonly value: number | undefined; readonly wanted: number }) => {
  const words = useFormPageWords();
  const { language } = useWords();
  if (value === undefined) return <>–</>;
  if (value === UNLIMITED) return <>{words.preview.unlimited}</>;
  return <span className={wanted > value ? 'short' : undefined}>{number(value, language)}</span>;
};

interface Props {
  readonly lines: readonly { readonly kind: string; readonly amount: number }[];
  readonly freeInDepartment: ByKind;
  readonly freeInPool: ByKind;
}

/** What is asked for, beside what is left of it. */
export const Amounts = ({ lines, freeInDepartment, freeInPool }: Props) => {
  const words = useFormPageWords();
  const { language, say } = useWords();
  const { api } = useConsole();
  const { value: catalogue } = useLoaded('catalogue', (signal) => getCatalogue(api, signal));
  const kindOf = (id: string) => catalogue?.kinds.find((kind) => kind.id === id);
  return (
    <table className="amounts">
      <caption className="visually-hidden">{words.preview.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words.preview.kind}</th>
          <th scope="col">{words.preview.asked}</th>
          <th scope="col">{words.preview.inDepartment}</th>
          <th scope="col">{words.preview.inPool}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ kind: id, amount }) => {
          const kind = kindOf(id);
          return (
            <tr key={id} data-kind={id}>
              <th scope="row">
                {kind ? say(kind.name) : id} {kind && <span className="faint">{say(kind.unit)}</span>}
              </th>
              <td>{number(amount, language)}</td>
              <td>
                <Left value={freeInDepartment[id]} wanted={amount} />
              </td>
              <td>
                <Left value={freeInPool[id]} wanted={amount} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
};
