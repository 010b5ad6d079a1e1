import { Button } from 'antd';
import { Link } from 'react-router';
import { useConsole, useWords } from '../context.ts';
import { now } from '../shared/clock.ts';
import { moment } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';
import { Scrolls } from '../shell/scrolls.tsx';
import { useParties } from './names.ts';
import { type EntryPage, type EntryView, type Logged, listEntries, type Search } from './requests.ts';
import { type AuditWords, useAuditWords } from './words.ts';

export const actionName = (words: AuditWords, action: string): string => words.action[action as keyof AuditWords['action']] ?? action;

const ADDRESSES: readonly (readonly [RegExp, string])[] = [
  [/^case:(case_\w+)$/, '/requests/'],
  [/^allocation:(alc_\w+)$/, '/cloud/allocations/'],
  [/^system:(sys_\w+)$/, '/cloud/systems/'],
];

/** What it was done to: leads there where there is a page of it. */
export const Resource = ({ name }: { readonly name: string | undefined }) => {
  if (name === undefined) return null;
  for (const [pattern, address] of ADDRESSES) {
    const id = pattern.exec(name)?.[1];
    if (id !== undefined) {
      return (
        <Link className="link" to={`${address}${id}`}>
          <code>{name}</code>
        </Link>
      );
    }
  }
  return <code>{name}</code>;
};

interface SaidProps {
  readonly entry: EntryView;
  readonly field: keyof Logged & string;
  /** How a party is called. */
  readonly call?: (party: string) => string;
}

/** What the entry says, or that it does not say it. */
export const Said = ({ entry, field, call = (party) => party }: SaidProps) => {
  const words = useAuditWords();
  const value = entry.record[field];
  if (typeof value === 'string') return <span title={value}>{call(value)}</span>;
  return entry.hidden.includes(field) ? <span className="faint">{words.page.hidden}</span> : <>–</>;
};

const Row = ({ entry, call }: { readonly entry: EntryView; readonly call: (party: string) => string }) => {
  const words = useAuditWords();
  const { language } = useWords();
  const { district } = useConsole();
  const { id, record } = entry;
  return (
    <tr data-testid="audit-entry">
      <td>
        <time dateTime={record.at}>{moment(record.at, now(), district.timezone, language)}</time>
      </td>
      <th scope="row">
        <Link className="link" to={`/audit/${id}`}>
          {actionName(words, record.action)}
        </Link>
      </th>
      <td className={`outcome-${record.outcome}`}>{words.outcome[record.outcome]}</td>
      <td>
        <Said entry={entry} field="actor" call={call} />
        {record.onBehalfOf !== undefined && <span className="faint"> {words.page.onBehalf(call(record.onBehalfOf))}</span>}
      </td>
      <td>{record.resource === undefined ? <Said entry={entry} field="resource" /> : <Resource name={record.resource} />}</td>
      <td className="ground">
        <Said entry={entry} field="ground" />
      </td>
    </tr>
  );
};

/** Entries of the log, newest first. */
export const Entries = ({ search, none }: { readonly search: Search; readonly none: string }) => {
  const words = useAuditWords();
  const { api } = useConsole();
  const call = useParties();
  const key = JSON.stringify(search);
  const { value, problem, reload, put } = useLoaded<EntryPage>(key, (signal) => listEntries(api, search, undefined, signal));
  const more = async () => {
    const next = value?.next && (await listEntries(api, search, value.next).catch(() => undefined));
    if (next && value) put({ ...next, items: [...value.items, ...next.items] });
  };
  return (
    <>
      {problem && <Failed title={words.page.failed} problem={problem} onRetry={() => void reload()} />}
      {!value && !problem && <Loading />}
      {value?.items.length === 0 && <p className="faint">{none}</p>}
      {value && value.items.length > 0 && (
        <div className="card">
          <Scrolls label={words.page.list}>
            <table className="amounts texts audit">
              <caption className="visually-hidden">{words.page.list}</caption>
              <thead>
                <tr>
                  <th scope="col">{words.page.when}</th>
                  <th scope="col">{words.page.what}</th>
                  <th scope="col">{words.page.outcome}</th>
                  <th scope="col">{words.page.actor}</th>
                  <th scope="col">{words.page.resource}</th>
                  <th scope="col">{words.page.ground}</th>
                </tr>
              </thead>
              <tbody>
                {value.items.map((entry) => (
                  <Row key={entry.id} entry={entry} call={call} />
                ))}
              </tbody>
            </table>
          </Scrolls>
        </div>
      )}
      {value?.next && (
        <Button block onClick={() => void more()}>
          {words.page.more}
        </Button>
      )}
    </>
  );
};
