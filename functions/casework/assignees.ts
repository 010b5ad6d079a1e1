/** Who can take a step on: whoever is in office, holds the duty that is waited for, and may decide on this very request. */
import { mayOn, type Principal, refusedBecause } from '#functions/identity/access.ts';
import { dayOf } from '#functions/identity/directory.ts';
import type { Directory, Holder } from '#functions/identity/store.ts';
import { denied } from '#runtime/http.ts';
import type { Assignee } from './api.ts';
import type { Case } from './case.ts';
import { type Engine, resourceOf, visible } from './cases.ts';
import type { Command } from './decide.ts';
import type { Form } from './form.ts';
import { assigneeMayNotDecide, assigneeWithoutDuty } from './refusals.ts';
import { separatedBy } from './separation.ts';

export interface Register {
  readonly directory: Pick<Directory, 'holder' | 'holders'>;
  readonly bureau: string;
  readonly timezone: string;
}

/** As the authorizer would describe them, were they to call now: who has left holds nothing. */
const principalOf = ({ entry, duties }: Holder, bureau: string): Principal | undefined =>
  entry && { kind: entry.kind, id: entry.id, name: entry.name.zh, roles: [], towns: [], duties, bureau };

const holdsDuty = ({ duties }: Principal, { phase }: Case): boolean =>
  phase.at === 'step' && duties.some(({ department, duty }) => department === phase.waitsFor?.department && duty === phase.waitsFor.duty);

/** Throws where the person cannot take it on. Whether it can be handed over at all, and who decided earlier, is `decide`'s to say. */
const checkAssignee = async ({ directory, bureau }: Register, state: Case, to: string, today: string): Promise<void> => {
  if (state.phase.at !== 'step' || !state.phase.waitsFor) return;
  const principal = principalOf(await directory.holder(to, today), bureau);
  // Of another department, gone or never there: one answer, for it is nobody's business here which.
  if (!principal || !holdsDuty(principal, state)) throw assigneeWithoutDuty(state.phase.waitsFor);
  const because = refusedBecause(principal, 'cases:decide', resourceOf(state));
  if (because) throw assigneeMayNotDecide(because);
};

interface Assigning {
  readonly body: { readonly to?: string };
  readonly now: number;
}

export const assigning =
  (register: Register, { body, now }: Assigning) =>
  async (_: Form, state: Case): Promise<Command> => {
    if (body.to !== undefined) await checkAssignee(register, state, body.to, dayOf(now, register.timezone));
    return { type: 'assign', ...body };
  };

interface Asking {
  readonly principal: Principal;
  readonly params: { readonly caseId: string };
  readonly now: number;
}

/** By the same rules, of the whole directory; nobody where no people are waited for. */
export const listAssignees = async (engine: Engine, register: Register, call: Asking): Promise<{ items: Assignee[] }> => {
  const { principal, params, now } = call;
  const { state } = await visible(engine, principal, params.caseId);
  const resource = resourceOf(state);
  if (!mayOn(principal, 'cases:assign', resource)) throw denied(principal, 'cases:assign', resource);
  const form = await engine.store.form(state.form);
  const today = dayOf(now, register.timezone);
  const items = (await register.directory.holders(today)).flatMap((holder): Assignee[] => {
    const one = principalOf(holder, register.bureau);
    if (!one || !holdsDuty(one, state) || separatedBy(state, form, one.id) || !mayOn(one, 'cases:decide', resource)) return [];
    return [{ id: one.id, name: holder.entry?.name ?? { zh: one.name, en: one.name } }];
  });
  return { items };
};
