import { ACTIONS, may } from '#functions/identity/access.ts';
import { readConfig } from '#runtime/config.ts';
import { httpApi, serve } from '#runtime/http.ts';
import { getDistrict, getProfile } from '../api.ts';
import type { ConsoleConfig } from '../config.ts';
import * as validators from '../validators.generated.ts';

const { district } = readConfig<ConsoleConfig>();

export const handler = httpApi(
  [
    serve(getProfile, async ({ principal }) => {
      const { id, name, roles, towns, duties } = principal;
      return {
        id,
        name,
        roles: [...roles],
        towns: [...towns],
        duties: [...duties],
        actions: ACTIONS.filter((action) => may(principal, action)),
      };
    }),
    serve(getDistrict, async () => district),
  ],
  validators as never,
);
