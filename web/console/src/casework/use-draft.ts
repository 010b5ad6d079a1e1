/** The draft of a form's page: made for the case or the new request, kept while the page is open. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useConsole } from '../context.ts';
import { now } from '../shared/clock.ts';
import { createDraft, type Draft, type DraftState, keyFor } from './draft.ts';
import { type CaseView, createCase, getCase, getHistory, readInFull, saveCase } from './requests.ts';

export interface Begin {
  readonly formId: string;
  readonly department: string;
  readonly data: Record<string, unknown>;
  readonly view: CaseView | undefined;
}

export const useDraft = ({ formId, department, data, view }: Begin): { readonly draft: Draft; readonly state: DraftState } => {
  const { api, profile } = useConsole();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a draft is one case's, or one new request's; its data begin it and no more
  const draft = useMemo(() => {
    const name = `luojiang.draft.${formId}.${department}.${JSON.stringify(data)}`;
    return createDraft(
      {
        create: async () => {
          const made = await createCase(
            api,
            keyFor(sessionStorage, name, () => crypto.randomUUID()),
            formId,
            department,
            data,
          );
          sessionStorage.removeItem(name);
          // Not by the router: the page stays as it is, with the keyboard where it was; loaded anew it is this draft's.
          history.replaceState(history.state, '', `/requests/${made.caseId}/edit`);
          return made;
        },
        save: (at, content) => saveCase(api, at, content),
        read: (caseId) => readInFull(api, caseId),
        glance: (caseId) => getCase(api, caseId),
        lastChange: async (caseId) => {
          const { items } = await getHistory(api, caseId);
          const last = items.findLast(({ by }) => by !== `person:${profile.id}`);
          return last && { name: last.name, at: last.at };
        },
      },
      { data: view ? view.data : data, ...(view && { view }) },
      now,
    );
  }, [api, formId, department, view?.caseId]);
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => draft.atRisk() && event.preventDefault();
    window.addEventListener('beforeunload', leaving);
    return () => {
      window.removeEventListener('beforeunload', leaving);
      // Within the console nothing is lost by going on: it is saved on the way out.
      if (draft.atRisk()) void draft.flush();
      draft.stop();
    };
  }, [draft]);
  return { draft, state: useSyncExternalStore(draft.subscribe, draft.get) };
};
