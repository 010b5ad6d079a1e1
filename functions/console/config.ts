import type { Text } from '#events/envelope.ts';
import type { DistrictView } from './api.ts';

/** What `/config.json` tells the console before anybody is logged in; `liveUrl` comes from the environment. */
export interface PagesConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
  readonly districtId: string;
  readonly districtName: Text;
  /** Show the local outbox as phones. */
  readonly phones: boolean;
}

export interface ConsoleConfig {
  readonly district: DistrictView;
}
