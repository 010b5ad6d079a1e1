/** A store as small as useSyncExternalStore asks for. */
export interface Store<S, C> {
  get(): S;
  dispatch(change: C): void;
  subscribe(listener: () => void): () => void;
}

export const createStore = <S, C>(reduce: (state: S, change: C) => S, initial: S): Store<S, C> => {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch(change) {
      const next = reduce(state, change);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
