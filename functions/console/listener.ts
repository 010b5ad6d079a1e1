/** To what somebody who opens the console listens. Apart from live.ts: who only pushes carries no policy engine. */
import { type Principal, reach } from '#functions/identity/access.ts';
import { DISTRICT } from './live.ts';

/** The keys under which a connection is kept. */
export const townsOf = (principal: Principal): readonly string[] => {
  const where = reach(principal, 'live:subscribe');
  if (where === 'none') return [];
  return where === 'all' ? [DISTRICT] : where;
};
