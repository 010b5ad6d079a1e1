import type { Text } from '#events/envelope.ts';
import type { Plan } from './plan.ts';
import type { Person, Post } from './roster.ts';

/** What the district's YAML says for this capability (runtime/config.ts). */
export interface EmergencyConfig {
  /** IANA name */
  readonly timezone: string;
  readonly towns: readonly { readonly id: string; readonly name: Text }[];
  readonly people: readonly Person[];
  readonly posts: readonly Post[];
  /** In the order in which they are tried. */
  readonly plans: readonly { readonly domain: string; readonly plan: Plan }[];
}
