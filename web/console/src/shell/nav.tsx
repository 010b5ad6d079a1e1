import { NavLink } from 'react-router';
import { useConsole, useMay, useWords } from '../context.ts';
import { hasQueue, isAuditor, seesRequests } from '../shared/who.ts';
import { useQueueCount } from './queue-count.ts';

const QueueLink = () => {
  const { words } = useWords();
  const count = useQueueCount();
  return (
    <NavLink to="/queue">
      {words.nav.queue}
      {count !== undefined && count > 0 && (
        <span className="badge" data-testid="queue-count">
          <span className="visually-hidden">{words.nav.queueCount(count)}</span>
          <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
        </span>
      )}
    </NavLink>
  );
};

/** What this person has to do with, and nothing else. */
export const Nav = () => {
  const { words } = useWords();
  const { config, profile, district } = useConsole();
  const mayAlerts = useMay('alerts:read');
  const mayDevices = useMay('devices:read');
  const mayPhones = useMay('phones:read');
  const mayQuota = useMay('quota:read');
  const mayDirectory = useMay('directory:read');
  return (
    <nav className="nav" aria-label={words.app.nav}>
      {mayAlerts && (
        <NavLink to="/" end>
          {words.nav.alerts}
        </NavLink>
      )}
      {mayDevices && <NavLink to="/devices">{words.nav.devices}</NavLink>}
      {mayAlerts && <NavLink to="/history">{words.nav.resolved}</NavLink>}
      {config.phones && mayPhones && <NavLink to="/phones">{words.nav.phones}</NavLink>}
      {hasQueue(profile) && <QueueLink />}
      {seesRequests(profile, district.bureau) && <NavLink to="/requests">{words.nav.requests}</NavLink>}
      {mayQuota && <NavLink to="/cloud">{words.nav.cloud}</NavLink>}
      {mayDirectory && <NavLink to="/directory">{words.nav.directory}</NavLink>}
      {isAuditor(profile, district.bureau) && <NavLink to="/audit">{words.nav.audit}</NavLink>}
    </nav>
  );
};
