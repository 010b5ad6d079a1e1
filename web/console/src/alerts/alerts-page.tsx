import { Alert, Button, Empty, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useConsole, useConsoleState, useHealth, useTowns, useWords } from '../context.ts';
import { grouped, visible } from '../groups.ts';
import { now, useTicking } from '../shared/clock.ts';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';
import { useFilter } from './filter.ts';
import { GroupCard } from './group-card.tsx';
import { LevelTiles } from './level-tiles.tsx';

/** A storm draws so many incidents at first: more would make the page slow just then. */
const GROUPS = 20;

export const AlertsPage = () => {
  const { words, language } = useWords();
  const { sync } = useConsole();
  const towns = useTowns();
  const [filter, setFilter] = useFilter();
  const [limit, setLimit] = useState(GROUPS);
  const state = useConsoleState((whole) => whole);
  const problem = useHealth((health) => health.problem);
  // What was resolved goes out of sight after a minute.
  const minute = useTicking((at) => Math.floor(at / 15_000));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `minute` stands for the clock
  const groups = useMemo(() => grouped(visible(state, filter, now()), state), [state, filter, minute]);
  const open = Object.values(state.alerts).filter(({ view }) => view.phase === 'open').length;
  const filtered = filter.town !== undefined || filter.level !== undefined;

  return (
    <>
      <div className="page-head">
        <h1>{words.alerts.heading}</h1>
        {state.ready && <span className="faint">{words.alerts.count(open)}</span>}
        {towns.length > 1 && (
          <Select
            className="town-filter"
            data-testid="town-filter"
            aria-label={words.alerts.town}
            value={filter.town ?? ''}
            onChange={(town) => setFilter({ town: town === '' ? undefined : town })}
            options={[{ value: '', label: words.alerts.allTowns }, ...towns.map(({ id, name }) => ({ value: id, label: name[language] }))]}
          />
        )}
      </div>
      <LevelTiles filter={filter} onChange={setFilter} />
      {problem && <Failed title={words.alerts.failed} problem={problem} onRetry={() => void sync.refresh()} />}
      {state.truncated && <Alert type="warning" showIcon title={words.alerts.truncated(Object.keys(state.alerts).length)} />}
      {!state.ready && !problem && <Loading />}
      {state.ready && groups.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{filtered ? words.alerts.noneFiltered : words.alerts.none}</strong>
              <div className="faint">{!filtered && words.alerts.noneHint}</div>
            </>
          }
        >
          {filtered && <Button onClick={() => setFilter({ town: undefined, level: undefined })}>{words.alerts.clearFilter}</Button>}
        </Empty>
      )}
      <section className="groups" aria-label={words.alerts.heading}>
        {groups.slice(0, limit).map((group) => (
          <GroupCard key={group.key} group={group} />
        ))}
      </section>
      {groups.length > limit && (
        <Button block size="large" onClick={() => setLimit(limit + GROUPS)}>
          {words.alerts.moreGroups(groups.length - limit)}
        </Button>
      )}
    </>
  );
};
