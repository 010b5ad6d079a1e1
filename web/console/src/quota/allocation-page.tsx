/** One allocation: what it may use and uses, since when and until when, what was done with it, and what one may ask for. */
import { Alert, Descriptions, Tag, Typography } from 'antd';
import { lazy, Suspense, useCallback } from 'react';
import { Link, useParams } from 'react-router';
import '../shell/parts.css';
import { useDepartmentName } from '../casework/names.ts';
import { linkTo } from '../casework/prefilled.ts';
import { listForms } from '../casework/requests.ts';
import { useConsole, useMay, useWords } from '../context.ts';
import { now } from '../shared/clock.ts';
import { day, dayAndTime, number, percent, yuan } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Boundary } from '../shell/boundary.tsx';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { LinkButton } from '../shell/link-button.tsx';
import { Loading } from '../shell/loading.tsx';
import { Scrolls } from '../shell/scrolls.tsx';
import { Expiry } from './allocations.tsx';
import './cloud.css';
import { type UsageLine, usageLines, usageOptions } from './picture.ts';
import { type AllocationDetail, type CatalogueView, getAllocation, getCatalogue } from './requests.ts';
import { SubNav } from './sub-nav.tsx';
import { type CloudWords, useCloudWords } from './words.ts';

const Figure = lazy(() => import('./figure.tsx'));

interface Props {
  readonly allocation: AllocationDetail;
  readonly catalogue: CatalogueView;
}

const Facts = ({ allocation, catalogue }: Props) => {
  const words = useCloudWords();
  const { language, say } = useWords();
  const { district } = useConsole();
  const departmentName = useDepartmentName();
  const { department, system, zone, environment, level, dataClasses, validFrom, expiresAt, priceFenPerMonth, budgetFenPerMonth, caseId } =
    allocation;
  const zoneName = catalogue.zones.find(({ id }) => id === zone)?.name;
  const className = (id: string) => {
    const found = catalogue.dataClasses.find((one) => one.id === id);
    return found ? say(found.name) : id;
  };
  const date = (at: string) => day(at, now(), district.timezone, language);
  const items = [
    { label: words.one.department, children: departmentName(department) },
    {
      label: words.one.system,
      children: (
        <Link className="link" to={`/cloud/systems/${system.systemId}`}>
          {system.name}
        </Link>
      ),
    },
    { label: words.one.zone, children: zoneName ? say(zoneName) : zone },
    { label: words.one.environment, children: words.one[environment] },
    { label: words.one.level, children: words.systems.levelOf(level) },
    { label: words.one.dataClasses, children: dataClasses.map((id) => <Tag key={id}>{className(id)}</Tag>) },
    { label: words.one.term, children: `${date(validFrom)} – ${date(expiresAt)}` },
    { label: words.one.price, children: yuan(priceFenPerMonth, language) },
    { label: words.one.budget, children: yuan(budgetFenPerMonth, language) },
    {
      label: words.one.case,
      children: (
        <Link className="link" to={`/requests/${caseId}`}>
          {words.one.seeCase}
        </Link>
      ),
    },
  ];
  return <Descriptions size="small" bordered column={{ xs: 1, md: 2 }} items={items.map((item) => ({ ...item, key: item.label }))} />;
};

