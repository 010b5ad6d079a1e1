/** J and K, or the arrows, from row to row: a queue is worked through without a mouse. Enter is the link's own. */
import { type RefObject, useEffect } from 'react';

const TYPING = 'input, textarea, select, [contenteditable], [role=combobox], [role=listbox]';
const STEP: Readonly<Record<string, number>> = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

/** Where the next row is: from nowhere down is the first, and the ends hold. Pure. */
export const nextRow = (count: number, current: number, step: number): number =>
  current < 0 ? (step > 0 ? 0 : count - 1) : Math.min(count - 1, Math.max(0, current + step));

export const useRowKeys = (list: RefObject<HTMLElement | null>): void => {
  useEffect(() => {
    const move = (event: KeyboardEvent) => {
      const step = STEP[event.key];
      const target = event.target as HTMLElement | null;
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || target?.closest(TYPING)) return;
      const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
      const current = rows.indexOf(document.activeElement as HTMLElement);
      // The arrows scroll the page, unless one is in the list already.
      if (rows.length === 0 || (event.key.startsWith('Arrow') && current < 0)) return;
      event.preventDefault();
      const row = rows[nextRow(rows.length, current, step)];
      row?.focus();
      row?.scrollIntoView({ block: 'nearest' });
    };
    document.addEventListener('keydown', move);
    return () => document.removeEventListener('keydown', move);
  }, [list]);
};
