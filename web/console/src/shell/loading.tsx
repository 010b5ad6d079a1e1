import { Skeleton } from 'antd';
import { useWords } from '../context.ts';

/** Said as well as shown; without Ant Design's title, which is an empty heading to a screen reader. */
export const Loading = () => {
  const { words } = useWords();
  return (
    <div role="status" aria-busy="true">
      <span className="visually-hidden">{words.app.loading}</span>
      <Skeleton active title={false} paragraph={{ rows: 4 }} />
    </div>
  );
};
