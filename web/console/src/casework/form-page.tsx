/** A request's form: drawn by its schema, saved by itself, priced beside it, sent at the end. */
import { SendOutlined } from '@ant-design/icons';
import { Alert, App, Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { useConsole, useWords } from '../context.ts';
import { type Flaw, flawsFrom, flawsOf } from '../forms/check.ts';
import { askedOf, nameOf, pointersOf, prunedData, type Schema } from '../forms/schema.ts';
import { focusField, SchemaForm } from '../forms/schema-form.tsx';
import { useFormWords } from '../forms/words.ts';
import { asProblem, Problem } from '../shared/api.ts';
import { now } from '../shared/clock.ts';
import { dayAndTime } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { announce } from '../shell/announce.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { Loading } from '../shell/loading.tsx';
import '../shell/parts.css';
import './form.css';
import { estimateOf, hasPreview } from './estimate.ts';
import { Files } from './files.tsx';
import { useFormPageWords } from './form-words.ts';
import { useDepartmentName } from './names.ts';
import { prefilled } from './prefilled.ts';
import { Preview } from './preview.tsx';
import { type CaseView, type FormView, getForm, readInFull, submitCase } from './requests.ts';
import { Overtaken, SaveState } from './save-state.tsx';
import { useDraft } from './use-draft.ts';
import { useCaseWords } from './words.ts';

/** What has to be mended: in a list that leads to the fields. */
const Flaws = ({ flaws, schema }: { readonly flaws: readonly Flaw[]; readonly schema: Schema }) => {
  const words = useFormPageWords();
  const formWords = useFormWords();
  const { words: common } = useWords();
  if (flaws.length === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      data-testid="flaws"
      title={words.page.errors(flaws.length)}
      description={
        <ul className="flaws">
          {flaws.map(({ pointer, message }) => (
            <li key={pointer}>
              {pointer === '' ? (
                formWords.form.whole
              ) : (
                <button type="button" className="as-link" onClick={() => focusField(pointer)}>
                  {nameOf(schema, pointer)}
                </button>
              )}
              {common.app.colon}
              {message}
            </li>
          ))}
        </ul>
      }
    />
  );
};

const Returned = ({ view }: { readonly view: CaseView }) => {
  const words = useFormPageWords();
  const { language, say } = useWords();
  const { district } = useConsole();
  const until = view.dueAt === undefined ? '' : dayAndTime(view.dueAt, now(), district.timezone, language);
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="returned-because"
      title={words.page.returned}
      description={
        <>
          <p className="reason">{view.reason}</p>
          {view.step && <span className="faint">{words.page.returnedBy(say(view.step.name), until)}</span>}
        </>
      }
    />
  );
};

const NextSteps = ({ form }: { readonly form: FormView }) => {
  const words = useFormPageWords();
  const { say } = useWords();
  return (
    <section className="card" aria-labelledby="next-steps">
      <h2 id="next-steps">{words.page.steps}</h2>
      <ol className="next-steps">
        {form.steps.map(({ id, name, service, within }) => (
          <li key={id}>
            {say(name)} <span className="faint">{service ? words.page.byService : words.page.within(say(within))}</span>
          </li>
        ))}
      </ol>
      <p className="faint">{words.page.stepsHint}</p>
    </section>
  );
};

interface EditorProps {
  readonly form: FormView;
  readonly view: CaseView | undefined;
  readonly department: string;
  readonly data: Record<string, unknown>;
}

/** Fields that were left, or that somebody tried to send: before that nothing is held against anybody. */
const useShownFlaws = (schema: Schema, ui: FormView['ui'], data: Record<string, unknown>) => {
  const formWords = useFormWords();
  const [left, setLeft] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const [told, setTold] = useState<readonly (Flaw & { readonly about: string })[]>([]);
  const content = useMemo(() => prunedData(data), [data]);
  const order = useMemo(() => pointersOf(schema, ui), [schema, ui]);
  const own = useMemo(
    () => flawsOf(schema, content, formWords.check).sort((a, b) => order.indexOf(a.pointer) - order.indexOf(b.pointer)),
    [schema, content, formWords, order],
  );
  // What the server said of a field holds until the form is changed.
  const text = JSON.stringify(content);
  const others = told.filter(({ about, pointer }) => about === text && !own.some((flaw) => flaw.pointer === pointer));
  const shown = [...own.filter(({ pointer }) => tried || left.includes(pointer)), ...others];
  return {
    own,
    shown,
    tried,
    content,
    leave: (pointer: string) => setLeft((before) => (before.includes(pointer) ? before : [...before, pointer])),
    tryIt: () => setTried(true),
    tell: (flaws: readonly Flaw[]) => setTold(flaws.map((flaw) => ({ ...flaw, about: text }))),
  };
};

