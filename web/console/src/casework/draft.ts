/**
 * A form that is being filled in, and its case: saved by itself a moment after each change, one write after another, each on the version
 * that the last one made. No React here: it is tried out without a page.
 */
import { changedFields, prunedData, same } from '../forms/schema.ts';
import { Problem } from '../shared/api.ts';
import { createStore } from '../shared/store.ts';
import type { CaseView, Version } from './requests.ts';

type Data = Record<string, unknown>;

export interface Port {
  /** The same however often it is sent. */
  readonly create: () => Promise<CaseView>;
  readonly save: (at: Version, data: Data) => Promise<CaseView>;
  /** In full, for what is masked cannot be edited; that look is recorded. */
  readonly read: (caseId: string) => Promise<CaseView>;
  /** As it is shown. */
  readonly glance: (caseId: string) => Promise<CaseView>;
  /** Who changed it last, and when. */
  readonly lastChange: (caseId: string) => Promise<Change | undefined>;
}

export interface Change {
  readonly name: string | undefined;
  readonly at: string;
}

export type Status = 'untouched' | 'dirty' | 'saving' | 'saved' | 'failed';

export interface DraftState {
  /** As the form has it, with what is half filled in. */
  readonly data: Data;
  readonly view: CaseView | undefined;
  /** What the server is known to have. */
  readonly saved: Data;
  readonly status: Status;
  /** ms since the epoch */
  readonly savedAt?: number;
  readonly problem?: Problem;
  /** Somebody else changed it meanwhile; these fields of ours were not saved. */
  readonly overtaken?: { readonly by: Change | undefined; readonly lost: readonly string[] };
  /** It can no longer be changed: it was sent or has ended, elsewhere. */
  readonly closed: boolean;
}

export const DEBOUNCE_MS = 800;
const RETRY_MS = 5_000;

const STALE = 412;
const CLOSED: readonly string[] = ['case-not-draft', 'case-ended'];

const isEditable = ({ phase }: CaseView): boolean => phase === 'draft' || phase === 'returned';

/** Fields that were changed here, and stand otherwise there now. */
export const lostFields = (base: Data, mine: Data, theirs: Data): string[] =>
  changedFields(base, mine).filter((field) => !same(mine[field], theirs[field]));

export const createDraft = (port: Port, begin: { readonly data: Data; readonly view?: CaseView }, now: () => number) => {
  const saved = begin.view ? begin.view.data : {};
  const store = createStore<DraftState, Partial<DraftState>>((state, change) => ({ ...state, ...change }), {
    data: begin.data,
    view: begin.view,
    saved,
    status: begin.view ? 'saved' : 'untouched',
    closed: false,
  });
  const { get, dispatch } = store;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** One after another: each needs the version that the one before it made. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };

  const isDirty = (): boolean => !same(prunedData(get().data), get().saved);

  const adopt = (view: CaseView): void => {
    dispatch({ view, closed: !isEditable(view) });
  };

  const ensure = async (): Promise<CaseView> => {
    const { view } = get();
    if (view) return view;
    const made = await port.create();
    dispatch({ view: made, saved: made.data });
    return made;
  };

  /** The form is as it was: a file was checked, or a reminder went out. Otherwise somebody else was at it, and theirs is shown. */
  const catchUp = async (caseId: string): Promise<'unchanged' | 'overtaken'> => {
    const theirs = await port.read(caseId);
    const { saved: base, data } = get();
    if (isEditable(theirs) && same(theirs.data, base)) {
      adopt(theirs);
      return 'unchanged';
    }
    const lost = lostFields(base, prunedData(data), theirs.data);
    const by = await port.lastChange(caseId).catch(() => undefined);
    dispatch({
      view: theirs,
      data: theirs.data,
      saved: theirs.data,
      status: 'saved',
      overtaken: { by, lost },
      closed: !isEditable(theirs),
    });
    return 'overtaken';
  };

  /** Does something to the case as it now is; where a version was overtaken by what doesn't matter, once more. */
  const attempt = async <T>(act: (at: Version) => Promise<T>): Promise<T> => {
    const view = await ensure();
    try {
      return await act(view);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== STALE) throw error;
      if ((await catchUp(view.caseId)) === 'overtaken') throw error;
      return act(get().view as CaseView);
    }
  };

  const failed = (error: unknown): void => {
    if (!(error instanceof Problem)) throw error;
    if (error.status === STALE) return;
    if (CLOSED.includes(error.code)) dispatch({ status: 'saved', closed: true });
    else {
      dispatch({ status: 'failed', problem: error });
      schedule(RETRY_MS);
    }
  };

  const write = async (): Promise<void> => {
    if (get().closed) return;
    // Typed meanwhile: what is sent is what stands there at its turn.
    if (!isDirty() && get().view) return dispatch({ status: get().status === 'untouched' ? 'untouched' : 'saved' });
    dispatch({ status: 'saving' });
    try {
      await ensure();
      const data = prunedData(get().data);
      if (!same(data, get().saved)) {
        const view = await attempt((at) => port.save(at, data));
        dispatch({ view, saved: data });
      }
      dispatch({ status: isDirty() ? 'dirty' : 'saved', savedAt: now(), problem: undefined as never });
    } catch (error) {
      failed(error);
    }
  };

  const schedule = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void inTurn(write), ms);
  };

  return {
    get,
    subscribe: store.subscribe,
    change(data: Data): void {
      dispatch({ data });
      if (!isDirty()) return;
      dispatch({ status: get().status === 'saving' ? 'saving' : 'dirty' });
      schedule(DEBOUNCE_MS);
    },
    /** Saves what is not saved yet; false where that did not succeed. */
    async flush(): Promise<boolean> {
      clearTimeout(timer);
      await inTurn(write);
      return get().status !== 'failed' && get().overtaken === undefined;
    },
    /** Something else than saving, in its turn: a file, the sending. What it answers the case is then. */
    act: <T>(doing: (at: Version) => Promise<T>, viewOf: (answer: T) => CaseView): Promise<T> =>
      inTurn(async () => {
        const answer = await attempt(doing);
        adopt(viewOf(answer));
        return answer;
      }),
    /** Files are checked by others: looks what became of them. Of the rest nothing is taken that might not be as we have it. */
    refresh: (): Promise<void> =>
      inTurn(async () => {
        const { view, saved: base } = get();
        if (!view) return;
        const theirs = await port.glance(view.caseId);
        if (isEditable(theirs) && same(theirs.data, base)) adopt(theirs);
        else dispatch({ view: { ...view, files: theirs.files } });
      }),
    /** The person has read it. */
    understood: () => dispatch({ overtaken: undefined as never }),
    /** Has something that leaving the page would lose. */
    atRisk: (): boolean => !get().closed && (isDirty() || get().status === 'saving') && get().status !== 'untouched',
    stop: () => clearTimeout(timer),
  };
};

export type Draft = ReturnType<typeof createDraft>;

/** The name of a request that begins, kept until it is known to have been made: a page loaded anew sends the same. */
export const keyFor = (storage: Pick<Storage, 'getItem' | 'setItem'>, name: string, make: () => string): string => {
  const kept = storage.getItem(name);
  if (kept !== null) return kept;
  const made = make();
  storage.setItem(name, made);
  return made;
};
