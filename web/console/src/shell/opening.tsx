import { Button, Result, Spin } from 'antd';
import { useWords } from '../context.ts';

interface Props {
  readonly title: string;
  readonly detail?: string;
  readonly busy?: boolean;
  readonly action?: string;
  readonly onAction?: () => void;
}

/** A page of its own: before the console is there, and where it can't be. */
export const Opening = ({ title, detail, busy, action, onAction }: Props) => {
  const { words } = useWords();
  return (
    <main className="opening" aria-busy={busy}>
      <Result
        status="info"
        icon={busy ? <Spin size="large" /> : undefined}
        title={title}
        subTitle={detail ?? words.app.name}
        extra={
          action && (
            <Button type="primary" size="large" onClick={onAction}>
              {action}
            </Button>
          )
        }
      />
    </main>
  );
};
