/** Removes what a case leaves behind: a file that was taken out of it, and once the case itself is gone its files and its history. */
import type { CaseFileRemoved, CaseLapsed } from '#events/casework.ts';
import type { EventOf } from '#events/envelope.ts';
import type { Files } from './files.ts';
import type { CaseStore } from './store.ts';

export interface Remains {
  readonly store: Pick<CaseStore, 'get' | 'erase'>;
  readonly files: Pick<Files, 'remove' | 'removeAll'>;
}

export type Leaving = EventOf<typeof CaseFileRemoved> | EventOf<typeof CaseLapsed>;

/** Told again after the table was brought back to an earlier moment, it finds a case that lives: nothing of that is removed. */
export const erase = async ({ store, files }: Remains, event: Leaving): Promise<void> => {
  const { caseId } = event.data;
  const stored = await store.get(caseId);
  switch (event.name) {
    case 'CaseFileRemoved': {
      const { fileId } = event.data;
      if (!stored?.state.files.some((file) => file.fileId === fileId)) await files.remove(caseId, fileId);
      return;
    }
    case 'CaseLapsed':
      if (stored) return;
      await files.removeAll(caseId);
      await store.erase(caseId);
      return;
    default:
      return event satisfies never;
  }
};
