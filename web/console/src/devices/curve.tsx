import { Empty } from 'antd';
import { LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useCallback, useEffect, useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import type { AlertView, DeviceView, Measure, Point, Rule } from '../model.ts';
import { asProblem, type Problem } from '../shared/api.ts';
import { useChart } from '../shared/chart.ts';
import { now } from '../shared/clock.ts';
import { quantity } from '../shared/format.ts';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';
import { chartOptions } from './chart.ts';

use([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

interface Curve {
  readonly device: DeviceView;
  readonly measures: readonly Measure[];
  readonly rules: readonly Rule[];
  readonly points: readonly Point[];
}

/** Before an alert, so that one sees how it came to it, and after a past one. */
const LEAD_MS = 30 * 60_000;
const POINTS = 1000;
/** Readings aren't pushed: a curve that is looked at asks. */
const REFRESH_MS = 5_000;

const useCurve = (deviceId: string, alert: AlertView | undefined) => {
  const { api } = useConsole();
  const { language } = useWords();
  const [curve, setCurve] = useState<Curve>();
  const [problem, setProblem] = useState<Problem>();
  const [tries, setTries] = useState(0);
  const raisedAt = alert?.raisedAt;
  const endedAt = alert?.phase === 'resolved' ? (alert.clearedAt ?? alert.resolvedAt) : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a retry asks again
  useEffect(() => {
    const ending = new AbortController();
    const fetchAll = async () => {
      const from = raisedAt && new Date(Date.parse(raisedAt) - LEAD_MS).toISOString();
      const to = endedAt && new Date(Date.parse(endedAt) + LEAD_MS).toISOString();
      const query = { limit: POINTS, ...(from && { from }), ...(to && { to }) };
      const path = { deviceId };
      const { signal } = ending;
      try {
        const [about, readings] = await Promise.all([
          api.GET('/v1/devices/{deviceId}', { params: { path }, signal }),
          api.GET('/v1/devices/{deviceId}/readings', { params: { path, query }, signal }),
        ]);
        setCurve({ ...about.data, points: readings.data.points });
        setProblem(undefined);
      } catch (error) {
        if (!ending.signal.aborted) setProblem(asProblem(error, language));
      }
    };
    void fetchAll();
    const timer = setInterval(() => document.visibilityState === 'visible' && void fetchAll(), REFRESH_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [api, deviceId, raisedAt, endedAt, tries]);
  return { curve, problem, retry: () => setTries(tries + 1) };
};

const Chart = ({ curve, measure, alert }: { readonly curve: Curve; readonly measure: Measure; readonly alert: AlertView | undefined }) => {
  const { words, language } = useWords();
  const { district } = useConsole();
  const options = useCallback(
    (dark: boolean) => {
      const rules = curve.rules.filter((rule) => rule.measure === measure.id && (alert === undefined || rule.id === alert.ruleId));
      return chartOptions({ points: curve.points, measure, rules, alert, now: now(), zone: district.timezone, language, words, dark });
    },
    [curve, measure, alert, district, language, words],
  );
  const element = useChart(options);
  const values = curve.points.flatMap(({ values: all }) => all[measure.id] ?? []);
  const told = (value: number | undefined) => (value === undefined ? '–' : quantity(value, measure.unit, language));
  const summary = words.curve.summary(
    measure.name[language],
    values.length,
    told(values.at(-1)),
    told(Math.max(...values)),
    told(Math.min(...values)),
  );
  return (
    <figure className="curve" data-testid="alert-curve">
      <div ref={element} className="chart" role="img" aria-label={summary} />
      <figcaption className="faint">
        {summary} · {words.detail.timeZone(district.timezone)}
      </figcaption>
    </figure>
  );
};

/** The device's curve, with the alert drawn on it where there is one. */
export default ({ deviceId, alert }: { readonly deviceId: string; readonly alert?: AlertView }) => {
  const { words } = useWords();
  const { curve, problem, retry } = useCurve(deviceId, alert);
  if (problem && !curve) return <Failed title={words.curve.failed} problem={problem} onRetry={retry} />;
  if (!curve) return <Loading />;
  if (curve.points.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.curve.none} />;
  const measures = curve.measures.filter(({ id }) => alert === undefined || id === alert.measure);
  return measures.map((measure) => <Chart key={measure.id} curve={curve} measure={measure} alert={alert} />);
};
