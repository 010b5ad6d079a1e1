/** Who `person:peng-tao` is, as far as the caller may look it up. */
import { useConsole, useMay, useWords } from '../context.ts';
import { listOfficers } from '../directory/requests.ts';
import { useLoaded } from '../shared/loaded.ts';
import { useAuditWords } from './words.ts';

export const useParties = (): ((party: string) => string) => {
  const words = useAuditWords();
  const { language } = useWords();
  const { api, profile } = useConsole();
  const mayLookUp = useMay('directory:read');
  const { value } = useLoaded(mayLookUp ? 'people' : undefined, (signal) => listOfficers(api, {}, signal));
  const names = new Map(value?.items.map(({ id, name }) => [id, name[language]]));
  return (party) => {
    const [kind, id = ''] = party.split(/:(.*)/s);
    if (kind === 'system') return words.party.system;
    return names.get(id) ?? (id === profile.id ? profile.name : party);
  };
};
