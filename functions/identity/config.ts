import type { Department, Officer } from './officer.ts';

/** What the district's YAML says for the authorizer (runtime/config.ts). */
export interface IdentityConfig {
  readonly bureau: string;
  readonly timezone: string;
  /** The directory as it begins. */
  readonly officers: readonly Officer[];
}

/** And for the directory's API. */
export interface DirectoryConfig extends IdentityConfig {
  readonly departments: readonly Department[];
}
