import type { Text } from '#events/envelope.ts';
import type { BlueprintFacts } from './blueprint.ts';
import type { Cloud } from './catalogue.ts';

/** What the district's YAML says for this capability (runtime/config.ts). */
export interface QuotaConfig {
  readonly cloud: Cloud;
  readonly departments: readonly { readonly id: string; readonly name: Text }[];
  readonly timezone: string;
  /** What the apps of departments are told of the district. */
  readonly apps: Pick<BlueprintFacts, 'region' | 'backupRegion' | 'identity'> & { readonly code: string };
}
