/** Names that must be unique, names that must be known, and what an unknown one was meant to be. */
import type { Text } from '#events/envelope.ts';
import { idsOf, type Listing } from './draft.ts';
import { type Finding, type Problem, same } from './problem.ts';

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

export const again = (id: string): Text => ({ zh: `重复的 "${id}"`, en: `"${id}" again` });

/** Ids claimed twice; `what` says what they name. */
export const duplicates = (what: Text, { all }: Listing<unknown>): Problem[] => {
  const seen = new Set<string>();
  return all.flatMap(({ value, problem }) => {
    const id = value.id;
    if (typeof id !== 'string') return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const expected = { zh: `全区唯一的${what.zh} id`, en: `an id that no other ${what.en} has` };
    return [problem(['id'], { expected, found: again(id) })];
  });
};

export const unknownName = (what: Text, name: string, known: Iterable<string>): Finding => {
  const names = [...known];
  const choice = names.length === 0 ? { zh: '尚无', en: 'there is none' } : same(oneOf(names));
  return {
    expected: { zh: `${what.zh}（${choice.zh}）`, en: `${what.en} (${choice.en})` },
    found: same(`"${name}"`),
    hint: didYouMean(name, names),
  };
};

/** What is wrong with a name that refers to an entry of the listing; undefined where nothing is. */
export const reference = (what: Text, name: string, listing: Listing<unknown>): Finding | undefined => {
  const known = idsOf(listing);
  return known.has(name) || !listing.complete ? undefined : unknownName(what, name, known);
};
