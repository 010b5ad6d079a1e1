import { Result } from 'antd';
import { Link } from 'react-router';
import { useWords } from '../context.ts';

export const NotFound = () => {
  const { words } = useWords();
  return <Result status="404" title={words.app.notFound} extra={<Link to="/">{words.app.toAlerts}</Link>} />;
};
