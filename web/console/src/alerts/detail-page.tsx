import { Descriptions, Empty } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useConsole, useConsoleState, useTownName, useWords } from '../context.ts';
import type { AlertView, IncidentView } from '../model.ts';
import { type Api, asProblem, type Problem } from '../shared/api.ts';
import { now, useTicking } from '../shared/clock.ts';
import { moment, quantity } from '../shared/format.ts';
import { Boundary } from '../shell/boundary.tsx';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';
import { Actions } from './actions.tsx';
import { AlertRow } from './alert-row.tsx';
import { Calling } from './calling.tsx';
import { Calls } from './calls.tsx';
import { LevelTag } from './level-tag.tsx';

// ECharts is as large as all the rest: it comes when a curve is looked at.
const Curve = lazy(() => import('../devices/curve.tsx'));

/** What the live store doesn't hold (an older alert opened by its address) is fetched. */
const useFetched = (key: string | undefined, ask: (api: Api) => Promise<unknown>): { problem: Problem | undefined; retry: () => void } => {
  const { api } = useConsole();
  const { language } = useWords();
  const [problem, setProblem] = useState<Problem>();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: fetched again on request only
  useEffect(() => {
    if (key === undefined) return;
    setProblem(undefined);
    ask(api).catch((error: unknown) => setProblem(asProblem(error, language)));
  }, [api, key, tries]);
  return { problem, retry: () => setTries(tries + 1) };
};

const useFetchedIncident = (incidentId: string | undefined) => {
  const { sync } = useConsole();
  return useFetched(incidentId, async (api) => {
    const { data } = await api.GET('/v1/incidents/{incidentId}', { params: { path: { incidentId: incidentId as string } } });
    sync.state.dispatch({ type: 'incident', incident: data });
  });
};

const Facts = ({ alert }: { readonly alert: AlertView }) => {
  const { words, language, say } = useWords();
  const { district } = useConsole();
  const townName = useTownName();
  const time = (at: string) => moment(at, now(), district.timezone, language);
  const items = [
    { label: words.detail.device, children: `${townName(alert.town)} · ${say(alert.deviceName)}` },
    { label: words.detail.value, children: quantity(alert.value, alert.unit, language) },
    { label: words.detail.limit, children: quantity(alert.threshold, alert.unit, language) },
    { label: words.detail.raised, children: time(alert.raisedAt) },
    ...(alert.clearedAt ? [{ label: words.detail.clearedAt, children: time(alert.clearedAt) }] : []),
  ];
  return <Descriptions size="small" column={{ xs: 1, sm: 2, lg: 3 }} items={items.map((item) => ({ ...item, key: item.label }))} />;
};

const Incident = ({ incident }: { readonly incident: IncidentView }) => (
  <div className={`card edge-${incident.level}`}>
    <Calling incident={incident} />
    <Actions incident={incident} />
    <Calls incident={incident} />
  </div>
);

/** An incident opens within a second or two of its alert; an alert without one after a minute has no plan. */
const NoIncident = ({ alert }: { readonly alert: AlertView }) => {
  const { words } = useWords();
  const young = useTicking((at) => at - Date.parse(alert.raisedAt) < 60_000);
  return (
    <p className={`card edge-${alert.level}`}>{alert.incidentId !== undefined || young ? words.state.waiting : words.detail.noPlan}</p>
  );
};

const Chart = ({ alert }: { readonly alert: AlertView }) => {
  const { words } = useWords();
  return (
    <section aria-labelledby="curve">
      <h2 id="curve">{words.detail.curve}</h2>
      {/* Its own: a curve that fails must not take the buttons with it. */}
      <Boundary>
        <Suspense fallback={<Loading />}>
          <Curve deviceId={alert.deviceId} alert={alert} />
        </Suspense>
      </Boundary>
    </section>
  );
};

export const AlertPage = () => {
  const { alertId = '' } = useParams();
  const { words, say } = useWords();
  const known = useConsoleState((state) => state.alerts[alertId]?.view);
  const [fetched, setFetched] = useState<AlertView>();
  const alert = known ?? (fetched?.alertId === alertId ? fetched : undefined);
  const { problem, retry } = useFetched(known ? undefined : alertId, async (api) =>
    setFetched((await api.GET('/v1/alerts/{alertId}', { params: { path: { alertId } } })).data),
  );
  const incidentId = alert?.incidentId;
  const incident = useConsoleState((state) => (incidentId === undefined ? undefined : state.incidents[incidentId]?.view));
  useFetchedIncident(incident ? undefined : incidentId);
  if (!alert) return problem ? <Failed title={words.detail.failed} problem={problem} onRetry={retry} /> : <Loading />;
  return (
    <>
      <div className="page-head">
        <h1>
          <LevelTag level={alert.level} /> {say(alert.headline)}
        </h1>
        <Link to="/">{words.app.toAlerts}</Link>
      </div>
      <Facts alert={alert} />
      {/* What to press comes before what to look at: on a phone it must not lie below the curve. */}
      <div className="columns detail">
        {incident ? <Incident incident={incident} /> : <NoIncident alert={alert} />}
        <Chart alert={alert} />
      </div>
    </>
  );
};

export const IncidentPage = () => {
  const { incidentId = '' } = useParams();
  const { words, say } = useWords();
  const townName = useTownName();
  const state = useConsoleState((whole) => whole);
  const incident = state.incidents[incidentId]?.view;
  const { problem, retry } = useFetchedIncident(incident ? undefined : incidentId);
  const live = Object.values(state.alerts).flatMap(({ view }) => (view.incidentId === incidentId ? view : []));
  const [past, setPast] = useState<readonly AlertView[]>([]);
  const isPast = incident?.phase === 'resolved' && live.length === 0;
  useFetched(isPast ? incidentId : undefined, async (api) => {
    const query = { phase: 'resolved', limit: 500, town: incident?.town ?? '' } as const;
    const { data } = await api.GET('/v1/alerts', { params: { query } });
    setPast(data.items.filter((alert) => alert.incidentId === incidentId));
  });
  const alerts = isPast ? past : live;
  if (!incident) return problem ? <Failed title={words.detail.failed} problem={problem} onRetry={retry} /> : <Loading />;
  return (
    <>
      <div className="page-head">
        <h1>
          <LevelTag level={incident.level} /> {townName(incident.town)} · {say(incident.planName)}
        </h1>
        <Link to="/">{words.app.toAlerts}</Link>
      </div>
      <div className="columns detail">
        <Incident incident={incident} />
        <section className="rows card" aria-label={words.alerts.heading}>
          {alerts.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.alerts.noneHere} />}
          {alerts.map((alert) => (
            <AlertRow key={alert.alertId} alert={alert} />
          ))}
        </section>
      </div>
    </>
  );
};
