import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useTownName, useWords } from '../context.ts';
import type { AlertGroup } from '../groups.ts';
import { Actions } from './actions.tsx';
import { AlertRow } from './alert-row.tsx';
import { Calling } from './calling.tsx';
import { LevelTag } from './level-tag.tsx';

const SHOWN = 3;

/** An incident with its alerts: what is happening, who is called, what to press. */
export const GroupCard = ({ group }: { readonly group: AlertGroup }) => {
  const { words, say } = useWords();
  const townName = useTownName();
  const [all, setAll] = useState(false);
  const { incident, alerts } = group;
  const shown = all ? alerts : alerts.slice(0, SHOWN);
  const level = incident?.level ?? alerts[0]?.level ?? 'blue';
  return (
    <article className={`card edge-${level}`} data-phase={incident?.phase}>
      {incident && (
        <header className="card-head">
          <h2>
            <LevelTag level={level} />
            <Link to={`/incidents/${incident.incidentId}`}>
              {townName(incident.town)} · {say(incident.planName)}
            </Link>
          </h2>
          <Calling incident={incident} />
          <Actions incident={incident} />
        </header>
      )}
      <div className="rows">
        {shown.map((alert) => (
          <AlertRow key={alert.alertId} alert={alert} />
        ))}
      </div>
      {alerts.length > SHOWN && (
        <Button type="link" onClick={() => setAll(!all)}>
          {all ? words.alerts.fold : words.alerts.showRest(alerts.length - SHOWN)}
        </Button>
      )}
    </article>
  );
};
