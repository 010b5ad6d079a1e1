import { Empty, Select } from 'antd';
import { useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useConsole, useWords } from '../context.ts';
import { now } from '../shared/clock.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { Loading } from '../shell/loading.tsx';
import { queueCount } from '../shell/queue-count.ts';
import '../shell/parts.css';
import { formsOf, queueGroups } from './lists.ts';
import { useDepartmentName } from './names.ts';
import { type CaseSummary, listQueue } from './requests.ts';
import { useRowKeys } from './row-keys.ts';
import { Due } from './status.tsx';
import { useCaseWords } from './words.ts';

const REFRESH_MS = 15_000;
const PAGE = 100;

const Row = ({ request }: { readonly request: CaseSummary }) => {
  const words = useCaseWords();
  const { say } = useWords();
  const { profile } = useConsole();
  const departmentName = useDepartmentName();
  const { subject, form, department, step, assignee } = request;
  const whose = assignee === undefined ? 'free' : assignee === profile.id ? 'mine' : 'others';
  return (
    <li>
      <Link className="request queued" to={`/requests/${request.caseId}`} data-row data-testid="queue-row" data-case={request.caseId}>
        <span className="request-what">
          <strong>{subject ?? words.list.unnamed}</strong>
          <span className="faint">
            {departmentName(department)} · {say(form.name)}
          </span>
        </span>
        <span className="request-where">
          <span>{step && say(step.name)}</span>
          <span className={`claim claim-${whose}`}>{words.queue[whose]}</span>
        </span>
        <Due request={request} />
      </Link>
    </li>
  );
};

/** What waits for this person's duties, wherever it comes from. */
export default () => {
  const words = useCaseWords();
  const { say } = useWords();
  const { api, district } = useConsole();
  const [params, setParams] = useSearchParams();
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list);
  const { value, problem, reload } = useLoaded('queue', (signal) => listQueue(api, signal), REFRESH_MS);
  const items = value?.items ?? [];
  const forms = formsOf(items);
  const wanted = params.get('form') ?? '';
  const shown = wanted === '' ? items : items.filter(({ form }) => form.id === wanted);
  const groups = queueGroups(shown, now(), district.calendar);
  const count = value?.items.length;
  useEffect(() => {
    if (count !== undefined) queueCount.dispatch(count);
  }, [count]);
  return (
    <>
      <Head title={words.queue.heading}>
        {count !== undefined && <span className="faint">{words.queue.count(shown.length)}</span>}
        {(forms.length > 1 || wanted !== '') && (
          <Select
            className="head-select"
            data-testid="form-filter"
            aria-label={words.queue.form}
            value={wanted}
            onChange={(id) => setParams(id === '' ? {} : { form: id }, { replace: true })}
            options={[{ value: '', label: words.queue.allForms }, ...forms.map(({ id, name }) => ({ value: id, label: say(name) }))]}
          />
        )}
      </Head>
      {items.length > 0 && <p className="faint hint-keys">{words.queue.hint}</p>}
      {problem && <Failed title={words.queue.failed} problem={problem} onRetry={() => void reload()} />}
      {!value && !problem && <Loading />}
      {value && shown.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{words.queue.none}</strong>
              <div className="faint">{words.queue.noneHint}</div>
            </>
          }
        />
      )}
      <div ref={list}>
        {groups.map(({ name, items: some }) => (
          <section key={name} aria-labelledby={`when-${name}`}>
            <h2 id={`when-${name}`} className={`when-${name}`}>
              {words.queue[name]} <span className="faint">{some.length}</span>
            </h2>
            <ul className="requests card">
              {some.map((request) => (
                <Row key={request.caseId} request={request} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {items.length >= PAGE && <p className="faint">{words.queue.truncated}</p>}
    </>
  );
};
