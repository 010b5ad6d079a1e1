import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import { createStore } from '../shared/store.ts';

/** What the tab is called, where a page says so. */
export const pageTitle = createStore<string | undefined, string | undefined>((_, title) => title, undefined);

/** Of the page that was opened by its address: nothing is taken from where the browser put the focus. */
const FIRST = 'default';

/** The heading names the tab, and takes the focus after a navigation: it is read out, and the keyboard goes on from there. */
export const Head = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const { key, pathname } = useLocation();
  const type = useNavigationType();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per page, not at each change of its filter
  useEffect(() => {
    if (key === FIRST) return;
    if (type === 'PUSH') window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [pathname]);
  useEffect(() => {
    pageTitle.dispatch(title);
    return () => pageTitle.dispatch(undefined);
  }, [title]);
  return (
    <div className="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  );
};