const Editor = ({ form, view: begun, department, data: begin }: EditorProps) => {
  const words = useFormPageWords();
  const formWords = useFormWords();
  const { words: common, language } = useWords();
  const { api } = useConsole();
  const { notification, message } = App.useApp();
  const navigate = useNavigate();
  const { draft, state } = useDraft({ formId: form.id, department, data: begin, view: begun });
  const [sending, setSending] = useState(false);
  const schema = useMemo(() => askedOf(form.schema[language], form.ui), [form, language]);
  const flaws = useShownFlaws(schema, form.ui, state.data);
  const name = (pointer: string) => nameOf(schema, pointer);
  const { view } = state;

  const refused = (error: unknown) => {
    const problem = asProblem(error, language);
    const about = flawsFrom(problem.particulars, language, formWords.check);
    if (about.length > 0) {
      flaws.tell(about);
      focusField(about[0]?.pointer ?? '');
    } else if (problem.status !== 412) {
      notification.error({ title: problem.title, description: problem.detail, role: 'alert', duration: 0 });
    }
  };
  const submit = async () => {
    flaws.tryIt();
    const [first] = flaws.own;
    if (first) {
      focusField(first.pointer);
      announce(words.page.errors(flaws.own.length));
      return;
    }
    setSending(true);
    try {
      if (!(await draft.flush())) return;
      const sent = await draft.act(
        (at) => submitCase(api, at),
        (after) => after,
      );
      message.success(words.page.submitted);
      await navigate(`/requests/${sent.caseId}`);
    } catch (error) {
      refused(error);
    } finally {
      setSending(false);
    }
  };

  if (state.closed && view) {
    return (
      <Alert
        type="info"
        showIcon
        title={words.page.notEditable}
        action={<Link to={`/requests/${view.caseId}`}>{words.page.toCase}</Link>}
      />
    );
  }
  return (
    <div className="columns form-page">
      <div className="form-main">
        {view?.phase === 'returned' && <Returned view={view} />}
        <Overtaken state={state} draft={draft} schema={schema} />
        <section className="card" aria-label={form.name[language]}>
          <SchemaForm
            schema={schema}
            ui={form.ui}
            data={state.data}
            flaws={flaws.shown}
            onChange={draft.change}
            onLeave={flaws.leave}
            yes={common.app.yes}
            no={common.app.no}
          />
        </section>
        {form.files && <Files draft={draft} view={view} rules={form.files} />}
        {flaws.tried && <Flaws flaws={flaws.shown} schema={schema} />}
      </div>
      <aside className="form-aside">
        {hasPreview(schema) && (
          <Preview
            request={estimateOf(department, flaws.content)}
            nameOf={name}
            onPreset={(amounts) => draft.change({ ...state.data, amounts })}
          />
        )}
        <NextSteps form={form} />
      </aside>
      <div className="form-bar">
        <SaveState state={state} draft={draft} />
        <Button type="primary" size="large" icon={<SendOutlined />} loading={sending} data-testid="submit" onClick={() => void submit()}>
          {sending ? words.page.submitting : view?.phase === 'returned' ? words.page.resubmit : words.page.submit}
        </Button>
      </div>
    </div>
  );
};

export default () => {
  const words = useFormPageWords();
  const caseWords = useCaseWords();
  const { language, say } = useWords();
  const { api } = useConsole();
  const { formId, caseId } = useParams();
  const [params, setParams] = useSearchParams();
  const departmentName = useDepartmentName();
  const { value, problem, reload } = useLoaded(caseId ?? formId, async (signal) => {
    const view = caseId === undefined ? undefined : await readInFull(api, caseId, signal);
    const form = await getForm(api, view?.form ?? { id: formId as string }, signal);
    return { form, view };
  });
  const data = useMemo(() => prefilled(params.get('data'), value?.form.schema.zh), [params, value]);
  if (problem instanceof Problem) {
    return (
      <>
        <Head title={caseWords.choose.heading} />
        <Failed title={words.page.failed} problem={problem} onRetry={() => void reload()} />
      </>
    );
  }
  if (!value) return <Loading />;
  const { form, view } = value;
  const wanted = params.get('department');
  const department = view?.department ?? form.departments.find((id) => id === wanted) ?? form.departments[0];
  return (
    <>
      <Head title={say(form.name)}>
        {view === undefined && form.departments.length > 1 ? (
          <Select
            className="head-select"
            aria-label={words.page.department}
            value={department ?? null}
            onChange={(id) => setParams((before) => ({ ...Object.fromEntries(before), department: id ?? '' }), { replace: true })}
            options={form.departments.map((id) => ({ value: id, label: departmentName(id) }))}
          />
        ) : (
          department !== undefined && <span className="faint">{departmentName(department)}</span>
        )}
        <Link className="head-action link" to="/requests">
          {words.page.back}
        </Link>
      </Head>
      <p className="faint about">{form.about[language]}</p>
      {department === undefined || (view && !view.may.includes('cases:edit') && view.phase !== 'step' && view.phase !== 'ended') ? (
        <Alert type="info" showIcon title={words.page.notYours} />
      ) : (
        <Editor key={view?.caseId ?? department} form={form} view={view} department={department} data={data} />
      )}
    </>
  );
};
