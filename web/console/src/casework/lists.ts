/** Which requests stand where in a list. Pure. */
import type { Calendar } from '#functions/casework/calendar.ts';
import { leftUntil } from './due.ts';
import type { CaseSummary } from './requests.ts';

/** What one looks for in the list of one's requests. */
export const FILTERS = ['all', 'mine', 'running', 'ended'] as const;
export type Filter = (typeof FILTERS)[number];

const GROUP_OF: Readonly<Record<CaseSummary['phase'], Exclude<Filter, 'all'>>> = {
  // Drafts and what came back wait for the department itself.
  draft: 'mine',
  returned: 'mine',
  step: 'running',
  ended: 'ended',
};

export const isFilter = (text: string | null): text is Filter => (FILTERS as readonly (string | null)[]).includes(text);

export interface Group<Name> {
  readonly name: Name;
  readonly items: readonly CaseSummary[];
}

const grouped = <Name extends string>(
  items: readonly CaseSummary[],
  names: readonly Name[],
  nameOf: (item: CaseSummary) => Name,
): Group<Name>[] =>
  names.map((name) => ({ name, items: items.filter((item) => nameOf(item) === name) })).filter(({ items: some }) => some.length > 0);

/** What was returned has a time limit, a draft has none. */
const returnedFirst = (items: readonly CaseSummary[]): CaseSummary[] => [
  ...items.filter(({ phase }) => phase === 'returned'),
  ...items.filter(({ phase }) => phase !== 'returned'),
];

export const requestGroups = (items: readonly CaseSummary[], filter: Filter): Group<Exclude<Filter, 'all'>>[] =>
  grouped(returnedFirst(items), ['mine', 'running', 'ended'], ({ phase }) => GROUP_OF[phase]).filter(
    ({ name }) => filter === 'all' || filter === name,
  );

export type When = 'overdue' | 'today' | 'soon' | 'later';

/** The queue by how soon it is due; within a group as the server sorted it, the most urgent first. */
export const queueGroups = (items: readonly CaseSummary[], now: number, calendar: Calendar): Group<When>[] =>
  grouped(items, ['overdue', 'today', 'soon', 'later'], ({ dueAt, overdue }) => {
    if (dueAt === undefined) return 'later';
    // Climbed to somebody else it has a new time limit, and is overdue all the same.
    if (overdue) return 'overdue';
    const { urgency } = leftUntil(dueAt, now, calendar);
    return urgency === 'calm' ? 'later' : urgency;
  });

/** The forms that occur, each once, as a filter offers them. */
export const formsOf = (items: readonly CaseSummary[]): CaseSummary['form'][] =>
  items.map(({ form }) => form).filter(({ id }, index, all) => all.findIndex((one) => one.id === id) === index);
