/** What a person chose on this device; it outlives the session, and holds nothing personal. */
import { useSyncExternalStore } from 'react';
import { createStore } from './store.ts';
import type { Language } from './words.ts';

export type Theme = 'system' | 'light' | 'dark';

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
}

const KEY = 'luojiang.preferences';

const read = (): Preferences => {
  const defaults: Preferences = { language: 'zh', theme: 'system' };
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<keyof Preferences, unknown>>;
    return {
      language: saved.language === 'en' ? 'en' : 'zh',
      theme: saved.theme === 'light' || saved.theme === 'dark' ? saved.theme : 'system',
    };
  } catch {
    // Storage may be forbidden or spoilt: the defaults serve.
    return defaults;
  }
};

const store = createStore<Preferences, Partial<Preferences>>((state, change) => ({ ...state, ...change }), read());

export const preferences = (): Preferences => store.get();

export const prefer = (change: Partial<Preferences>): void => {
  store.dispatch(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(store.get()));
  } catch {
    // It holds for this page then.
  }
};

export const usePreferences = (): Preferences => useSyncExternalStore(store.subscribe, store.get);
