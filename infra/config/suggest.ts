/** “Did you mean …?” for names that nobody knows. */
import type { Text } from '#events/envelope.ts';

/** How many letters to insert, delete, exchange or swap with the next (optimal string alignment). */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const exchanged = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(exchanged, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
};

/** The known name nearest to the one written; undefined where none is near enough to be what was meant. */
export const nearest = (written: string, known: Iterable<string>): string | undefined => {
  // A third of the letters: more would offer “red” for “bed”, less would miss a letter in a short name.
  const limit = Math.max(1, Math.floor(written.length / 3));
  const ranked = [...known]
    .map((name) => ({ name, far: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far);
  return ranked[0]?.name;
};

export const didYouMean = (written: string, known: Iterable<string>): Text | undefined => {
  const name = nearest(written, known);
  return name === undefined ? undefined : { zh: `是否想写 "${name}"？`, en: `did you mean "${name}"?` };
};

/** Names as a choice, cut where there are too many to read. */
export const oneOf = (known: Iterable<string>): string => {
  const names = [...known];
  return names.length > 8 ? `${names.slice(0, 8).join(' | ')} | …` : names.join(' | ');
};
