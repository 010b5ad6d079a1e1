import type { Officer } from './officer.ts';

/** What the district's YAML says for this capability (runtime/config.ts). */
export interface IdentityConfig {
  readonly bureau: string;
  /** The directory as it begins. */
  readonly officers: readonly Officer[];
}
