import { PhoneOutlined } from '@ant-design/icons';
import { Empty } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { LevelTag } from '../alerts/level-tag.tsx';
import { useConsole, useWords } from '../context.ts';
import type { PhoneMessage } from '../model.ts';
import { asProblem, type Problem } from '../shared/api.ts';
import { now } from '../shared/clock.ts';
import { moment } from '../shared/format.ts';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';

const SHOWN = 4;

const byPerson = (messages: readonly PhoneMessage[]): PhoneMessage[][] => {
  const phones = new Map<string, PhoneMessage[]>();
  for (const message of messages) phones.set(message.personId, [...(phones.get(message.personId) ?? []), message]);
  return [...phones.values()];
};

const Phone = ({ messages }: { readonly messages: readonly PhoneMessage[] }) => {
  const { words, language, say } = useWords();
  const { district } = useConsole();
  const [newest] = messages;
  if (!newest) return null;
  return (
    <article className="phone" data-testid="phone-card" data-person={newest.personId}>
      <header>
        <PhoneOutlined /> <strong>{say(newest.personName)}</strong> <span className="faint">{newest.address}</span>
      </header>
      {messages.slice(0, SHOWN).map((message) => (
        <Link key={message.callId} to={`/incidents/${message.incidentId}`} className="bubble">
          <LevelTag level={message.level} />
          <p>{message.text[language]}</p>
          <time className="faint" dateTime={message.sentAt}>
            {moment(message.sentAt, now(), district.timezone, language)}
          </time>
        </Link>
      ))}
      {messages.length > SHOWN && <p className="faint">{words.phones.earlier(messages.length - SHOWN)}</p>}
    </article>
  );
};

/** The local outbox: what would ring on people's phones. */
export const PhonesPage = () => {
  const { words, language } = useWords();
  const { api, sync } = useConsole();
  const [messages, setMessages] = useState<readonly PhoneMessage[]>();
  const [problem, setProblem] = useState<Problem>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, and when somebody was called
  useEffect(() => {
    const fetchAll = () =>
      api.GET('/v1/phones', { params: { query: { limit: 200 } } }).then(
        ({ data }) => {
          setMessages(data.items);
          setProblem(undefined);
        },
        (error: unknown) => setProblem(asProblem(error, language)),
      );
    void fetchAll();
    let soon: ReturnType<typeof setTimeout> | undefined;
    const stop = sync.onEvents((events) => {
      if (!events.some(({ name }) => name === 'LevelCalled')) return;
      // The call goes out after its event.
      clearTimeout(soon);
      soon = setTimeout(() => void fetchAll(), 1_000);
    });
    return () => {
      clearTimeout(soon);
      stop();
    };
  }, [api, sync]);
  const phones = useMemo(() => byPerson(messages ?? []), [messages]);
  return (
    <>
      <div className="page-head">
        <h1>{words.phones.heading}</h1>
      </div>
      <p className="faint">{words.phones.hint}</p>
      {problem && <Failed title={words.phones.failed} problem={problem} onRetry={() => location.reload()} />}
      {!messages && !problem && <Loading />}
      {messages?.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.phones.none} />}
      <div className="phones">
        {phones.map((one) => (
          <Phone key={one[0]?.personId} messages={one} />
        ))}
      </div>
    </>
  );
};
