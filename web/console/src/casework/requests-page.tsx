import { PlusOutlined } from '@ant-design/icons';
import { Button, Empty, Select } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useConsole, useMay, useWords } from '../context.ts';
import { now } from '../shared/clock.ts';
import { dayAndTime } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { overseesAll, ownDepartments } from '../shared/who.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { LinkButton } from '../shell/link-button.tsx';
import { Loading } from '../shell/loading.tsx';
import '../shell/parts.css';
import { FILTERS, type Filter, isFilter, requestGroups } from './lists.ts';
import { useWhere } from './names.ts';
import { type CasePage, type CaseSummary, listRequests } from './requests.ts';
import { Due, PhaseTag } from './status.tsx';
import { useCaseWords } from './words.ts';

const REFRESH_MS = 30_000;
/** Where somebody who sees all departments looked last. */
const LAST = 'luojiang.department';

export const addressOf = ({ caseId, phase }: Pick<CaseSummary, 'caseId' | 'phase'>): string =>
  phase === 'draft' ? `/requests/${caseId}/edit` : `/requests/${caseId}`;

const Row = ({ request }: { readonly request: CaseSummary }) => {
  const words = useCaseWords();
  const { language, say } = useWords();
  const { district } = useConsole();
  const where = useWhere();
  const time = (at: string) => dayAndTime(at, now(), district.timezone, language);
  const { subject, form, phase, step, reason, submittedAt, openedAt, endedAt } = request;
  const when =
    endedAt !== undefined
      ? words.where.ended(time(endedAt))
      : submittedAt !== undefined
        ? words.where.applied(time(submittedAt))
        : words.where.begun(time(openedAt));
  return (
    <li>
      <Link className="request" to={addressOf(request)} data-testid="request-row" data-case={request.caseId}>
        <PhaseTag phase={phase} />
        <span className="request-what">
          <strong>{subject ?? words.list.unnamed}</strong>
          <span className="faint">
            {say(form.name)} · {when}
          </span>
        </span>
        <span className="request-where">
          <span>
            {step && phase === 'step' && <strong>{say(step.name)} · </strong>}
            {where(request)}
          </span>
          {reason !== undefined && <span className="request-reason">{reason}</span>}
        </span>
        <Due request={request} />
      </Link>
    </li>
  );
};

const useDepartments = () => {
  const { profile, district } = useConsole();
  const own = ownDepartments(profile);
  const all = overseesAll(profile, district.bureau);
  return { own, all, offered: district.departments.filter(({ id }) => all || own.includes(id)) };
};

/** The pages read so far are read again together: the newest may have changed, and come first. */
const load = async (ask: (cursor?: string) => Promise<CasePage>, before: CasePage | undefined): Promise<CasePage> => {
  let page = await ask();
  while (before && page.next !== undefined && page.items.length < before.items.length) {
    const next = await ask(page.next);
    page = { ...next, items: [...page.items, ...next.items] };
  }
  return page;
};

export default () => {
  const words = useCaseWords();
  const { language } = useWords();
  const { api } = useConsole();
  const [params, setParams] = useSearchParams();
  const { own, all, offered } = useDepartments();
  const mayApply = useMay('cases:create');
  const known = (id: string | null) => offered.find((one) => one.id === id)?.id;
  const department = known(params.get('department')) ?? own[0] ?? known(localStorage.getItem(LAST)) ?? offered[0]?.id ?? '';
  const written = params.get('state');
  const filter = isFilter(written) ? written : 'all';
  const choose = (change: Record<string, string>) =>
    setParams({ department, ...(filter !== 'all' && { state: filter }), ...change }, { replace: true });

  const { value, problem, reload, put } = useLoaded(
    department,
    (signal, before: CasePage | undefined) => load((cursor) => listRequests(api, department, cursor, signal), before),
    REFRESH_MS,
  );
  const more = async () => {
    if (!value?.next) return;
    const next = await listRequests(api, department, value.next).catch(() => undefined);
    if (next) put({ ...next, items: [...value.items, ...next.items] });
    else await reload();
  };
  const groups = requestGroups(value?.items ?? [], filter);
  const isOwn = own.includes(department);
  const nameOf = (name: Filter) => (name === 'mine' && !isOwn ? words.list.theirs : words.list[name]);
  return (
    <>
      <Head title={all && own.length === 0 ? words.list.headingAll : words.list.heading}>
        {offered.length > 1 && (
          <Select
            className="head-select"
            data-testid="department-switch"
            aria-label={words.list.department}
            showSearch={{ optionFilterProp: 'label' }}
            value={department}
            onChange={(id) => {
              localStorage.setItem(LAST, id);
              choose({ department: id });
            }}
            options={offered.map(({ id, name }) => ({ value: id, label: name[language] }))}
          />
        )}
        {offered.length === 1 && <span className="faint">{offered[0]?.name[language]}</span>}
        {mayApply && isOwn && (
          <LinkButton
            type="primary"
            className="head-action"
            icon={<PlusOutlined />}
            data-testid="new-request"
            to={`/requests/new?department=${encodeURIComponent(department)}`}
          >
            {words.list.new}
          </LinkButton>
        )}
      </Head>
      <fieldset className="chips">
        <legend className="visually-hidden">{words.list.filter}</legend>
        {FILTERS.map((one) => (
          <button key={one} type="button" aria-pressed={filter === one} onClick={() => choose({ state: one })}>
            {nameOf(one)}
          </button>
        ))}
      </fieldset>
      {problem && <Failed title={words.list.failed} problem={problem} onRetry={() => void reload()} />}
      {!value && !problem && <Loading />}
      {value && groups.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              <strong>{filter === 'all' ? words.list.none : words.list.noneFiltered}</strong>
              {filter === 'all' && <div className="faint">{isOwn ? words.list.noneHint : words.list.noneHintOthers}</div>}
            </>
          }
        />
      )}
      {groups.map(({ name, items }) => (
        <section key={name} aria-labelledby={`group-${name}`}>
          <h2 id={`group-${name}`}>
            {nameOf(name)} <span className="faint">{items.length}</span>
          </h2>
          <ul className="requests card">
            {items.map((request) => (
              <Row key={request.caseId} request={request} />
            ))}
          </ul>
        </section>
      ))}
      {value?.next && (
        <Button block onClick={() => void more()}>
          {words.list.more}
        </Button>
      )}
    </>
  );
};
