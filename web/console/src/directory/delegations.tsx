import { App, Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { dutyName, useDepartmentName } from '../casework/names.ts';
import { useCaseWords } from '../casework/words.ts';
import { useConsole, useMay, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { useLoaded } from '../shared/loaded.ts';
import { Failed } from '../shell/failed.tsx';
import { Loading } from '../shell/loading.tsx';
import { Scrolls } from '../shell/scrolls.tsx';
import { DelegateDialog } from './delegate-dialog.tsx';
import { type DelegationView, listDelegations, revokeDelegation } from './requests.ts';
import { useDirectoryWords } from './words.ts';

const Row = ({ delegation, onRevoked }: { readonly delegation: DelegationView; readonly onRevoked: () => void }) => {
  const words = useDirectoryWords();
  const caseWords = useCaseWords();
  const { language, say } = useWords();
  const { api, profile } = useConsole();
  const { message, notification } = App.useApp();
  const departmentName = useDepartmentName();
  const isRegistrar = useMay('directory:write');
  const { delegationId, delegator, deputy, department, duty, until, reason, inForce, revokedAt } = delegation;
  const mayRevoke = revokedAt === undefined && (isRegistrar || [delegator.id, deputy.id].includes(profile.id));
  const state = revokedAt !== undefined ? 'revoked' : inForce ? 'inForce' : 'ended';
  const revoke = async () => {
    try {
      await revokeDelegation(api, delegationId);
      message.success(words.delegation.revokedNow);
      onRevoked();
    } catch (error) {
      const problem = asProblem(error, language);
      notification.error({ title: problem.title, description: problem.detail, role: 'alert', duration: 0 });
    }
  };
  return (
    <tr data-testid="delegation" data-state={state}>
      <th scope="row">{say(delegator.name)}</th>
      <td>{say(deputy.name)}</td>
      <td>
        {departmentName(department)} · {dutyName(caseWords, duty)}
      </td>
      <td>{until}</td>
      <td>{reason}</td>
      <td className={`delegation-${state}`}>{words.delegation[state]}</td>
      <td>
        {mayRevoke && (
          <Popconfirm title={words.delegation.revokeAsk} okText={words.delegation.revoke} onConfirm={revoke}>
            <Button size="small" danger data-testid="revoke" aria-label={words.delegation.revokeOf(say(deputy.name))}>
              {words.delegation.revoke}
            </Button>
          </Popconfirm>
        )}
      </td>
    </tr>
  );
};

export const Delegations = ({ today }: { readonly today: string }) => {
  const words = useDirectoryWords();
  const { api, profile } = useConsole();
  const mayDelegate = useMay('directory:delegate') && profile.duties.some((duty) => duty.for === undefined);
  const [giving, setGiving] = useState(false);
  const { value, problem, reload } = useLoaded('delegations', (signal) => listDelegations(api, signal));
  return (
    <section className="card" aria-labelledby="delegations">
      <div className="pool-head">
        <h2 id="delegations">{words.delegation.heading}</h2>
        {mayDelegate && (
          <Button className="head-action" data-testid="delegate" onClick={() => setGiving(true)}>
            {words.delegation.give}
          </Button>
        )}
      </div>
      {problem && <Failed title={words.delegation.failed} problem={problem} onRetry={() => void reload()} />}
      {!value && !problem && <Loading />}
      {value?.items.length === 0 && <p className="faint">{words.delegation.none}</p>}
      {value && value.items.length > 0 && (
        <Scrolls label={words.delegation.heading}>
          <table className="amounts texts">
            <caption className="visually-hidden">{words.delegation.heading}</caption>
            <thead>
              <tr>
                <th scope="col">{words.delegation.from}</th>
                <th scope="col">{words.delegation.to}</th>
                <th scope="col">{words.delegation.duty}</th>
                <th scope="col">{words.delegation.until}</th>
                <th scope="col">{words.delegation.reason}</th>
                <th scope="col">{words.delegation.state}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {value.items.map((delegation) => (
                <Row key={delegation.delegationId} delegation={delegation} onRevoked={() => void reload()} />
              ))}
            </tbody>
          </table>
        </Scrolls>
      )}
      {giving && (
        <DelegateDialog
          today={today}
          onClose={() => setGiving(false)}
          onGiven={() => {
            setGiving(false);
            void reload();
          }}
        />
      )}
    </section>
  );
};
