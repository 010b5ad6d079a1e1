import { Result } from 'antd';
import { Link } from 'react-router';
import { useMay, useWords } from '../context.ts';

export const NotFound = () => {
  const { words } = useWords();
  const watches = useMay('alerts:read');
  return (
    <Result
      status="404"
      title={<h1>{words.app.notFound}</h1>}
      extra={<Link to="/">{watches ? words.app.toAlerts : words.app.toStart}</Link>}
    />
  );
};
