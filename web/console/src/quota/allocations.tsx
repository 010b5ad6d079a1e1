import { Button, Empty, Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDepartmentName } from '../casework/names.ts';
import { useConsole, useWords } from '../context.ts';
import { now } from '../shared/clock.ts';
import { day, number, percent, yuan } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';
import { daysUntil } from './picture.ts';
import { type AllocationPage, type AllocationView, type CatalogueView, listAllocations } from './requests.ts';
import { useCloudWords } from './words.ts';

const PHASES = ['active', 'frozen', 'released'] as const;

/** Expiry is said more loudly from here on. */
const SOON_DAYS = 30;

export const Expiry = ({ allocation }: { readonly allocation: AllocationView }) => {
  const words = useCloudWords();
  const { language } = useWords();
  const { district } = useConsole();
  const left = daysUntil(allocation.expiresAt, now());
  const date = day(allocation.expiresAt, now(), district.timezone, language);
  if (allocation.phase === 'released') return <span className="faint">{words.list.released}</span>;
  const urgency = left < 0 ? 'overdue' : left <= SOON_DAYS ? 'today' : 'calm';
  return (
    <span className={`due due-${urgency}`}>
      <strong>{left < 0 ? words.list.expired : words.list.daysLeft(left)}</strong>
      <span className="faint">{words.list.expires(date)}</span>
    </span>
  );
};

const Row = ({ allocation, catalogue }: { readonly allocation: AllocationView; readonly catalogue: CatalogueView }) => {
  const words = useCloudWords();
  const { language, say } = useWords();
  const departmentName = useDepartmentName();
  const { allocationId, system, department, zone, environment, amounts, utilisation, priceFenPerMonth } = allocation;
  const zoneName = catalogue.zones.find(({ id }) => id === zone)?.name;
  const what = catalogue.kinds.flatMap(({ id, name, unit }) =>
    amounts[id] ? `${say(name)} ${number(amounts[id], language)} ${say(unit)}` : [],
  );
  const low = utilisation !== undefined && utilisation < catalogue.rules.utilisation.recallBelow;
  return (
    <li>
      <Link
        className="request allocation"
        to={`/cloud/allocations/${allocationId}`}
        data-testid="allocation-row"
        data-allocation={allocationId}
      >
        <span className="request-what">
          <strong>{system.name}</strong>
          <span className="faint">
            {departmentName(department)} · {zoneName ? say(zoneName) : zone} · {words.one[environment]}
          </span>
        </span>
        <span className="request-where">
          <span>{what.join(language === 'zh' ? '、' : ', ')}</span>
          <span className="faint">
            {yuan(priceFenPerMonth, language)} {words.list.perMonth}
          </span>
        </span>
        <span className={low ? 'use low' : 'use'}>
          {utilisation === undefined ? (
            <span className="faint">{words.pool.notMeasured}</span>
          ) : (
            <>
              {words.list.utilisation} <strong>{percent(utilisation, language)}</strong>
              {low && <span className="faint">{words.list.low}</span>}
            </>
          )}
        </span>
        <Expiry allocation={allocation} />
      </Link>
    </li>
  );
};

export const Allocations = ({ catalogue }: { readonly catalogue: CatalogueView }) => {
  const words = useCloudWords();
  const { language } = useWords();
  const { api } = useConsole();
  const [phase, setPhase] = useState<AllocationView['phase']>('active');
  const [department, setDepartment] = useState('');
  const query = { phase, ...(department !== '' && { department }) };
  const { value, problem, reload, put } = useLoaded<AllocationPage>(`${phase} ${department}`, (signal) =>
    listAllocations(api, query, signal),
  );
  const more = async () => {
    const next = value?.next && (await listAllocations(api, { ...query, cursor: value.next }).catch(() => undefined));
    if (next && value) put({ ...next, items: [...value.items, ...next.items] });
  };
  return (
    <section aria-labelledby="allocations">
      <div className="pool-head">
        <h2 id="allocations">{words.list.heading}</h2>
        <fieldset className="chips">
          <legend className="visually-hidden">{words.list.phase}</legend>
          {PHASES.map((one) => (
            <button key={one} type="button" aria-pressed={phase === one} onClick={() => setPhase(one)}>
              {words.list[one]}
            </button>
          ))}
        </fieldset>
        {catalogue.departments.length > 1 && (
          <Select
            className="head-select head-action"
            aria-label={words.share.department}
            showSearch={{ optionFilterProp: 'label' }}
            value={department}
            onChange={setDepartment}
            options={[
              { value: '', label: words.list.allDepartments },
              ...catalogue.departments.map(({ id, name }) => ({ value: id, label: name[language] })),
            ]}
          />
        )}
      </div>
      {problem && <Failed title={words.list.failed} problem={problem} onRetry={() => void reload()} />}
      {!value && !problem && <Loading />}
      {value?.items.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{words.list.none}</strong>
              <div className="faint">{words.list.noneHint}</div>
            </>
          }
        />
      )}
      <ul className="requests card" hidden={!value?.items.length}>
        {value?.items.map((allocation) => (
          <Row key={allocation.allocationId} allocation={allocation} catalogue={catalogue} />
        ))}
      </ul>
      {value?.next && (
        <Button block onClick={() => void more()}>
          {words.list.more}
        </Button>
      )}
    </section>
  );
};
