import { Result } from 'antd';
import { Link } from 'react-router';
import { useWords } from '../context.ts';

export const NotFound = () => {
  const { words } = useWords();
  return <Result status="404" title={<h1>{words.app.notFound}</h1>} extra={<Link to="/">{words.app.toAlerts}</Link>} />;
};
