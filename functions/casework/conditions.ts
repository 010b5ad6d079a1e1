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

/** True only for `true`: what is missing or fails decides nothing by rule and finds nothing. */
const holds = async (text: string, facts: object): Promise<boolean> => {
  try {
    return (await compile(text).evaluate(facts)) === true;
  } catch {
    return false;
  }
};

const thoseThatHold = async (entries: readonly (readonly [string, string])[], facts: object): Promise<string[]> => {
  const found = await Promise.all(entries.map(async ([id, text]) => ((await holds(text, facts)) ? [id] : [])));
  return found.flat();
};

export const conditionsOf = async (
  form: Form,
  { data, results, department }: { readonly data: Data; readonly results: Case['results']; readonly department: string },
): Promise<Conditions> => {
  const facts = { data, results, department };
  const skips = form.steps.flatMap((step) => (isService(step) || !step.skip ? [] : [[step.id, step.skip.when] as const]));
  const [checks, skipped] = await Promise.all([
    thoseThatHold(
      (form.checks ?? []).map(({ id, when }) => [id, when] as const),
      facts,
    ),
    thoseThatHold(skips, facts),
  ]);
  return { checks, skips: skipped };
};
