/**
 * The directory: who holds which duty in which department, on which days. It begins with the district's YAML; what the bureau writes
 * stands in the place of what the YAML says of that person. Days are those of the district's calendar, `from` and `until` included.
 */
import { type Occurrence, occurred, type Text } from '#events/envelope.ts';
import { DutiesChanged, OfficerDeparted, OfficerEntered, OfficerReturned } from '#events/identity.ts';
import { instantOf, wallClock } from '#functions/emergency/duty.ts';
import type { Delegation } from './delegation.ts';
import type { DutyHeld, Officer } from './officer.ts';
import { BUREAU_DUTIES, type Duty } from './terms.ts';

export interface Entry {
  readonly id: string;
  readonly kind: 'person' | 'service';
  readonly name: Text;
  readonly duties: readonly DutyHeld[];
  /** From this day on they may do nothing any more. */
  readonly leftOn?: string;
}

export const entryOf = ({ kind = 'person', ...officer }: Officer): Entry => ({ kind, ...officer });

/** The district's calendar day at an instant (ms since the epoch). */
export const dayOf = (now: number, timezone: string): string => new Date(wallClock(now, timezone)).toISOString().slice(0, 10);

export const isDay = (day: string): boolean => instantOf(`${day}T00:00`) !== undefined;

export const hasLeft = ({ leftOn }: Entry, today: string): boolean => leftOn !== undefined && leftOn <= today;

/** The duties that the directory gives on that day; none to whoever has left. */
export const ownDuties = (entry: Entry | undefined, today: string): Duty[] => {
  if (entry === undefined || hasLeft(entry, today)) return [];
  return entry.duties
    .filter(({ from = today, until = today }) => from <= today && today <= until)
    .map(({ department, duty }) => ({ department, duty }));
};

const isHeld = (duties: readonly Duty[], { department, duty }: Duty): boolean =>
  duties.some((one) => one.department === department && one.duty === duty);

/**
 * Does it count on that day? It ends by itself: with its last day, when whose duty it is loses it or leaves, and when the deputy is no
 * longer of that department.
 */
export const isInForce = (delegation: Delegation, delegator: Entry | undefined, deputy: Entry | undefined, today: string): boolean =>
  delegation.revokedAt === undefined &&
  today <= delegation.until &&
  isHeld(ownDuties(delegator, today), delegation) &&
  ownDuties(deputy, today).some(({ department }) => department === delegation.department);

/** All that somebody may act by on that day: their own duties, and those of others who let them. */
export const dutiesOf = (
  entry: Entry | undefined,
  received: readonly { readonly delegation: Delegation; readonly delegator: Entry | undefined }[],
  today: string,
): Duty[] => [
  ...ownDuties(entry, today),
  ...received
    .filter(({ delegation, delegator }) => isInForce(delegation, delegator, entry, today))
    .map(({ delegation: { department, duty }, delegator }) => ({ department, duty, for: (delegator as Entry).id })),
];

/** What an entry may name. */
export interface Places {
  readonly departments: readonly { readonly id: string }[];
  readonly bureau: string;
}

export type EntryRefusal = 'unknown-department' | 'duty-of-the-bureau' | 'no-such-day' | 'duty-twice' | 'kind-is-fixed';

export interface EntryDecision {
  readonly entry: Entry;
  readonly occurrences: readonly Occurrence[];
}

/** Nothing to do: the directory says so already. */
export const QUIET = 'quiet';

const flawOf = (known: Entry | undefined, { kind, duties, leftOn }: Entry, places: Places): EntryRefusal | undefined => {
  if (known && known.kind !== kind) return 'kind-is-fixed';
  if (duties.some(({ department }) => !places.departments.some(({ id }) => id === department))) return 'unknown-department';
  if (duties.some(({ department, duty }) => department !== places.bureau && BUREAU_DUTIES.includes(duty))) return 'duty-of-the-bureau';
  const days = [leftOn, ...duties.flatMap(({ from, until }) => [from, until])].filter((day) => day !== undefined);
  if (!days.every(isDay) || duties.some(({ from, until }) => from && until && until < from)) return 'no-such-day';
  if (duties.some((duty, index) => isHeld(duties.slice(0, index), duty))) return 'duty-twice';
  return undefined;
};

/** The same text for the same duties, in whichever order their fields stand. */
const written = (duties: readonly DutyHeld[]): string =>
  JSON.stringify(duties.map(({ department, duty, from = '', until = '' }) => [department, duty, from, until]));

const changesOf = (
  known: Entry | undefined,
  { id: officerId, kind, duties, leftOn }: Entry,
  key: readonly (string | number)[],
): Occurrence[] => {
  const occurrences: Occurrence[] = [];
  if (known === undefined) occurrences.push(occurred(OfficerEntered, key, { officerId, kind, duties: [...duties] }));
  else if (written(known.duties) !== written(duties)) {
    occurrences.push(occurred(DutiesChanged, key, { officerId, duties: [...duties], formerly: [...known.duties] }));
  }
  if (leftOn !== known?.leftOn) {
    occurrences.push(leftOn ? occurred(OfficerDeparted, key, { officerId, leftOn }) : occurred(OfficerReturned, key, { officerId }));
  }
  return occurrences;
};

/** What the bureau writes over what is known of somebody; `version` is the one that this will be. */
export const decideEntry = (
  known: Entry | undefined,
  entry: Entry,
  version: number,
  places: Places,
): EntryDecision | typeof QUIET | { readonly refused: EntryRefusal } => {
  const refused = flawOf(known, entry, places);
  if (refused) return { refused };
  const renamed = known?.name.zh !== entry.name.zh || known?.name.en !== entry.name.en;
  const occurrences = changesOf(known, entry, [entry.id, version]);
  return !renamed && occurrences.length === 0 ? QUIET : { entry, occurrences };
};
