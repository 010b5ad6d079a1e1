/** The filter lives in the address, so that it can be kept, sent and gone back to. */
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { Filter } from '../groups.ts';
import { LEVELS } from '../levels.ts';
import type { Level } from '../model.ts';

export const useFilter = (): readonly [Filter, (change: Partial<Filter>) => void] => {
  const [params, setParams] = useSearchParams();
  const town = params.get('town') ?? undefined;
  const written = params.get('level');
  const level = LEVELS.find((one): one is Level => one === written);
  const filter = useMemo(() => ({ town, level }), [town, level]);
  const change = (next: Partial<Filter>) => {
    const merged = { ...filter, ...next };
    const entries = Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined);
    setParams(Object.fromEntries(entries), { replace: true });
  };
  return [filter, change];
};
