import { Link } from 'react-router';
import { useTownName, useWords } from '../context.ts';
import type { AlertView } from '../model.ts';
import { useTicking } from '../shared/clock.ts';
import { ago, quantity } from '../shared/format.ts';
import { LevelTag } from './level-tag.tsx';

/** One alert in a list: what, where, how bad, since when. */
export const AlertRow = ({ alert }: { readonly alert: AlertView }) => {
  const { words, language, say } = useWords();
  const townName = useTownName();
  const age = useTicking((now) => ago(alert.raisedAt, now, language));
  const over = alert.phase === 'resolved' ? words.state.resolved : alert.clearedAt && words.state.cleared;
  return (
    <Link
      className="row"
      to={`/alerts/${alert.alertId}`}
      data-testid="alert-row"
      data-level={alert.level}
      data-alert={alert.alertId}
      data-over={Boolean(over)}
    >
      <LevelTag level={alert.level} />
      <span className="row-what">
        <strong>{say(alert.headline)}</strong>
        <span className="row-device">
          {townName(alert.town)} · {say(alert.deviceName)}
        </span>
      </span>
      <span className="row-value">
        {quantity(alert.value, alert.unit, language)}
        <span className="faint">
          {' '}
          {words.alerts.limit} {quantity(alert.threshold, alert.unit, language)}
        </span>
      </span>
      <span className="row-age">
        {over && <span className="over">{over}</span>}
        <time dateTime={alert.raisedAt}>{age}</time>
      </span>
    </Link>
  );
};
