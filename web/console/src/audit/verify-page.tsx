/** The whole log, verified in one’s own browser: every entry read, the tree built anew. */
import { Alert, Button, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Broken, verifyCheckpoint } from '#functions/identity/audit/verify.ts';
import { verifyLog } from '#functions/identity/audit/verify-log.ts';
import '../shell/parts.css';
import { useConsole, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { now } from '../shared/clock.ts';
import { dayAndTime, number } from '../shared/format.ts';
import { announce } from '../shell/announce.ts';
import { Head } from '../shell/head.tsx';
import './audit.css';
import { checkKey, fingerprintOf, headOf, type Remembered, remember, remembered } from './checks.ts';
import { getCheckpoint, readFile } from './requests.ts';
import { useAuditWords } from './words.ts';

type State =
  | { readonly at: 'idle' | 'stopped' | 'empty' }
  | { readonly at: 'running'; readonly done: number; readonly all: number }
  | { readonly at: 'holds'; readonly entries: number; readonly vkey: string; readonly before: Remembered | undefined }
  | { readonly at: 'broken'; readonly place: string; readonly why: { readonly zh: string; readonly en: string } }
  | { readonly at: 'failed'; readonly detail: string };

/** So often is the page told of progress: it must not cost more than the work. */
const TOLD_MS = 200;

const useVerifying = () => {
  const words = useAuditWords();
  const { language, say } = useWords();
  const { api } = useConsole();
  const [state, setState] = useState<State>({ at: 'idle' });
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);
  const finish = (next: State, said: string) => {
    setState(next);
    announce(said);
  };
  const run = async () => {
    const own = new AbortController();
    ending.current = own;
    const before = remembered(localStorage);
    setState({ at: 'running', done: 0, all: 0 });
    try {
      const { checkpoint, vkey } = await getCheckpoint(api, own.signal);
      const key = checkKey(vkey, before);
      if (!key.holds && key.why) throw new Broken('vkey', key.why.zh, key.why.en);
      const head = await verifyCheckpoint(checkpoint, vkey);
      if (head.size === 0) return finish({ at: 'empty' }, words.whole.empty);
      let told = 0;
      const entry = (_: Uint8Array, index: number) => {
        own.signal.throwIfAborted();
        if (Date.now() - told < TOLD_MS) return;
        told = Date.now();
        setState({ at: 'running', done: index + 1, all: head.size });
      };
      const { entries } = await verifyLog((path) => readFile(api, path, own.signal), head, { entry, seen: before && headOf(before) });
      remember(localStorage, vkey, head, new Date(now()).toISOString());
      finish({ at: 'holds', entries, vkey, before }, words.whole.holds(number(entries, language)));
    } catch (error) {
      if (own.signal.aborted) return setState({ at: 'stopped' });
      if (error instanceof Broken) return finish({ at: 'broken', place: error.place, why: error.what }, say(error.what));
      setState({ at: 'failed', detail: asProblem(error, language).detail });
    }
  };
  return { state, run, stop: () => ending.current?.abort() };
};

const Outcome = ({ state }: { readonly state: State }) => {
  const words = useAuditWords();
  const { language, say } = useWords();
  const { district } = useConsole();
  const n = (value: number) => number(value, language);
  switch (state.at) {
    case 'idle':
      return null;
    case 'stopped':
    case 'empty':
      return <Alert type="info" showIcon title={words.whole[state.at]} />;
    case 'running': {
      const share = state.all === 0 ? 0 : Math.floor((state.done / state.all) * 100);
      return (
        <div>
          <Progress percent={share} status="active" aria-label={words.whole.heading} />
          <span>{words.whole.progress(n(state.done), n(state.all))}</span>
        </div>
      );
    }
    case 'holds': {
      const { before } = state;
      return (
        <Alert
          type="success"
          showIcon
          title={words.whole.holds(n(state.entries))}
          description={
            <>
              <p>
                {before ? words.whole.since(n(before.size), dayAndTime(before.at, now(), district.timezone, language)) : words.whole.first}
              </p>
              {words.check.fingerprint(fingerprintOf(state.vkey))}
            </>
          }
        />
      );
    }
    case 'broken':
      return <Alert type="error" showIcon role="alert" title={words.whole.broken(state.place)} description={say(state.why)} />;
    case 'failed':
      return <Alert type="warning" showIcon role="alert" title={words.page.failed} description={state.detail} />;
    default:
      return state satisfies never;
  }
};

export default () => {
  const words = useAuditWords();
  const { state, run, stop } = useVerifying();
  return (
    <>
      <Head title={words.whole.heading} />
      <section className="card whole" aria-label={words.whole.heading} data-testid="whole" data-state={state.at}>
        <p>{words.whole.hint}</p>
        {state.at === 'running' ? (
          <Button onClick={stop}>{words.whole.stop}</Button>
        ) : (
          <Button type="primary" data-testid="verify" onClick={() => void run()}>
            {state.at === 'idle' ? words.whole.start : words.whole.again}
          </Button>
        )}
        <Outcome state={state} />
      </section>
    </>
  );
};
