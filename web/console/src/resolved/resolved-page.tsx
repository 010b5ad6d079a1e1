import { Button, Empty } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { LevelTag } from '../alerts/level-tag.tsx';
import { useConsole, useTownName, useWords } from '../context.ts';
import type { IncidentView } from '../model.ts';
import { type Api, asProblem, type Problem } from '../shared/api.ts';
import { now } from '../shared/clock.ts';
import { moment } from '../shared/format.ts';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';

interface Page {
  readonly items: readonly IncidentView[];
  readonly next?: string;
}

const pageOf = async (api: Api, cursor?: string): Promise<Page> =>
  (await api.GET('/v1/incidents', { params: { query: { phase: 'resolved', limit: 50, ...(cursor && { cursor }) } } })).data;

const Row = ({ incident }: { readonly incident: IncidentView }) => {
  const { words, language, say } = useWords();
  const { district } = useConsole();
  const townName = useTownName();
  const time = moment(incident.resolvedAt ?? incident.openedAt, now(), district.timezone, language);
  return (
    <Link className="row" to={`/incidents/${incident.incidentId}`}>
      <LevelTag level={incident.level} />
      <span className="row-what">
        <strong>
          {townName(incident.town)} · {words.alerts.incident(say(incident.planName), incident.alerts)}
        </strong>
        <span className="row-device">{incident.reason}</span>
      </span>
      <span className="row-age">{words.detail.resolvedBy(incident.resolvedBy ? say(incident.resolvedBy.name) : '', time)}</span>
    </Link>
  );
};

export const ResolvedPage = () => {
  const { words, language } = useWords();
  const { api, sync } = useConsole();
  const [page, setPage] = useState<Page>();
  const [problem, setProblem] = useState<Problem>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, and when something was resolved
  useEffect(() => {
    const fetchFirst = () => pageOf(api).then(setPage, (error: unknown) => setProblem(asProblem(error, language)));
    void fetchFirst();
    return sync.onEvents((events) => {
      if (events.some(({ name }) => name === 'IncidentResolved')) void fetchFirst();
    });
  }, [api, sync]);
  const more = async () => {
    try {
      const next = await pageOf(api, page?.next);
      setPage({ ...next, items: [...(page?.items ?? []), ...next.items] });
      setProblem(undefined);
    } catch (error) {
      setProblem(asProblem(error, language));
    }
  };
  return (
    <>
      <div className="page-head">
        <h1>{words.resolvedPage.heading}</h1>
      </div>
      {problem && <Failed title={words.resolvedPage.failed} problem={problem} onRetry={() => location.reload()} />}
      {!page && !problem && <Loading />}
      {page?.items.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.resolvedPage.none} />}
      <section className="rows card resolved" hidden={!page?.items.length} aria-label={words.resolvedPage.heading}>
        {page?.items.map((incident) => (
          <Row key={incident.incidentId} incident={incident} />
        ))}
      </section>
      {page?.next && (
        <Button block onClick={() => void more()}>
          {words.app.loadMore}
        </Button>
      )}
    </>
  );
};
