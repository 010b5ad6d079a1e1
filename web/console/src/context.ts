/** What every component may ask for. */
import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import type { Action, DistrictView, Profile, Text } from './model.ts';
import type { Api } from './shared/api.ts';
import type { RuntimeConfig } from './shared/config.ts';
import { usePreferences } from './shared/preferences.ts';
import type { Session } from './shared/session.ts';
import { type Language, WORDS, type Words } from './shared/words.ts';
import type { State } from './state.ts';
import type { Health, Sync } from './sync.ts';

export interface Console {
  readonly config: RuntimeConfig;
  readonly session: Session;
  readonly api: Api;
  readonly sync: Sync;
  readonly profile: Profile;
  readonly district: DistrictView;
}

const Context = createContext<Console | undefined>(undefined);
export const ConsoleProvider = Context.Provider;

export const useConsole = (): Console => {
  const value = useContext(Context);
  if (value === undefined) throw new Error('outside of ConsoleProvider');
  return value;
};

export const useWords = (): { readonly words: Words; readonly language: Language; readonly say: (text: Text) => string } => {
  const { language } = usePreferences();
  return useMemo(() => ({ words: WORDS[language], language, say: (text: Text) => text[language] }), [language]);
};

/** A part of the state; `select` must return the same object for the same state. */
export const useConsoleState = <T>(select: (state: State) => T): T => {
  const { state } = useConsole().sync;
  return useSyncExternalStore(state.subscribe, () => select(state.get()));
};

export const useHealth = <T>(select: (health: Health) => T): T => {
  const { health } = useConsole().sync;
  return useSyncExternalStore(health.subscribe, () => select(health.get()));
};

export const useMay = (action: Action): boolean => useConsole().profile.actions.includes(action);

/** The towns this person sees, in the district's order. */
export const useTowns = (): DistrictView['towns'] => {
  const { profile, district } = useConsole();
  return useMemo(
    () => (profile.towns.length === 0 ? district.towns : district.towns.filter((town) => profile.towns.includes(town.id))),
    [profile, district],
  );
};

export const useTownName = (): ((id: string) => string) => {
  const { district } = useConsole();
  const { language } = useWords();
  return useMemo(() => {
    const names = new Map(district.towns.map((town) => [town.id, town.name[language]]));
    return (id: string) => names.get(id) ?? id;
  }, [district, language]);
};
