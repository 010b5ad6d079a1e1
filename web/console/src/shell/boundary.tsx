import { Button, Result } from 'antd';
import { Component, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { useWords } from '../context.ts';

class Catch extends Component<{ readonly instead: ReactNode; readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError = () => ({ failed: true });
  override render = () => (this.state.failed ? this.props.instead : this.props.children);
}

/**
 * What fails leaves the rest standing: the header, the live state, the other pages. A part fetched later (the curve) is
 * gone after a new version was put up: loading the page again brings it.
 */
export const Boundary = ({ children }: { readonly children: ReactNode }) => {
  const { words } = useWords();
  const { pathname } = useLocation();
  const again = (
    <Button type="primary" size="large" onClick={() => location.reload()}>
      {words.app.retry}
    </Button>
  );
  return (
    <Catch key={pathname} instead={<Result status="error" title={words.problem.page} extra={again} />}>
      {children}
    </Catch>
  );
};
