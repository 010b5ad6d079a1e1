import { useConsole, useWords } from '../context.ts';
import type { IncidentView } from '../model.ts';
import { useTicking } from '../shared/clock.ts';
import { moment, remaining } from '../shared/format.ts';

const Countdown = ({ until }: { readonly until: string }) => {
  const { words } = useWords();
  const left = useTicking((now) => remaining(until, now));
  const due = left === '00:00';
  return (
    <span className="countdown" data-testid="countdown" data-due={due} data-soon={left.startsWith('00:')}>
      {due ? words.state.dueNow : <time dateTime={until}>{left}</time>}
    </span>
  );
};

/** Where the calling stands, in one line: who is called, and what comes when nobody answers. */
export const Calling = ({ incident }: { readonly incident: IncidentView }) => {
  const { words, language, say } = useWords();
  const { district } = useConsole();
  const current = incident.called.at(-1);
  const when = useTicking((now) => moment(incident.resolvedAt ?? incident.openedAt, now, district.timezone, language));
  if (incident.phase === 'resolved') {
    const who = incident.resolvedBy ? say(incident.resolvedBy.name) : '';
    return <p className="calling calm">{words.detail.resolvedBy(who, when)}</p>;
  }
  if (incident.phase === 'acknowledged') {
    const who = (incident.acknowledgedBy ?? []).map(({ name }) => say(name)).join(language === 'zh' ? '、' : ', ');
    return <p className="calling calm">✓ {words.state.acknowledged(who)}</p>;
  }
  if (!current) return <p className="calling">{words.state.waiting}</p>;
  const names = current.people.map(({ name }) => say(name)).join(language === 'zh' ? '、' : ', ');
  const until = incident.repeatAt ?? incident.next?.at ?? current.dueAt;
  return (
    <div className="calling">
      <p>
        {incident.repeatAt ? (
          <strong className="exhausted">{words.state.exhausted}</strong>
        ) : (
          <strong>{words.state.calling(current.step + 1, say(current.name))}</strong>
        )}{' '}
        <span className="faint">{names}</span>
      </p>
      <p className="next">
        <Countdown until={until} /> {incident.repeatAt ? words.state.repeats : words.state.escalates}
        {incident.next && (
          <span className="faint">
            {' → '}
            {say(incident.next.name)}
          </span>
        )}
      </p>
    </div>
  );
};
