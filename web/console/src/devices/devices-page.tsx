import { Empty, Select } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { LevelTag } from '../alerts/level-tag.tsx';
import { useConsole, useConsoleState, useTowns, useWords } from '../context.ts';
import { LEVELS } from '../levels.ts';
import type { DeviceView, Level } from '../model.ts';
import { asProblem, type Problem } from '../shared/api.ts';
import { useTicking } from '../shared/clock.ts';
import { ago, quantity } from '../shared/format.ts';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';

const Curve = lazy(() => import('./curve.tsx'));

/** The gravest alert that is open on a device. */
const useLevel = (deviceId: string): Level | undefined =>
  useConsoleState(({ alerts }) => {
    const open = Object.values(alerts).flatMap(({ view }) =>
      view.deviceId === deviceId && view.phase === 'open' && !view.clearedAt ? view.level : [],
    );
    return LEVELS.find((level) => open.includes(level));
  });

/** A device may miss a beat or two; after the third it is said to be silent. */
const MISSED_BEATS = 3;

const Row = ({ device, town, active }: { readonly device: DeviceView; readonly town: string; readonly active: boolean }) => {
  const { words, language, say } = useWords();
  const { district } = useConsole();
  const level = useLevel(device.deviceId);
  const type = district.deviceTypes.find(({ id }) => id === device.deviceType);
  const { lastReadingAt } = device;
  const age = useTicking((now) => (lastReadingAt ? ago(lastReadingAt, now, language) : words.devices.never));
  const silent = useTicking(
    (now) => type !== undefined && lastReadingAt !== undefined && now - Date.parse(lastReadingAt) > MISSED_BEATS * type.heartbeat * 1000,
  );
  const values = (type?.measures ?? []).flatMap(({ id, unit }) => {
    const value = device.values[id];
    return value === undefined ? [] : quantity(value, unit, language);
  });
  return (
    <Link className="row" to={`/devices/${device.deviceId}?town=${town}`} aria-current={active ? 'true' : undefined} data-silent={silent}>
      <span>{level ? <LevelTag level={level} /> : <span className="faint">{lastReadingAt ? words.devices.normal : '–'}</span>}</span>
      <span className="row-what">
        <strong>{say(device.name)}</strong>
        <span className="row-device">{type ? say(type.name) : device.deviceType}</span>
      </span>
      <span className="row-value">{values.join(' / ')}</span>
      <span className="row-age">
        {silent && <span className="silent">{words.devices.silent}</span>}
        {age}
      </span>
    </Link>
  );
};

const useDevices = (town: string | undefined) => {
  const { api } = useConsole();
  const { language } = useWords();
  const [devices, setDevices] = useState<readonly DeviceView[]>();
  const [problem, setProblem] = useState<Problem>();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a retry asks again
  useEffect(() => {
    if (town === undefined) return;
    const ending = new AbortController();
    setProblem(undefined);
    const fetchAll = () =>
      api.GET('/v1/devices', { params: { query: { town, limit: 500 } }, signal: ending.signal }).then(
        ({ data }) => setDevices(data.items),
        (error: unknown) => !ending.signal.aborted && setProblem(asProblem(error, language)),
      );
    setDevices(undefined);
    void fetchAll();
    const timer = setInterval(() => void fetchAll(), 10_000);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [api, town, tries]);
  return { devices, problem, retry: () => setTries(tries + 1) };
};

export const DevicesPage = () => {
  const { words, language } = useWords();
  const { deviceId } = useParams();
  const [params, setParams] = useSearchParams();
  const towns = useTowns();
  const town = towns.find(({ id }) => id === params.get('town'))?.id ?? towns[0]?.id;
  const { devices, problem, retry } = useDevices(town);
  return (
    <>
      <div className="page-head">
        <h1>{words.devices.heading}</h1>
        <Select
          className="town-filter"
          aria-label={words.devices.town}
          value={town}
          onChange={(id) => setParams(id === undefined ? {} : { town: id })}
          options={towns.map(({ id, name }) => ({ value: id, label: name[language] }))}
        />
      </div>
      {problem && <Failed title={words.devices.failed} problem={problem} onRetry={retry} />}
      {!devices && !problem && <Loading />}
      {devices?.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.devices.none} />}
      <div className={deviceId ? 'columns' : undefined}>
        <section className="rows card devices" aria-label={words.devices.list} hidden={!devices?.length}>
          {devices?.map((device) => (
            <Row key={device.deviceId} device={device} town={town ?? ''} active={device.deviceId === deviceId} />
          ))}
        </section>
        {deviceId && (
          <Suspense fallback={<Loading />}>
            <Curve key={deviceId} deviceId={deviceId} />
          </Suspense>
        )}
      </div>
    </>
  );
};
