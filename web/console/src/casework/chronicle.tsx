/** All that happened to a request: who, when, on whose behalf, with which outcome, why. */
import { Button } from 'antd';
import { useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import { nameOf, type Schema } from '../forms/schema.ts';
import { now } from '../shared/clock.ts';
import { dayAndTime } from '../shared/format.ts';
import { type StatusWords, useStatusWords } from './case-words.ts';
import { useHolders } from './names.ts';
import type { HistoryEntry } from './requests.ts';
import { eventName, isMain, namesIn, type Told, told } from './story.ts';

const SYSTEMS: Readonly<Record<string, 'rules' | 'time'>> = { 'system:rules': 'rules', 'system:time': 'time' };

export const actorOf = ({ by, name }: Pick<HistoryEntry, 'by' | 'name'>, words: StatusWords): string => {
  if (name !== undefined) return name;
  if (by.startsWith('person:')) return by.slice('person:'.length);
  return words.history[SYSTEMS[by] ?? 'system'];
};

export const eventWords = (entry: HistoryEntry, words: StatusWords): string =>
  words.event[eventName(entry) as keyof StatusWords['event']] ?? words.event.other;

type Say = (text: { readonly zh: string; readonly en: string }) => string;

/** 数据局审批：批准; 自动检查完成; 办结：已分配 */
const headline = (entry: HistoryEntry, words: StatusWords, say: Say, colon: string): string => {
  const { type, step, outcomeName } = entry;
  const outcome = outcomeName && say(outcomeName);
  const name = step && say(step.name);
  if (type === 'decided' && name !== undefined) return outcome === undefined ? words.history.stepDone(name) : `${name}${colon}${outcome}`;
  const told = eventWords(entry, words);
  return [name === undefined ? told : `${name} · ${told}`, ...(outcome === undefined ? [] : [outcome])].join(colon);
};

const Entry = ({
  line: { entry, times },
  schema,
  names,
}: {
  readonly line: Told;
  readonly schema: Schema;
  readonly names: ReadonlyMap<string, string>;
}) => {
  const words = useStatusWords();
  const { words: common, language, say } = useWords();
  const { district } = useConsole();
  const holders = useHolders();
  const time = (at: string) => dayAndTime(at, now(), district.timezone, language);
  const { at, type, reason, for: whose, to, changed, waitsFor, dueAt, file } = entry;
  const separator = language === 'zh' ? '、' : ', ';
  const facts = [
    to !== undefined && eventName(entry) === 'handedOver' && words.history.to(names.get(to) ?? to),
    file,
    changed && changed.length > 0 && words.history.changed(changed.map((field) => nameOf(schema, `/${field}`) || field).join(separator)),
    waitsFor && words.history.waitsFor(holders(waitsFor)),
    dueAt !== undefined && words.history.dueAt(time(dueAt)),
  ].filter((fact): fact is string => typeof fact === 'string');
  return (
    <li className={`event event-${type}`} data-event={type}>
      <div className="event-head">
        <strong>{times > 1 ? words.history.saves(times) : headline(entry, words, say, common.app.colon)}</strong>
        <time className="faint" dateTime={at}>
          {time(at)}
        </time>
      </div>
      <div>
        {actorOf(entry, words)}
        {whose !== undefined && <span className="faint"> {words.history.onBehalf(names.get(whose) ?? whose)}</span>}
        {facts.length > 0 && <span className="faint"> · {facts.join(' · ')}</span>}
      </div>
      {reason !== undefined && <p className="reason">{reason}</p>}
    </li>
  );
};

export const Chronicle = ({ entries, schema }: { readonly entries: readonly HistoryEntry[]; readonly schema: Schema }) => {
  const words = useStatusWords();
  const [all, setAll] = useState(false);
  const names = namesIn(entries);
  const hasMore = entries.some((entry) => !isMain(entry));
  return (
    <section className="card" aria-labelledby="history">
      <h2 id="history">{words.page.history}</h2>
      <ol className="events" data-testid="history">
        {told(entries, all).map((line) => (
          <Entry key={line.entry.seq} line={line} schema={schema} names={names} />
        ))}
      </ol>
      {hasMore && (
        <Button type="link" className="in-line" onClick={() => setAll(!all)}>
          {all ? words.history.fewer : words.history.all}
        </Button>
      )}
    </section>
  );
};
