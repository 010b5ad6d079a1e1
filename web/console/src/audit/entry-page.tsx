/** One entry, and what one’s own browser finds of it. */
import { CheckCircleFilled, CloseCircleFilled, LoadingOutlined } from '@ant-design/icons';
import { Alert, Descriptions } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import '../shell/parts.css';
import { useDepartmentName } from '../casework/names.ts';
import { useConsole, useWords } from '../context.ts';
import { now } from '../shared/clock.ts';
import { moment } from '../shared/format.ts';
import { useLoaded } from '../shared/loaded.ts';
import { isAuditor } from '../shared/who.ts';
import { announce } from '../shell/announce.ts';
import { Failed } from '../shell/failed.tsx';
import { Head } from '../shell/head.tsx';
import { Loading } from '../shell/loading.tsx';
import './audit.css';
import { type Check, checkEntry, fingerprintOf, remember, remembered } from './checks.ts';
import { actionName, Resource, Said } from './entries.tsx';
import { useParties } from './names.ts';
import { getEntry, type ProvenEntry } from './requests.ts';
import { useAuditWords } from './words.ts';

const Facts = ({ entry }: { readonly entry: ProvenEntry }) => {
  const words = useAuditWords();
  const { language } = useWords();
  const { district } = useConsole();
  const departmentName = useDepartmentName();
  const call = useParties();
  const told = (party: string) => (call(party) === party ? party : `${call(party)}（${party}）`);
  const { record, id, index } = entry;
  const details = Object.entries(record.detail ?? {});
  const items = [
    { label: words.page.when, children: moment(record.at, now(), district.timezone, language) },
    { label: words.page.outcome, children: <span className={`outcome-${record.outcome}`}>{words.outcome[record.outcome]}</span> },
    {
      label: words.page.actor,
      children: (
        <>
          <Said entry={entry} field="actor" call={told} /> {record.onBehalfOf !== undefined && words.page.onBehalf(told(record.onBehalfOf))}
        </>
      ),
    },
    { label: words.page.subject, children: <Said entry={entry} field="subject" call={told} /> },
    {
      label: words.page.resource,
      children: record.resource === undefined ? <Said entry={entry} field="resource" /> : <Resource name={record.resource} />,
    },
    { label: words.entry.department, children: record.department === undefined ? '–' : departmentName(record.department) },
    { label: words.page.ground, children: <Said entry={entry} field="ground" />, span: 'filled' as const },
    ...details.map(([name, value]) => ({
      label: `${words.entry.detail} · ${name}`,
      children: <code>{value}</code>,
      span: 'filled' as const,
    })),
    { label: words.entry.number, children: index },
    { label: words.entry.id, children: <code>{id}</code> },
  ];
  return <Descriptions size="small" bordered column={{ xs: 1, md: 2 }} items={items.map((item) => ({ ...item, key: item.label }))} />;
};

const Verification = ({ entry }: { readonly entry: ProvenEntry }) => {
  const words = useAuditWords();
  const { say } = useWords();
  const [checks, setChecks] = useState<readonly Check[]>();
  useEffect(() => {
    let gone = false;
    void checkEntry(entry, remembered(localStorage)).then(({ checks: made, head }) => {
      if (gone) return;
      setChecks(made);
      const holds = made.every((check) => check.holds);
      if (holds && head) remember(localStorage, entry.vkey, head, new Date(now()).toISOString());
      announce(holds ? words.entry.all : words.entry.broken);
    });
    return () => {
      gone = true;
    };
  }, [entry, words]);
  const holds = checks?.every((check) => check.holds);
  return (
    <section className="card" aria-labelledby="proof" data-testid="proof" data-holds={holds}>
      <h2 id="proof">{words.entry.proof}</h2>
      <p className="faint">{words.entry.hint}</p>
      {!checks && (
        <p>
          <LoadingOutlined aria-hidden="true" /> {words.entry.busy}
        </p>
      )}
      {checks && <Alert type={holds ? 'success' : 'error'} showIcon title={holds ? words.entry.all : words.entry.broken} />}
      <ul className="checks">
        {checks?.map(({ name, holds: one, why }) => (
          <li key={name} className={one ? 'check good' : 'check bad'} data-check={name}>
            {one ? <CheckCircleFilled aria-hidden="true" /> : <CloseCircleFilled aria-hidden="true" />}
            <span>{why ? say(why) : words.check[name]}</span>
          </li>
        ))}
      </ul>
      <p className="faint">{words.check.fingerprint(fingerprintOf(entry.vkey))}</p>
    </section>
  );
};

export default () => {
  const { entryId = '' } = useParams();
  const words = useAuditWords();
  const { api, profile, district } = useConsole();
  const { value: entry, problem, reload } = useLoaded(entryId, (signal) => getEntry(api, entryId, signal));
  return (
    <>
      <Head title={entry ? actionName(words, entry.record.action) : words.entry.heading}>
        <Link className="link head-action" to={isAuditor(profile, district.bureau) ? '/audit' : '/footprint'}>
          {words.entry.back}
        </Link>
      </Head>
      {problem?.code === 'not-yet-signed' ? (
        <Alert type="info" showIcon title={words.entry.notYet} />
      ) : (
        problem && <Failed title={words.page.failed} problem={problem} onRetry={() => void reload()} />
      )}
      {!entry && !problem && <Loading />}
      {entry && (
        <div className="columns case-page">
          <section className="card" aria-label={words.entry.heading}>
            <Facts entry={entry} />
          </section>
          <Verification entry={entry} />
        </div>
      )}
    </>
  );
};
