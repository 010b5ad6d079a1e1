import type { Officer } from '#functions/identity/officer.ts';
import type { Calendar } from './calendar.ts';
import type { Definition } from './form.ts';
import type { Retention } from './retention.ts';

/** What the district's YAML says for this capability (runtime/config.ts). */
export interface CaseworkConfig {
  readonly forms: readonly Definition[];
  readonly bureau: string;
  readonly departments: readonly string[];
  readonly calendar: Calendar;
  readonly retention: Retention;
}

/** And for its API, which asks the directory who can take a step on. */
export interface CaseworkApiConfig extends CaseworkConfig {
  readonly timezone: string;
  /** The directory as it begins. */
  readonly officers: readonly Officer[];
}
