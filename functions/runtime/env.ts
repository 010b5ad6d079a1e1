/**
 * What a function's environment must hold: one definition, read by the handler at start and by the CDK construct
 * (infra/constructs/function.ts), where a forgotten variable fails to compile.
 */
export type EnvDefinition<Name extends string = string> = Readonly<Record<Name, string>>;
export type Env<D extends EnvDefinition> = Readonly<Record<keyof D & string, string>>;

/** Each variable with a word on what it holds. */
export const defineEnv = <const Name extends string>(variables: Record<Name, string>): EnvDefinition<Name> => variables;

/** Reads the variables once, at start; a missing one ends the init with its name, not the first request with `undefined`. */
export const readEnv = <D extends EnvDefinition>(definition: D, source: NodeJS.ProcessEnv = process.env): Env<D> => {
  const missing = Object.keys(definition).filter((name) => source[name] === undefined);
  if (missing.length > 0) throw new Error(`Missing environment variables: ${missing.join(', ')}`);
  return Object.fromEntries(Object.keys(definition).map((name) => [name, source[name]])) as Env<D>;
};
