import { Alert, Button } from 'antd';
import { useWords } from '../context.ts';
import type { Problem } from '../shared/api.ts';

/** What went wrong, in words, and a way to try again. */
export const Failed = ({
  title,
  problem,
  onRetry,
}: {
  readonly title: string;
  readonly problem: Problem;
  readonly onRetry: () => void;
}) => {
  const { words } = useWords();
  const request = problem.instance?.replace('urn:request:', '');
  return (
    <Alert
      type="error"
      showIcon
      title={title}
      description={
        <>
          {problem.title}
          {words.app.colon}
          {problem.detail}
          {request && <div className="faint">{words.problem.instance(request)}</div>}
        </>
      }
      action={<Button onClick={onRetry}>{words.app.retry}</Button>}
    />
  );
};
