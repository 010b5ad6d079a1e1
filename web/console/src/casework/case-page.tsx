/** One request: where it is, with whom, until when, why; for whoever may, what to do about it. */
import { EditOutlined, EyeOutlined } from '@ant-design/icons';
import { Alert, App, Button } from 'antd';
import { useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useConsole, useWords } from '../context.ts';
import { nameOf, type Schema } from '../forms/schema.ts';
import '../forms/forms.css';
import { asProblem } from '../shared/api.ts';
import { now } from '../shared/clock.ts';
import { dayAndTime, percent, yuan } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { announce } from '../shell/announce.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { LinkButton } from '../shell/link-button.tsx';
import { Loading } from '../shell/loading.tsx';
import { Amounts } from './amounts.tsx';
import { Assignment } from './assignment.tsx';
import '../shell/parts.css';
import './case.css';
import './form.css';
import { useStatusWords } from './case-words.ts';
import { actorOf, Chronicle, eventWords } from './chronicle.tsx';
import { ContentView } from './content-view.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { factsOf } from './facts.ts';
import { FileRow } from './files.tsx';
import { Findings } from './findings.tsx';
import { useFormPageWords } from './form-words.ts';
import { useDepartmentName, useWhere } from './names.ts';
import { type CaseView, type FormView, getCase, getForm, getHistory, type HistoryEntry } from './requests.ts';
import { Due, PhaseTag } from './status.tsx';
import { Stepper } from './stepper.tsx';
import { latestBy, namesIn } from './story.ts';
import { Withdrawal } from './withdrawal.tsx';
import { useCaseWords } from './words.ts';

const REFRESH_MS = 10_000;
/** A service answers in seconds. */
const SERVICE_MS = 2_000;

interface Page {
  readonly view: CaseView;
  readonly entries: readonly HistoryEntry[];
}

const EMPTY: Schema = {};

const Facts = ({ view, names }: { readonly view: CaseView; readonly names: ReadonlyMap<string, string> }) => {
  const words = useStatusWords();
  const caseWords = useCaseWords();
  const { language, say } = useWords();
  const { district } = useConsole();
  const departmentName = useDepartmentName();
  const id = view.applicant.slice(view.applicant.indexOf(':') + 1);
  const applicant = view.applicant.startsWith('system:') ? words.page.bySystem : (names.get(id) ?? id);
  const sent = view.submittedAt ?? view.openedAt;
  const time = dayAndTime(sent, now(), district.timezone, language);
  return (
    <p className="facts faint">
      <span>{say(view.form.name)}</span>
      <span>
        {departmentName(view.department)} · {applicant}
      </span>
      <span>{view.submittedAt === undefined ? caseWords.where.begun(time) : caseWords.where.applied(time)}</span>
      <span>
        {words.page.number} <code>{view.caseId}</code>
      </span>
    </p>
  );
};

/** The answer to “where is it”, before everything else. */
const Where = ({ view, names }: { readonly view: CaseView; readonly names: ReadonlyMap<string, string> }) => {
  const caseWords = useCaseWords();
  const words = useStatusWords();
  const { words: common, language, say } = useWords();
  const { profile, district } = useConsole();
  const where = useWhere();
  const { assignee, phase } = view;
  return (
    <div className={`card where where-${phase}`} data-testid="where">
      <div className="where-main">
        <PhaseTag phase={phase} />
        <strong>
          {phase === 'step' && view.step && `${say(view.step.name)} · `}
          {where(view)}
        </strong>
        {assignee !== undefined && (
          <span className="faint">
            （{caseWords.where.assignedTo(assignee === profile.id ? caseWords.where.me : (names.get(assignee) ?? assignee))}）
          </span>
        )}
        <Due request={view} />
        {view.endedAt !== undefined && (
          <span className="faint">{caseWords.where.ended(dayAndTime(view.endedAt, now(), district.timezone, language))}</span>
        )}
      </div>
      {view.reason !== undefined && (
        <p className="reason">
          <span className="faint">
            {words.page.reason}
            {common.app.colon}
          </span>
          {view.reason}
        </p>
      )}
    </div>
  );
};

