import { readConfig } from '#runtime/config.ts';
import { httpApi, serve } from '#runtime/http.ts';
import { getDistrict, getProfile } from '../api.ts';
import type { ConsoleConfig } from '../config.ts';
import { profileOf } from '../profile.ts';
import * as validators from '../validators.generated.ts';

const { district } = readConfig<ConsoleConfig>();

export const handler = httpApi(
  [serve(getProfile, async ({ principal }) => profileOf(principal, district)), serve(getDistrict, async () => district)],
  validators as never,
);
