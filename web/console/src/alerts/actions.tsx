import { CheckOutlined, FileDoneOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useConsole, useMay, useWords } from '../context.ts';
import type { IncidentView } from '../model.ts';
import { asProblem, type Problem } from '../shared/api.ts';
import type { Words } from '../shared/words.ts';
import { ResolveDialog } from './resolve-dialog.tsx';

/** Why a press would be refused, told before it is pressed. */
const reasonNotToAcknowledge = (incident: IncidentView, person: string, may: boolean, words: Words): string | undefined => {
  if (!may) return words.act.notAllowed;
  if (incident.phase === 'resolved') return words.act.alreadyResolved;
  if (incident.phase === 'acknowledged') return words.act.alreadyAcknowledged;
  const mine = incident.called.at(-1)?.people.find(({ personId }) => personId === person);
  if (incident.phase === 'opened') return words.act.notCalling;
  if (!mine) return words.act.notCalled;
  return mine.acknowledgedAt ? words.act.youAcknowledged : undefined;
};

const refusalOf = (problem: Problem, words: Words): string =>
  ({
    'not-called': words.act.refusedNotCalled,
    'step-closed': words.act.refusedStepClosed,
    'incident-resolved': words.act.refusedResolved,
  })[problem.code] ?? `${problem.title}${words.app.colon}${problem.detail}`;

/** One button to say “I have it”, one to say “it is done”. What the server answers is shown at once, refusals in words. */
export const Actions = ({ incident }: { readonly incident: IncidentView }) => {
  const { words, language } = useWords();
  const { api, sync, profile } = useConsole();
  const { message, notification } = App.useApp();
  const mayAcknowledge = useMay('incidents:acknowledge');
  const mayResolve = useMay('incidents:resolve');
  const { incidentId } = incident;
  const [busy, setBusy] = useState(false);
  const [resolving, setResolving] = useState(false);

  const refused = (error: unknown) => {
    const problem = asProblem(error, language);
    notification.warning({ title: refusalOf(problem, words), duration: 0, role: 'alert', key: 'refused' });
    void sync.refresh();
  };
  const acknowledge = async () => {
    setBusy(true);
    try {
      const { data: answer } = await api.POST('/v1/incidents/{incidentId}/acknowledgements', { params: { path: { incidentId } } });
      sync.state.dispatch({ type: 'incident', incident: answer });
      message.success(answer.phase === 'acknowledged' ? words.act.acknowledged : words.act.counted);
    } catch (error) {
      refused(error);
    } finally {
      setBusy(false);
    }
  };
  const resolve = async (reason: string) => {
    try {
      const { data: answer } = await api.POST('/v1/incidents/{incidentId}/resolution', {
        params: { path: { incidentId } },
        body: { reason },
      });
      sync.state.dispatch({ type: 'incident', incident: answer });
      message.success(words.act.resolved);
    } catch (error) {
      refused(error);
    }
    setResolving(false);
    void sync.refresh();
  };

  if (incident.phase === 'resolved' || (!mayAcknowledge && !mayResolve)) return null;
  const reason = reasonNotToAcknowledge(incident, profile.id, mayAcknowledge, words);
  // A press under way keeps its button, whatever is pushed meanwhile: its answer is about to come.
  const offered = busy || reason === undefined;
  return (
    <div className="actions">
      {offered && (
        <Button
          type="primary"
          danger
          size="large"
          icon={<CheckOutlined />}
          data-testid="acknowledge"
          loading={busy}
          onClick={() => void acknowledge()}
        >
          {busy ? words.act.acknowledging : words.act.acknowledge}
        </Button>
      )}
      {mayResolve && (
        <Button
          size="large"
          type={incident.phase === 'acknowledged' ? 'primary' : 'default'}
          icon={<FileDoneOutlined />}
          data-testid="resolve"
          onClick={() => setResolving(true)}
        >
          {words.act.resolve}
        </Button>
      )}
      {!offered && incident.phase !== 'acknowledged' && (
        <span className="faint why-not" data-testid="why-not">
          {reason}
        </span>
      )}
      <ResolveDialog incident={incident} open={resolving} onSubmit={resolve} onCancel={() => setResolving(false)} />
    </div>
  );
};