const Answers = ({ view, form }: { readonly view: CaseView; readonly form: FormView | undefined }) => {
  const words = useStatusWords();
  const formWords = useFormPageWords();
  const { language } = useWords();
  const { profile } = useConsole();
  const schema = form?.schema[language] ?? EMPTY;
  const facts = factsOf(view);
  const maySee = profile.actions.includes('quota:read');
  const checked = view.steps.some(({ state }) => state !== 'open');
  if (view.phase === 'draft' || (!checked && view.findings.length === 0)) return null;
  return (
    <section className="card" aria-labelledby="findings">
      <h2 id="findings">{words.page.findings}</h2>
      {view.findings.length === 0 ? (
        <p className="faint">{words.finding.none}</p>
      ) : (
        <Findings findings={view.findings} nameOf={(pointer) => nameOf(schema, pointer)} />
      )}
      {facts.fenPerMonth !== undefined && (
        <dl className="price">
          <div>
            <dt>{formWords.preview.perMonth}</dt>
            <dd>{yuan(facts.fenPerMonth, language)}</dd>
          </div>
          {facts.utilisation !== undefined && (
            <div>
              <dt>{words.page.utilisation}</dt>
              <dd>{percent(facts.utilisation, language)}</dd>
            </div>
          )}
        </dl>
      )}
      {facts.left && <Amounts {...facts.left} />}
      {facts.allocationId !== undefined && maySee && (
        <p>
          <Link className="link" to={`/cloud/allocations/${facts.allocationId}`}>
            {words.page.allocation}
          </Link>
        </p>
      )}
    </section>
  );
};

