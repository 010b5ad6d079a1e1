/** For whoever the step waits for: what to decide, how much, and why. */
import { Alert, App, Button, Input, Radio } from 'antd';
import { lazy, Suspense, useId, useMemo, useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import { beginWith, type Schema, uiOfPart } from '../forms/schema.ts';
import { asProblem } from '../shared/api.ts';
import { Loading } from '../shell/loading.tsx';
import { useStatusWords } from './case-words.ts';
import { ASK_BACK, changesOf, MAXIMUM_RETURNS, needsReason, optionOf, partSchema, setsFields } from './decision.ts';
import { type CaseView, decideCase, returnCase } from './requests.ts';

// The form's renderer comes where a decision sets fields.
const PartForm = lazy(() => import('./part-form.tsx'));

/** As the API asks. */
const REASON = { min: 2, max: 1000 } as const;

interface Props {
  readonly view: CaseView;
  readonly schema: Schema;
  readonly ui: Readonly<Record<string, unknown>>;
  /** Held by delegation only. */
  readonly deputy: boolean;
  /** The person has begun: the page must not change under them. */
  readonly onBegun: () => void;
  readonly onDecided: (view: CaseView, what: string) => void;
  /** It was changed meanwhile. */
  readonly onStale: () => Promise<void>;
}

const useChoices = (view: CaseView) => {
  const words = useStatusWords();
  const { say } = useWords();
  const askBack = view.askBack && view.returns < MAXIMUM_RETURNS;
  return [
    ...view.options.map(({ id, name }) => ({ value: id, label: say(name) })),
    ...(askBack ? [{ value: ASK_BACK, label: words.decide.askBack }] : []),
  ];
};

export const DecisionPanel = ({ view, schema, ui, deputy, onBegun, onDecided, onStale }: Props) => {
  const words = useStatusWords();
  const { language, say } = useWords();
  const { api } = useConsole();
  const { notification } = App.useApp();
  const ids = { outcome: useId(), reason: useId(), hint: useId(), wrong: useId() };
  const [choice, setChoice] = useState<string>();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const begun = useMemo(() => beginWith(schema, view.data, view.amends), [schema, view.data, view.amends]);
  const [fields, setFields] = useState<Record<string, unknown>>();
  const [fieldsWrong, setFieldsWrong] = useState(false);
  const choices = useChoices(view);
  const step = view.step?.id ?? '';
  const chosen = choices.find(({ value }) => value === choice);
  const reasonNeeded = needsReason(view, choice);
  const trimmed = reason.trim();
  const reasonWrong =
    trimmed === ''
      ? reasonNeeded
        ? words.decide.reasonMissing
        : undefined
      : trimmed.length < REASON.min
        ? words.decide.reasonShort
        : undefined;
  const wrongReason = tried ? reasonWrong : undefined;
  const withFields = setsFields(view, choice);

  const send = (): Promise<CaseView> => {
    if (choice === ASK_BACK) return returnCase(api, view, step, trimmed);
    const changes = withFields ? changesOf(view, fields ?? begun) : undefined;
    return decideCase(api, view, {
      step,
      outcome: choice as string,
      ...(trimmed !== '' && { reason: trimmed }),
      ...(changes && { changes }),
    });
  };
  const submit = async () => {
    setTried(true);
    if (choice === undefined) return document.querySelector<HTMLElement>('[data-decision] input')?.focus();
    if (reasonWrong !== undefined) return document.getElementById(ids.reason)?.focus();
    if (withFields && fieldsWrong) return document.querySelector<HTMLElement>('[data-part] [aria-invalid=true]')?.focus();
    setBusy(true);
    try {
      onDecided(await send(), chosen?.label ?? '');
    } catch (error) {
      const problem = asProblem(error, language);
      if (problem.status === 412) await onStale();
      else notification.error({ title: problem.title, description: problem.detail, role: 'alert', duration: 0 });
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card decision" aria-labelledby="decide" data-testid="decision">
      <h2 id="decide">{view.step ? words.decide.headingStep(say(view.step.name)) : words.decide.heading}</h2>
      {deputy && <Alert type="info" showIcon title={words.decide.onBehalf} />}
      <fieldset data-decision>
        <legend className="field-label">{words.decide.outcome}</legend>
        <Radio.Group
          id={ids.outcome}
          className="decision-options"
          value={choice}
          onChange={({ target }) => {
            setChoice(target.value as string);
            onBegun();
          }}
        >
          {choices.map(({ value, label }) => (
            <Radio key={value} value={value} data-testid={`choose-${value}`}>
              {label}
            </Radio>
          ))}
        </Radio.Group>
        <div className="field-error" role={tried && choice === undefined ? 'alert' : undefined}>
          {tried && choice === undefined && words.decide.chooseOne}
        </div>
        {view.askBack && view.returns >= MAXIMUM_RETURNS && <p className="faint">{words.decide.lastAskBack}</p>}
      </fieldset>
      {withFields && choice !== undefined && (
        <div data-part>
          <Suspense fallback={<Loading />}>
            <PartForm
              schema={partSchema(schema, view)}
              ui={uiOfPart(ui, view.amends)}
              data={fields ?? begun}
              hint={
                view.amends.some((field) => view.data[field] === undefined && begun[field] !== undefined)
                  ? words.decide.partHint
                  : undefined
              }
              onWrong={setFieldsWrong}
              onChange={(data) => {
                setFields(data);
                onBegun();
              }}
            />
          </Suspense>
        </div>
      )}
      {choice !== undefined && (
        <div>
          <label className="field-label" htmlFor={ids.reason}>
            {words.decide.reason}{' '}
            <span id={ids.hint} className="field-optional">
              {choice === ASK_BACK ? words.decide.askBackHint : reasonNeeded ? words.decide.reasonNeeded : words.decide.reasonFree}
            </span>
          </label>
          <Input.TextArea
            id={ids.reason}
            rows={3}
            maxLength={REASON.max}
            value={reason}
            data-testid="decision-reason"
            aria-required={reasonNeeded}
            aria-invalid={wrongReason !== undefined}
            aria-describedby={`${ids.hint} ${ids.wrong}`}
            {...(wrongReason !== undefined && { status: 'error' as const })}
            onChange={({ target }) => {
              setReason(target.value);
              onBegun();
            }}
          />
          <div id={ids.wrong} className="field-error" role={wrongReason === undefined ? undefined : 'alert'}>
            {wrongReason}
          </div>
        </div>
      )}
      <Button
        type="primary"
        size="large"
        danger={choice !== undefined && reasonNeeded && optionOf(view, choice) !== undefined}
        loading={busy}
        data-testid="decide"
        onClick={() => void submit()}
      >
        {chosen ? words.decide.submit(chosen.label) : words.decide.heading}
      </Button>
    </section>
  );
};
