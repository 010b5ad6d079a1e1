/** Who of those who can decide the step takes it on. */
import { App, Button, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { useStatusWords } from './case-words.ts';
import { assignCase, type CaseView, listAssignees } from './requests.ts';

interface Props {
  readonly view: CaseView;
  readonly onAssigned: (view: CaseView, what: string) => void;
  readonly onStale: () => Promise<void>;
}

const HandOver = ({
  view,
  onChoose,
  onClose,
}: {
  readonly view: CaseView;
  readonly onChoose: (id: string, name: string) => Promise<void>;
  readonly onClose: () => void;
}) => {
  const words = useStatusWords();
  const { words: common, language, say } = useWords();
  const { api, profile } = useConsole();
  const id = useId();
  const [to, setTo] = useState<string>();
  const [busy, setBusy] = useState(false);
  const { value, problem, reload } = useLoaded(`assignees ${view.caseId} ${view.version}`, (signal) =>
    listAssignees(api, view.caseId, signal),
  );
  const colleagues = value?.items.filter((one) => one.id !== profile.id);
  const choose = async () => {
    const found = colleagues?.find((one) => one.id === to);
    if (!found) return;
    setBusy(true);
    await onChoose(found.id, say(found.name));
    setBusy(false);
  };
  return (
    <Modal
      open
      title={words.assign.handOverHeading}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {common.app.cancel}
        </Button>,
        <Button
          key="submit"
          type="primary"
          disabled={to === undefined}
          loading={busy}
          data-testid="hand-over-submit"
          onClick={() => void choose()}
        >
          {words.assign.submit}
        </Button>,
      ]}
    >
      {problem && <Failed title={words.assign.failed} problem={problem} onRetry={() => void reload()} />}
      {colleagues?.length === 0 && <p>{words.assign.nobody}</p>}
      <label className="field-label" htmlFor={id}>
        {words.assign.handOverHint}
      </label>
      <Select
        id={id}
        className="wide"
        loading={!value && !problem}
        value={to ?? null}
        onChange={(chosen) => setTo(chosen ?? undefined)}
        options={(colleagues ?? []).map((one) => ({ value: one.id, label: one.name[language] }))}
      />
    </Modal>
  );
};

export const Assignment = ({ view, onAssigned, onStale }: Props) => {
  const words = useStatusWords();
  const { language } = useWords();
  const { api, profile } = useConsole();
  const { notification } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const mine = view.assignee === profile.id;
  const assign = async (to: string | undefined, what: string) => {
    setBusy(true);
    try {
      onAssigned(await assignCase(api, view, to), what);
    } catch (error) {
      const problem = asProblem(error, language);
      if (problem.status === 412) await onStale();
      else notification.error({ title: problem.title, description: problem.detail, role: 'alert', duration: 0 });
    } finally {
      setBusy(false);
      setChoosing(false);
    }
  };
  return (
    <div className="assignment">
      {!mine && view.may.includes('cases:decide') && (
        <Button loading={busy} data-testid="claim" onClick={() => void assign(profile.id, words.assign.claimed)}>
          {words.assign.claim}
        </Button>
      )}
      {view.assignee !== undefined && (
        <Button loading={busy} data-testid="release" onClick={() => void assign(undefined, words.assign.released)}>
          {words.assign.release}
        </Button>
      )}
      <Button data-testid="hand-over" onClick={() => setChoosing(true)}>
        {words.assign.handOver}
      </Button>
      {choosing && (
        <HandOver view={view} onClose={() => setChoosing(false)} onChoose={(id, name) => assign(id, words.assign.handedOver(name))} />
      )}
    </div>
  );
};