const Amounts = ({ allocation, catalogue }: Props) => {
  const words = useCloudWords();
  const { language, say } = useWords();
  const { amounts, used, forecast, measuredOn } = allocation;
  return (
    <section className="card" aria-labelledby="amounts">
      <div className="pool-head">
        <h2 id="amounts">{words.one.amounts}</h2>
        <span className="faint">{measuredOn === undefined ? words.pool.notMeasured : words.pool.measured(measuredOn)}</span>
      </div>
      <Scrolls label={words.one.amounts}>
        <table className="amounts">
          <caption className="visually-hidden">{words.one.amounts}</caption>
          <thead>
            <tr>
              <th scope="col">{words.pool.kind}</th>
              <th scope="col">{words.one.quota}</th>
              <th scope="col">{words.one.used}</th>
              <th scope="col">{words.one.share}</th>
              <th scope="col">{words.pool.forecast}</th>
            </tr>
          </thead>
          <tbody>
            {catalogue.kinds.map(({ id, name, unit }) => {
              const quota = amounts[id] ?? 0;
              const use = used?.[id];
              if (quota === 0 && use === undefined) return null;
              const over = use !== undefined && use > quota;
              const expected = forecast[id];
              return (
                <tr key={id} data-kind={id}>
                  <th scope="row">
                    {say(name)} <span className="faint">{say(unit)}</span>
                  </th>
                  <td>{number(quota, language)}</td>
                  <td>{use === undefined ? '–' : number(use, language)}</td>
                  <td className={over ? 'short' : undefined}>
                    {use === undefined || quota === 0 ? '–' : percent(use / quota, language)} {over && words.one.over}
                  </td>
                  <td>
                    {expected === undefined ? (
                      <span className="faint">{words.pool.noForecast}</span>
                    ) : expected.reachedOn === undefined ? (
                      words.pool.staysBelow
                    ) : (
                      <strong className="short">{words.pool.fullOn(expected.reachedOn)}</strong>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolls>
    </section>
  );
};

const UsageTable = ({ allocation, catalogue, lines }: Props & { readonly lines: readonly UsageLine[] }) => {
  const words = useCloudWords();
  const { language } = useWords();
  const kinds = catalogue.kinds.filter(({ id }) => lines.some(({ kind }) => kind === id));
  return (
    <details>
      <summary>{words.one.showTable}</summary>
      <Scrolls label={words.one.usage}>
        <table className="amounts">
          <caption className="visually-hidden">{words.one.usage}</caption>
          <thead>
            <tr>
              <th scope="col">{words.one.day}</th>
              {kinds.map(({ id, name }) => (
                <th key={id} scope="col">
                  {name[language]}
                </th>
              ))}
              <th scope="col">{words.one.cost}</th>
            </tr>
          </thead>
          <tbody>
            {allocation.usage.map(({ day: at, used, costFen }) => (
              <tr key={at}>
                <th scope="row">{at}</th>
                {kinds.map(({ id }) => (
                  <td key={id}>{used[id] === undefined ? '–' : number(used[id], language)}</td>
                ))}
                <td>{costFen === undefined ? '–' : yuan(costFen, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </details>
  );
};

const Usage = ({ allocation, catalogue }: Props) => {
  const words = useCloudWords();
  const { language } = useWords();
  const lines = usageLines(allocation, catalogue.kinds, language);
  const key = JSON.stringify(lines);
  const options = useCallback((dark: boolean) => usageOptions(JSON.parse(key) as UsageLine[], words.one, dark), [key, words]);
  const days = allocation.usage;
  return (
    <section className="card" aria-labelledby="usage">
      <h2 id="usage">{words.one.usage}</h2>
      {lines.length === 0 ? (
        <p className="faint">{words.one.usageNone}</p>
      ) : (
        <>
          <Boundary>
            <Suspense fallback={<Loading />}>
              <Figure
                label={words.one.usageSummary(days.length, days[0]?.day ?? '', days.at(-1)?.day ?? '')}
                height={300}
                options={options}
              />
            </Suspense>
          </Boundary>
          <UsageTable allocation={allocation} catalogue={catalogue} lines={lines} />
        </>
      )}
    </section>
  );
};

/** For those who deploy: what makes an app of the allocation. */
const AppOf = ({ allocation: { allocationId, phase } }: { readonly allocation: AllocationDetail }) => {
  const words = useCloudWords();
  if (phase !== 'active') return null;
  return (
    <section className="card" aria-labelledby="app" data-testid="app">
      <h2 id="app">{words.one.app}</h2>
      <p className="faint">{words.one.appHint}</p>
      <Typography.Text code copyable>
        {`npm run quota -- blueprint ${allocationId}`}
      </Typography.Text>
    </section>
  );
};

/** What may be asked for about an allocation, by the forms’ own names; a smaller or larger size begins with the present one. */
const CHANGES = ['cloud-quota-extend', 'cloud-quota-resize', 'cloud-quota-transfer', 'cloud-quota-terminate'] as const;

const Changes = ({ allocation }: { readonly allocation: AllocationDetail }) => {
  const words = useCloudWords();
  const { say } = useWords();
  const { api } = useConsole();
  const mayApply = useMay('cases:create');
  const { value } = useLoaded(mayApply ? 'forms' : undefined, (signal) => listForms(api, signal));
  const { allocationId, department, amounts, phase } = allocation;
  const forms = CHANGES.flatMap((id) => value?.items.find((form) => form.id === id && form.departments.includes(department)) ?? []);
  if (phase === 'released' || forms.length === 0) return null;
  return (
    <section className="card" aria-labelledby="changes" data-testid="changes">
      <h2 id="changes">{words.one.actions}</h2>
      <p className="faint">{words.one.actionsHint}</p>
      <div className="action-links">
        {forms.map(({ id, name }) => (
          <LinkButton
            key={id}
            data-testid={`ask-${id}`}
            to={linkTo(id, department, { allocationId, ...(id === 'cloud-quota-resize' && { amounts }) })}
          >
            {say(name)}
          </LinkButton>
        ))}
      </div>
    </section>
  );
};

const movementName = (words: CloudWords, movement: string): string => words.movement[movement as keyof CloudWords['movement']] ?? movement;

const Journal = ({ allocation, catalogue }: Props) => {
  const words = useCloudWords();
  const { language, say } = useWords();
  const { district } = useConsole();
  const kindOf = (id: string) => catalogue.kinds.find((kind) => kind.id === id);
  const told = (amounts: Readonly<Record<string, number>>) =>
    Object.entries(amounts).map(([id, amount]) => {
      const kind = kindOf(id);
      return `${kind ? say(kind.name) : id} ${amount > 0 ? '+' : ''}${number(amount, language)}`;
    });
  return (
    <section className="card" aria-labelledby="journal">
      <h2 id="journal">{words.one.journal}</h2>
      <ul className="journal">
        {[...allocation.journal].reverse().map(({ seq, at, movement, amounts, caseId }) => (
          <li key={seq}>
            <strong>{movementName(words, movement)}</strong>{' '}
            <time className="faint" dateTime={at}>
              {dayAndTime(at, now(), district.timezone, language)}
            </time>
            <div>{told(amounts).join(language === 'zh' ? '、' : ', ')}</div>
            {caseId !== undefined && (
              <Link className="link" to={`/requests/${caseId}`}>
                {words.one.seeCase}
              </Link>
            )}
          </li>
        ))}
      </ul>
      <h3>{words.one.notices}</h3>
      {allocation.notices.length === 0 ? (
        <p className="faint">{words.one.noNotices}</p>
      ) : (
        <ul className="journal">
          {allocation.notices.map((days) => (
            <li key={days}>{words.one.noticed(days)}</li>
          ))}
        </ul>
      )}
    </section>
  );
};

export default () => {
  const { allocationId = '' } = useParams();
  const words = useCloudWords();
  const { say } = useWords();
  const { api } = useConsole();
  const { value: catalogue, problem: broken } = useLoaded('catalogue', (signal) => getCatalogue(api, signal));
  const { value: allocation, problem, reload } = useLoaded(allocationId, (signal) => getAllocation(api, allocationId, signal));
  const failed = problem ?? broken;
  return (
    <>
      <Head title={allocation?.system.name ?? words.one.heading}>
        <SubNav />
      </Head>
      {failed && <Failed title={words.one.failed} problem={failed} onRetry={() => void reload()} />}
      {(!allocation || !catalogue) && !failed && <Loading />}
      {allocation && catalogue && (
        <>
          <div className="card where where-step where-main">
            <span
              className={`phase phase-${allocation.phase === 'active' ? 'step' : allocation.phase === 'frozen' ? 'returned' : 'ended'}`}
            >
              {words.list[allocation.phase]}
            </span>
            <Expiry allocation={allocation} />
            <span className="faint">
              {words.one.number} <code>{allocation.allocationId}</code>
            </span>
          </div>
          {allocation.frozenBecause && (
            <Alert type="warning" showIcon title={words.one.frozenBecause} description={say(allocation.frozenBecause)} />
          )}
          <div className="columns case-page">
            <div className="case-main">
              <section className="card" aria-label={words.one.heading}>
                <Facts allocation={allocation} catalogue={catalogue} />
              </section>
              <Amounts allocation={allocation} catalogue={catalogue} />
              <Usage allocation={allocation} catalogue={catalogue} />
            </div>
            <div className="case-main">
              <Changes allocation={allocation} />
              <AppOf allocation={allocation} />
              <Journal allocation={allocation} catalogue={catalogue} />
            </div>
          </div>
        </>
      )}
    </>
  );
};