const Content = ({
  view,
  form,
  onUnmask,
}: {
  readonly view: CaseView;
  readonly form: FormView | undefined;
  readonly onUnmask: () => void;
}) => {
  const words = useStatusWords();
  const formWords = useFormPageWords();
  const { language } = useWords();
  return (
    <section className="card" aria-labelledby="content-of-request">
      <h2 id="content-of-request">{words.page.content}</h2>
      {view.masked.length > 0 && (
        <div className="masking">
          <span className="faint">{words.page.unmaskHint}</span>
          {view.may.includes('cases:unmask') && (
            <Button size="small" icon={<EyeOutlined />} data-testid="unmask" onClick={onUnmask}>
              {words.page.unmask}
            </Button>
          )}
        </div>
      )}
      {form ? (
        <ContentView
          schema={form.schema[language]}
          ui={form.ui}
          data={view.data}
          masked={view.masked}
          whole={!view.applicant.startsWith('system:')}
        />
      ) : (
        <Loading />
      )}
      {(view.files.length > 0 || form?.files) && (
        <>
          <h3>{words.page.files}</h3>
          {view.files.length === 0 && <p className="faint">{formWords.files.none}</p>}
          <ul className="files" hidden={view.files.length === 0}>
            {view.files.map((file) => (
              <FileRow key={file.fileId} file={file} caseId={view.caseId} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
};

/** Whose duty the caller would act by; told where it is held for somebody else only. */
const useHolding = (view: CaseView | undefined) => {
  const { profile } = useConsole();
  const held = profile.duties.filter(({ department, duty }) => department.id === view?.waitsFor?.department && duty === view.waitsFor.duty);
  return { holds: held.length > 0, deputy: held.length > 0 && held.every((one) => one.for !== undefined) };
};

const useCasePage = (caseId: string, still: boolean) => {
  const { api } = useConsole();
  return useLoaded<Page>(
    caseId,
    async (signal, before) => {
      // Somebody is about to decide: what they look at must not change under their hands.
      if (before && still) return before;
      const view = await getCase(api, caseId, signal);
      // Shown in full for a moment it stays so, until there is news.
      if (before && before.view.version === view.version) return before;
      const { items } = await getHistory(api, caseId, signal);
      return { view, entries: items };
    },
    (page) => (page?.view.phase === 'step' && !page.view.waitsFor ? SERVICE_MS : REFRESH_MS),
  );
};

export default () => {
  const { caseId = '' } = useParams();
  const words = useStatusWords();
  const caseWords = useCaseWords();
  const { language, say } = useWords();
  const { api, profile, district } = useConsole();
  const { message, notification } = App.useApp();
  const [begun, setBegun] = useState(false);
  const [news, setNews] = useState<HistoryEntry>();
  const banner = useRef<HTMLDivElement>(null);
  const { value, problem, reload, put } = useCasePage(caseId, begun);
  const view = value?.view;
  const drawn = view?.form ?? { id: '', version: 0, digest: '' };
  const { value: form } = useLoaded(view && `form ${drawn.id} ${drawn.version} ${drawn.digest}`, (signal) => getForm(api, drawn, signal));
  const { holds, deputy } = useHolding(view);

  if (!view || !value) {
    return (
      <>
        <Head title={caseWords.list.headingAll} />
        {problem ? <Failed title={words.page.failed} problem={problem} onRetry={() => void reload()} /> : <Loading />}
      </>
    );
  }
  const after = async (changed: CaseView, what: string) => {
    setBegun(false);
    setNews(undefined);
    message.success(what);
    announce(what);
    const { items } = await getHistory(api, caseId).catch(() => ({ items: value.entries }));
    put({ view: changed, entries: items });
    banner.current?.focus();
  };
  const stale = async () => {
    const [latest, { items }] = await Promise.all([getCase(api, caseId), getHistory(api, caseId)]);
    put({ view: latest, entries: items });
    setNews(latestBy(items, profile.id));
    banner.current?.focus();
  };
  const unmask = async () => {
    try {
      put({ ...value, view: await getCase(api, caseId, undefined, true) });
      message.info(words.page.unmasked);
    } catch (error) {
      const refused = asProblem(error, language);
      notification.error({ title: refused.title, description: refused.detail, role: 'alert' });
    }
  };
  const names = namesIn(value.entries);
  const schema = form?.schema[language] ?? EMPTY;
  const may = (action: string) => view.may.includes(action);
  const editable = may('cases:edit') && (view.phase === 'draft' || view.phase === 'returned');
  return (
    <>
      <Head title={view.subject ?? caseWords.list.unnamed}>
        <div className="head-actions">
          {editable && (
            <LinkButton type="primary" icon={<EditOutlined />} data-testid="edit" to={`/requests/${caseId}/edit`}>
              {view.phase === 'returned' ? words.page.amend : words.page.edit}
            </LinkButton>
          )}
          {may('cases:edit') && <Withdrawal view={view} onWithdrawn={(changed, what) => void after(changed, what)} onStale={stale} />}
        </div>
      </Head>
      <Facts view={view} names={names} />
      <div ref={banner} tabIndex={-1} className="banner">
        {news && (
          <Alert
            type="warning"
            showIcon
            role="alert"
            data-testid="stale"
            title={words.decide.staleBy(
              actorOf(news, words),
              eventWords(news, words),
              dayAndTime(news.at, now(), district.timezone, language),
            )}
          />
        )}
        <Where view={view} names={names} />
      </div>
      <Stepper view={view} />
      <div className="columns case-page">
        <div className="case-main">
          {may('cases:assign') && view.phase === 'step' && (
            <Assignment view={view} onAssigned={(changed, what) => void after(changed, what)} onStale={stale} />
          )}
          {may('cases:decide') && view.options.length > 0 && (
            <DecisionPanel
              key={`${view.step?.id}`}
              view={view}
              schema={schema}
              ui={form?.ui ?? EMPTY}
              deputy={deputy}
              onBegun={() => setBegun(true)}
              onDecided={(changed, what) => void after(changed, words.decide.decided(what))}
              onStale={stale}
            />
          )}
          {holds && !may('cases:decide') && view.phase === 'step' && (
            <Alert
              type="info"
              showIcon
              data-testid="not-yours"
              title={view.separatedBy ? words.decide.separated(say(view.separatedBy.name)) : words.decide.notYou}
            />
          )}
          <Answers view={view} form={form} />
          <Content view={view} form={form} onUnmask={() => void unmask()} />
        </div>
        <Chronicle entries={value.entries} schema={schema} />
      </div>
    </>
  );
};
