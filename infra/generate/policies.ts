/** functions/identity/policies.generated.ts: the Cedar policies, checked against their schema and sorted by the actions that they name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  getValidRequestEnvsPolicy,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  schemaToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';

const FOLDER = join(import.meta.dirname, '../../functions/identity/policies');
const SCHEMA = 'schema.cedarschema';

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

interface Located {
  readonly message: string;
  readonly help?: string | null;
  readonly sourceLocations?: readonly { readonly start: number }[];
}

/** `from`: where the text that Cedar was given begins in the file. Cedar counts in bytes, editors in characters. */
const refuse = (file: PolicyFile, { message, help, sourceLocations }: Located, from = 0): never => {
  const bytes = Buffer.byteLength(file.text.slice(0, from)) + (sourceLocations?.[0]?.start ?? 0);
  const before = Buffer.from(file.text).subarray(0, bytes).toString('utf8');
  const place = `${file.name}:${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
  throw new Error(`${place}: ${message}${help ? ` (${help})` : ''}`);
};

interface Policy {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly effect: 'permit' | 'forbid';
  readonly actions: readonly string[];
  readonly text: string;
  readonly file: PolicyFile;
  readonly at: number;
}

const NO_ACTION = 'the policy names no action: expected action == Action::"…" or action in [Action::"…"]';

/** The actions that a policy's head names. One that names none would apply to all: each must say what it is about. */
const actionsOf = ({ action }: PolicyJson): string[] => {
  const { entity, entities } = action as { entity?: { id: string }; entities?: { id: string }[] };
  return (entity ? [entity] : (entities ?? [])).map(({ id }) => id);
};

/** What Cedar itself finds wrong; a policy that can never apply is a hole where it forbids. */
const firstMistake = (schema: string, id: string, text: string): Located | undefined => {
  const checked = validate({ schema, policies: { staticPolicies: { [id]: text } } });
  if (checked.type === 'failure') return checked.errors[0] as Located;
  return [...checked.validationErrors, ...checked.validationWarnings][0]?.error as Located | undefined;
};

/** An action of several to which the policy, as it is, can never apply. */
const vainAction = (schema: string, text: string, actions: readonly string[]): string | undefined => {
  const envs = getValidRequestEnvsPolicy(text, schema);
  const possible = envs.type === 'success' ? envs.actions : [];
  return actions.find((action) => !possible.includes(`Action::${JSON.stringify(action)}`));
};

const policyOf = (file: PolicyFile, at: number, text: string, schema: string): Policy => {
  const parsed = policyToJson(text);
  if (parsed.type === 'failure') return refuse(file, parsed.errors[0] as Located, at);
  const { annotations: { id, zh, en } = {}, effect } = parsed.json;
  if (!id || !zh || !en) return refuse(file, { message: 'expected the annotations @id, @zh and @en' }, at);
  const mistake = firstMistake(schema, id, text);
  if (mistake) return refuse(file, mistake, at);
  const actions = actionsOf(parsed.json);
  if (actions.length === 0) return refuse(file, { message: NO_ACTION }, at);
  const vain = vainAction(schema, text, actions);
  if (vain !== undefined) return refuse(file, { message: `the policy can never apply to ${vain}` }, at);
  return { id, zh, en, effect, actions, text, file, at };
};

const policiesOf = (file: PolicyFile, schema: string): Policy[] => {
  const parts = policySetTextToParts(file.text);
  if (parts.type === 'failure') return refuse(file, parts.errors[0] as Located);
  let end = 0;
  return parts.policies.map((part) => {
    const text = part.trim();
    const at = file.text.indexOf(text, end);
    end = at + text.length;
    return policyOf(file, at, text, schema);
  });
};

/** Action -> its rules, by name. Throws with file, line and column at the first mistake. */
export const policiesByAction = (files: readonly PolicyFile[], schema: string): Map<string, Policy[]> => {
  const known = schemaToJson(schema);
  if (known.type === 'failure') return refuse({ name: SCHEMA, text: schema }, known.errors[0] as Located);
  const byId = new Map<string, Policy>();
  const byAction = new Map<string, Policy[]>();
  for (const policy of files.flatMap((file) => policiesOf(file, schema))) {
    const { id, file, at, actions } = policy;
    const first = byId.get(id);
    if (first) refuse(file, { message: `the id ${id} is taken by a policy of ${first.file.name}` }, at);
    byId.set(id, policy);
    for (const action of actions) byAction.set(action, [...(byAction.get(action) ?? []), policy]);
  }
  return byAction;
};

export const policyFiles = (): { readonly files: PolicyFile[]; readonly schema: string } => {
  const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.cedar'));
  return { files: names.sort().map((name) => ({ name, text: read(name) })), schema: read(SCHEMA) };
};

export const policiesSource = (): string => {
  const { files, schema } = policyFiles();
  const rules = Object.fromEntries(
    [...policiesByAction(files, schema)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([action, policies]) => [action, policies.map(({ id, zh, en, effect, text }) => ({ id, zh, en, effect, policy: text }))]),
  );
  return `// Generated by \`npm run generate\` from policies/*.cedar. Do not edit.
export interface Rule {
  readonly id: string;
  /** Whom it is about, in words. */
  readonly zh: string;
  readonly en: string;
  readonly effect: string;
  /** Cedar's text */
  readonly policy: string;
}

/** Action -> the policies that name it. */
export const POLICIES: Readonly<Record<string, readonly Rule[]>> = ${JSON.stringify(rules, null, 2)};
`;
};
