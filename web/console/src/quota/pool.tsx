import { App, Button, Form, InputNumber, Modal } from 'antd';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useConsole, useMay, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { number } from '../shared/format.ts';
import { Boundary } from '../shell/boundary.tsx';
import { Loading } from '../shell/loading.tsx';
import { Scrolls } from '../shell/scrolls.tsx';
import { type Bar, barsOf, poolOptions } from './picture.ts';
import { type CatalogueView, changePool, type Forecast, type PoolView } from './requests.ts';
import { useCloudWords } from './words.ts';

// ECharts is as large as all the rest.
const Figure = lazy(() => import('./figure.tsx'));

const ROW = 34;
const MARGIN = 80;

const ForecastText = ({ forecast, capacity }: { readonly forecast: Forecast | undefined; readonly capacity: number }) => {
  const words = useCloudWords();
  const { language } = useWords();
  if (!forecast) return <span className="faint">{words.pool.noForecast}</span>;
  if (forecast.reachedOn !== undefined) return <strong className="short">{words.pool.fullOn(forecast.reachedOn)}</strong>;
  return (
    <>
      {number(Math.round(forecast.expected), language)}{' '}
      <span className="faint">{forecast.expected <= capacity && words.pool.staysBelow}</span>
    </>
  );
};

const Table = ({ pool, bars, zone }: { readonly pool: PoolView; readonly bars: readonly Bar[]; readonly zone: string }) => {
  const words = useCloudWords();
  const { language } = useWords();
  const forecastOf = (id: string) => pool.kinds.find(({ kind }) => kind === id)?.forecast;
  return (
    <Scrolls label={words.pool.table(zone)}>
      <table className="amounts">
        <caption className="visually-hidden">{words.pool.table(zone)}</caption>
        <thead>
          <tr>
            <th scope="col">{words.pool.kind}</th>
            <th scope="col">{words.pool.capacity}</th>
            <th scope="col">{words.pool.reserved}</th>
            <th scope="col">{words.pool.used}</th>
            <th scope="col">{words.pool.free}</th>
            <th scope="col">{words.pool.forecast}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.kind} data-kind={bar.kind}>
              <th scope="row">
                {bar.name} <span className="faint">{bar.unit}</span>
              </th>
              <td>{number(bar.capacity, language)}</td>
              <td>{number(bar.reserved, language)}</td>
              <td>{bar.used === undefined ? '–' : number(bar.used, language)}</td>
              <td>{number(bar.free, language)}</td>
              <td>
                <ForecastText forecast={forecastOf(bar.kind)} capacity={bar.capacity} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
};

interface ChangeProps {
  readonly pool: PoolView;
  readonly bars: readonly Bar[];
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

const Change = ({ pool, bars, onClose, onChanged }: ChangeProps) => {
  const words = useCloudWords();
  const { words: common, language, say } = useWords();
  const { api } = useConsole();
  const { message, notification } = App.useApp();
  const [form] = Form.useForm<Record<string, number>>();
  const [busy, setBusy] = useState(false);
  const finish = async (capacity: Record<string, number>) => {
    setBusy(true);
    try {
      await changePool(api, pool.zone, pool.version, capacity);
      message.success(words.pool.changed);
      onChanged();
      onClose();
    } catch (error) {
      const problem = asProblem(error, language);
      notification.error({ title: problem.title, description: problem.detail, role: 'alert', duration: 0 });
      if (problem.status === 412) onChanged();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={words.pool.changeHeading(say(pool.name))}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {common.app.cancel}
        </Button>,
        <Button key="save" type="primary" loading={busy} onClick={() => form.submit()}>
          {words.pool.save}
        </Button>,
      ]}
    >
      <p className="faint">{words.pool.changeHint}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={Object.fromEntries(bars.map(({ kind, capacity }) => [kind, capacity]))}
        onFinish={(values) => void finish(values)}
      >
        <div className="two">
          {bars.map(({ kind, name, unit, reserved }) => (
            <Form.Item
              key={kind}
              name={kind}
              label={`${name}（${unit}）`}
              rules={[{ required: true, type: 'integer', min: reserved, message: `≥ ${reserved}` }]}
            >
              <InputNumber className="wide" precision={0} />
            </Form.Item>
          ))}
        </div>
      </Form>
    </Modal>
  );
};

/** One zone's pool: as a picture, and as figures. */
export const Pool = ({
  pool,
  catalogue,
  onChanged,
}: {
  readonly pool: PoolView;
  readonly catalogue: CatalogueView;
  readonly onChanged: () => void;
}) => {
  const words = useCloudWords();
  const { language, say } = useWords();
  const mayOperate = useMay('quota:operate');
  const [changing, setChanging] = useState(false);
  const zone = say(pool.name);
  const bars = barsOf(pool, catalogue.kinds, language);
  const level = catalogue.zones.find(({ id }) => id === pool.zone)?.level;
  const key = JSON.stringify(bars);
  const options = useCallback((dark: boolean) => poolOptions(JSON.parse(key) as Bar[], language, words.pool, dark), [key, language, words]);
  return (
    <section className="card pool" aria-labelledby={`zone-${pool.zone}`} data-testid={`pool-${pool.zone}`}>
      <div className="pool-head">
        <h2 id={`zone-${pool.zone}`}>{zone}</h2>
        <span className="faint">
          {level !== undefined && words.pool.level(level)} ·{' '}
          {pool.measuredOn === undefined ? words.pool.notMeasured : words.pool.measured(pool.measuredOn)}
        </span>
        {mayOperate && (
          <Button className="head-action" onClick={() => setChanging(true)}>
            {words.pool.change}
          </Button>
        )}
      </div>
      <Boundary>
        <Suspense fallback={<Loading />}>
          <Figure label={words.pool.picture(zone)} height={bars.length * ROW + MARGIN} options={options} />
        </Suspense>
      </Boundary>
      <Table pool={pool} bars={bars} zone={zone} />
      {changing && <Change pool={pool} bars={bars} onClose={() => setChanging(false)} onChanged={onChanged} />}
    </section>
  );
};
