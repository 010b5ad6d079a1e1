import { useConsole, useWords } from '../context.ts';
import type { CalledStep, IncidentView } from '../model.ts';
import { now } from '../shared/clock.ts';
import { clock, moment } from '../shared/format.ts';
import type { Words } from '../shared/words.ts';

const channelName = (words: Words, channel: string): string =>
  channel === 'sms' || channel === 'phone' || channel === 'webhook' ? words.detail[channel] : channel;

const Step = ({ step }: { readonly step: CalledStep }) => {
  const { words, language, say } = useWords();
  const { district } = useConsole();
  const time = (at: string) => clock(at, district.timezone, language);
  return (
    <li className="called" data-testid="called-step" data-step={step.step} data-round={step.round}>
      <div className="called-head">
        <strong>
          {words.detail.round(step.round)} {words.detail.step(step.step + 1)} {say(step.name)}
        </strong>
        <span className="faint">
          {words.detail.calledAt(moment(step.calledAt, now(), district.timezone, language))} · {words.detail.needed(step.needed)}
        </span>
      </div>
      <ul className="called-people">
        {step.people.map((person) => (
          <li key={person.personId} data-answered={person.acknowledgedAt !== undefined}>
            <span>{say(person.name)}</span>
            <span className="faint">{words.detail.channels(person.channels.map((channel) => channelName(words, channel)).join(', '))}</span>
            <span className={person.acknowledgedAt ? 'answered' : 'faint'}>
              {person.acknowledgedAt ? `✓ ${words.detail.answered(time(person.acknowledgedAt))}` : words.detail.noAnswer}
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
};

/** Everybody who was called, newest first, and whether they answered. */
export const Calls = ({ incident }: { readonly incident: IncidentView }) => {
  const { words, say } = useWords();
  return (
    <section aria-labelledby="calls">
      <h2 id="calls">{words.detail.calls}</h2>
      {incident.next && incident.phase === 'calling' && <p className="faint">{words.detail.next(say(incident.next.name))}</p>}
      {incident.called.length === 0 ? (
        <p className="faint">{words.detail.notCalled}</p>
      ) : (
        <ol className="calls">
          {incident.called.toReversed().map((step) => (
            <Step key={`${step.round}.${step.step}`} step={step} />
          ))}
        </ol>
      )}
      {incident.phase === 'resolved' && incident.reason && (
        <p>
          <strong>{words.detail.reason}</strong>
          {words.app.colon}
          {incident.reason}
        </p>
      )}
    </section>
  );
};
