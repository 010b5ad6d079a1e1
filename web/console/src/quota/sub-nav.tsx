import { Link, useLocation } from 'react-router';
import { useCloudWords } from './words.ts';

export const SubNav = () => {
  const words = useCloudWords();
  const inSystems = useLocation().pathname.startsWith('/cloud/systems');
  const link = (to: string, name: string, active: boolean) => (
    <Link to={to} className={active ? 'active' : undefined} aria-current={active ? 'page' : undefined}>
      {name}
    </Link>
  );
  return (
    <nav className="sub-nav" aria-label={words.nav.label}>
      {link('/cloud', words.nav.pool, !inSystems)}
      {link('/cloud/systems', words.nav.systems, inSystems)}
    </nav>
  );
};
