/** Ids that must be unique, and names that must be known. */
import type { Text } from '#events/envelope.ts';
import { idsOf, type Listing } from './draft.ts';
import { type Finding, type Problem, same } from './problem.ts';
import { didYouMean, oneOf } from './suggest.ts';

/** Ids claimed twice; `what` says what they name. */
export const duplicates = (what: Text, { all }: Listing<unknown>): Problem[] => {
  const seen = new Set<string>();
  return all.flatMap(({ value, problem }) => {
    const id = value['id'];
    if (typeof id !== 'string') return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const expected = { zh: `全区唯一的${what.zh} id`, en: `an id that no other ${what.en} has` };
    return [problem(['id'], { expected, found: again(id) })];
  });
};

export const again = (id: string): Text => ({ zh: `重复的 "${id}"`, en: `"${id}" again` });

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
