/** What a page fetches: the value, what went wrong, and a way to ask again. The last value stays on the page while it is asked for anew. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { asProblem, type Problem } from './api.ts';
import { preferences } from './preferences.ts';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  /** Asks again; resolves when it has been answered. */
  readonly reload: () => Promise<void>;
  /** Puts what an answer to something else told already. */
  readonly put: (value: T) => void;
}

interface State<T> {
  readonly key: string | undefined;
  readonly value?: T;
  readonly problem?: Problem;
}

/**
 * `key` says what is asked for: another one begins anew; undefined asks nothing. `everyMs` asks again while the page is in sight; it may
 * follow from what was answered.
 */
export const useLoaded = <T>(
  key: string | undefined,
  load: (signal: AbortSignal, before: T | undefined) => Promise<T>,
  everyMs?: number | ((value: T | undefined) => number),
): Loaded<T> => {
  const [state, setState] = useState<State<T>>({ key });
  const latest = useRef(load);
  latest.current = load;
  const current = useRef(state);
  current.current = state;
  const ending = useRef<AbortController>(undefined);

  const reload = useCallback(async () => {
    if (key === undefined) return;
    ending.current?.abort();
    const own = new AbortController();
    ending.current = own;
    const before = current.current.key === key ? current.current.value : undefined;
    try {
      const value = await latest.current(own.signal, before);
      if (!own.signal.aborted) setState({ key, value });
    } catch (error) {
      if (own.signal.aborted) return;
      const problem = asProblem(error, preferences().language);
      setState({ key, problem, ...(before !== undefined && { value: before }) });
    }
  }, [key]);

  useEffect(() => {
    void reload();
    return () => ending.current?.abort();
  }, [reload]);

  const own = state.key === key;
  const value = own ? state.value : undefined;
  const every = typeof everyMs === 'function' ? everyMs(value) : everyMs;
  useEffect(() => {
    if (every === undefined) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && void reload(), every);
    return () => clearInterval(timer);
  }, [reload, every]);

  const put = useCallback(
    (value: T) => {
      // What is on its way was asked before this: it must not overwrite it.
      ending.current?.abort();
      if (key !== undefined) setState({ key, value });
    },
    [key],
  );
  return { value, problem: own ? state.problem : undefined, reload, put };
};
