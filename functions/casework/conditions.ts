/** The form's expressions (JSONata) over a case as it would be. Asynchronous because the library is; otherwise pure. */
import jsonata from 'jsonata';
import type { Case, Data } from './case.ts';
import { type Form, isService } from './form.ts';

export interface Conditions {
  readonly checks: readonly string[];
  readonly skips: readonly string[];
}

const compiled = new Map<string, jsonata.Expression>();
const compile = (text: string): jsonata.Expression => {
  const known = compiled.get(text) ?? jsonata(text);
  compiled.set(text, known);
  return known;
};

/** Where an expression cannot be read: its message and offset. */
export const syntaxError = (text: string): string | undefined => {
  try {
    jsonata(text);
    return undefined;
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    return `${message ?? error}${position === undefined ? '' : ` (at ${position})`}`;
  }
};

interface Named {
  readonly id: string;
  readonly when: string;
  /** What it counts as where it cannot be evaluated. */
  readonly failing: boolean;
}

/** True only for `true`: what is missing decides nothing by rule and finds nothing. */
const holds = async ({ when, failing }: Named, facts: object): Promise<boolean> => {
  try {
    return (await compile(when).evaluate(facts)) === true;
  } catch {
    return failing;
  }
};

const thoseThatHold = async (all: readonly Named[], facts: object): Promise<string[]> => {
  const found = await Promise.all(all.map(async (one) => ((await holds(one, facts)) ? [one.id] : [])));
  return found.flat();
};

export const conditionsOf = async (
  form: Form,
  { data, results, department }: { readonly data: Data; readonly results: Case['results']; readonly department: string },
): Promise<Conditions> => {
  const facts = { data, results, department };
  // Nothing passes by a rule that fails, and nothing passes a check that must not be passed and fails.
  const skips = form.steps.flatMap((step) =>
    isService(step) || !step.skip ? [] : [{ id: step.id, when: step.skip.when, failing: false }],
  );
  const looked = (form.checks ?? []).map(({ id, when, severity }) => ({ id, when, failing: severity === 'blocking' }));
  const [checks, skipped] = await Promise.all([thoseThatHold(looked, facts), thoseThatHold(skips, facts)]);
  return { checks, skips: skipped };
};
