/** Beside the form, before it is sent: what it costs, what is left, what the checks would find. */
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import { type Estimate, type EstimateRequest, estimate, getCatalogue } from '../quota/requests.ts';
import { asProblem, type Problem } from '../shared/api.ts';
import { yuan } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { announce } from '../shell/announce.ts';
import { Amounts } from './amounts.tsx';
import { Findings } from './findings.tsx';
import { useFormPageWords } from './form-words.ts';

const DEBOUNCE_MS = 500;

interface Told {
  readonly for: string;
  readonly estimate?: Estimate;
  readonly problem?: Problem;
}

/** The answer to what the form says now; the last one stays in sight until the next has come. */
const useEstimate = (request: EstimateRequest | undefined) => {
  const { api } = useConsole();
  const { language } = useWords();
  const key = request === undefined ? '' : JSON.stringify(request);
  const [told, setTold] = useState<Told>();
  useEffect(() => {
    if (key === '') return;
    const ending = new AbortController();
    const timer = setTimeout(
      () =>
        void estimate(api, JSON.parse(key) as EstimateRequest, ending.signal).then(
          (answer) => setTold({ for: key, estimate: answer }),
          (error: unknown) => !ending.signal.aborted && setTold({ for: key, problem: asProblem(error, language) }),
        ),
      DEBOUNCE_MS,
    );
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [api, key, language]);
  return { told: key === '' ? undefined : told, busy: key !== '' && told?.for !== key };
};

const Price = ({ estimate: told, months }: { readonly estimate: Estimate; readonly months: number }) => {
  const words = useFormPageWords();
  const { language } = useWords();
  return (
    <dl className="price">
      <div>
        <dt>{words.preview.perMonth}</dt>
        <dd data-testid="price-month">{yuan(told.priceFenPerMonth, language)}</dd>
      </div>
      {months > 1 && (
        <div>
          <dt>{words.preview.total(months)}</dt>
          <dd data-testid="price-total">{yuan(told.priceFen, language)}</dd>
        </div>
      )}
    </dl>
  );
};

/** Sizes that the district has agreed on: one press fills them in. */
const Presets = ({ onPreset }: { readonly onPreset: (amounts: Record<string, number>) => void }) => {
  const words = useFormPageWords();
  const { language, say } = useWords();
  const { api } = useConsole();
  const { value: catalogue } = useLoaded('catalogue', (signal) => getCatalogue(api, signal));
  if (!catalogue || catalogue.presets.length === 0) return null;
  return (
    <fieldset className="presets">
      <legend className="faint">{words.preview.presets}</legend>
      {catalogue.presets.map(({ id, name, amounts, priceFenPerMonth }) => (
        <Button key={id} size="small" data-testid={`preset-${id}`} onClick={() => onPreset({ ...amounts })}>
          {say(name)} <span className="faint">{words.preview.each(yuan(priceFenPerMonth, language))}</span>
        </Button>
      ))}
    </fieldset>
  );
};

export const Preview = ({
  request,
  nameOf,
  onPreset,
}: {
  readonly request: EstimateRequest | undefined;
  readonly nameOf: (pointer: string) => string;
  readonly onPreset: (amounts: Record<string, number>) => void;
}) => {
  const words = useFormPageWords();
  const { language } = useWords();
  const { told, busy } = useEstimate(request);
  const shown = told?.estimate;
  const month = shown && yuan(shown.priceFenPerMonth, language);
  useEffect(() => {
    if (month !== undefined) announce(words.preview.announced(month));
  }, [month, words]);
  return (
    <section className="card preview" aria-labelledby="preview" aria-busy={busy} data-testid="preview">
      <h2 id="preview">{words.preview.heading}</h2>
      {!request && <p className="faint">{words.preview.waiting}</p>}
      <Presets onPreset={onPreset} />
      {request && !shown && !told?.problem && <p className="faint">{words.preview.busy}</p>}
      {told?.problem && <Alert type="warning" showIcon title={words.preview.failed} description={told.problem.detail} />}
      {shown && request && (
        <>
          <Price estimate={shown} months={request.months} />
          <p className={shown.standard ? 'verdict good' : 'verdict'}>{shown.standard ? words.preview.standard : words.preview.review}</p>
          <Amounts lines={shown.lines} freeInDepartment={shown.freeInDepartment} freeInPool={shown.freeInPool} />
          {shown.findings.length > 0 && (
            <>
              <h3>{words.preview.findings}</h3>
              <Findings findings={shown.findings} nameOf={nameOf} />
            </>
          )}
        </>
      )}
    </section>
  );
};
