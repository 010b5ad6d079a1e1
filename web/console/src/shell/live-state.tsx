import { Tooltip } from 'antd';
import { useHealth, useWords } from '../context.ts';
import { useTicking } from '../shared/clock.ts';
import { ago } from '../shared/format.ts';

/** Is what one sees of this moment? In words, with a shape, and since when. */
export const LiveState = () => {
  const { words, language } = useWords();
  const live = useHealth((health) => health.live);
  const fetchedAt = useHealth((health) => health.fetchedAt);
  const age = useTicking((now) => (fetchedAt === undefined ? '' : ago(fetchedAt, now, language)));
  const explain = { live: words.live.explainLive, reconnecting: words.live.explainReconnecting, offline: words.live.explainOffline }[live];
  const state = live === 'reconnecting' ? 'connecting' : live;
  return (
    <Tooltip title={explain}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip must be reachable by keyboard */}
      <span className={`live live-${live}`} role="status" data-testid="live-state" data-state={state} tabIndex={0}>
        <span className="live-dot" aria-hidden="true" />
        {words.live[live]}
        {live !== 'live' && age !== '' && <span className="live-age">{words.live.updated(age)}</span>}
      </span>
    </Tooltip>
  );
};
