import type { ReactNode } from 'react';
import { useWords } from '../context.ts';

/** What may be wider than a phone: it scrolls by itself, by the keyboard too, and not the page. */
export const Scrolls = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => {
  const { words } = useWords();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="scrolls" aria-label={words.app.table(label)} tabIndex={0}>
      {children}
    </section>
  );
};
