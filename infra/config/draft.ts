/** What was read, entry by entry with its place, before it is known to hold together. */
import type { Form } from '#functions/casework/form.ts';
import type { Cloud } from '#functions/cloud-quota/catalogue.ts';
import type { DeviceType } from '#functions/devices/device-type.ts';
import type { Rule } from '#functions/devices/rule.ts';
import type { Plan } from '#functions/emergency/plan.ts';
import type { Person, Post } from '#functions/emergency/roster.ts';
import type { Department, Officer } from '#functions/identity/officer.ts';
import type { Finding, Path, Problem } from './problem.ts';
import type { Town } from './schema.ts';
import type { Source } from './yaml.ts';

export interface Entry<T> {
  readonly value: T;
  readonly problem: (path: Path, finding: Finding, at?: 'value' | 'key') => Problem;
}

/** A list of the configuration, gathered from the files that may hold a part of it. */
export interface Listing<T> {
  /** Entries whose shape is right. */
  readonly sound: readonly Entry<T>[];
  /** All entries, the misshapen too: they still claim their ids, so that one mistake is not reported twice. */
  readonly all: readonly Entry<Readonly<Record<string, unknown>>>[];
  /** All ids are known, so that an unknown one may be called so. */
  readonly complete: boolean;
}

/** A file and the paths at which its shape is wrong. */
export interface Checked {
  readonly source: Source;
  readonly broken: readonly Path[];
}

export interface Pack {
  readonly id: string;
  readonly deviceTypes: Listing<DeviceType>;
  readonly rules: Listing<Rule>;
  readonly plans: Listing<Plan>;
  readonly forms: Listing<Form>;
}

export interface Draft {
  readonly district: Source;
  /** Undefined where the time zone is not valid. */
  readonly timezone: string | undefined;
  readonly towns: Listing<Town>;
  readonly departments: Listing<Department>;
  readonly officers: Listing<Officer>;
  readonly people: Listing<Person>;
  readonly posts: Listing<Post>;
  readonly cloud: {
    readonly kinds: Listing<Cloud['kinds'][number]>;
    readonly dataClasses: Listing<Cloud['dataClasses'][number]>;
    readonly zones: Listing<Cloud['zones'][number]>;
    readonly presets: Listing<Cloud['presets'][number]>;
    readonly limits: Listing<Cloud['limits']['departments'][number]>;
  };
  readonly packs: readonly Pack[];
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const field = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined);

const at = (value: unknown, names: readonly string[]): unknown => names.reduce(field, value);

const isBelow = (path: Path, top: Path): boolean => top.every((part, index) => path[index] === part);

/** A list under a misspelt name, or an entry without its id, hides ids. */
const hidesIds = ({ source, broken }: Checked, names: readonly string[]): boolean => {
  const list = at(source.value, names);
  if (Array.isArray(list)) return !list.every((item) => typeof field(item, 'id') === 'string');
  return list !== undefined || broken.some((path) => path.length < names.length && isBelow(names, path));
};

/** The entries of one list in all files, by its name or the names that lead to it. `T` is what the schema promises of a sound entry. */
export const listing = <T>(files: readonly Checked[], ...names: readonly string[]): Listing<T> => {
  const found = files.flatMap(({ source, broken }) => {
    const list = at(source.value, names);
    if (!Array.isArray(list)) return [];
    return list.map((value: unknown, index) => {
      const top = [...names, index];
      const problem: Entry<T>['problem'] = (path, finding, at) => source.problem([...top, ...path], finding, at);
      return { value, problem, sound: !broken.some((path) => isBelow(path, top)) };
    });
  });
  return {
    sound: found.filter(({ sound }) => sound).map(({ value, problem }) => ({ value: value as T, problem })),
    all: found.flatMap(({ value, problem }) => (isRecord(value) ? [{ value, problem }] : [])),
    complete: !files.some((file) => hidesIds(file, names)),
  };
};

export const idsOf = (...listings: readonly Listing<unknown>[]): Set<string> =>
  new Set(listings.flatMap(({ all }) => all.map(({ value }) => value.id)).filter((id) => typeof id === 'string'));

/** One listing out of several, for what is unique or known across packs. */
export const joined = <T>(listings: readonly Listing<T>[]): Listing<T> => ({
  sound: listings.flatMap(({ sound }) => sound),
  all: listings.flatMap(({ all }) => all),
  complete: listings.every(({ complete }) => complete),
});
