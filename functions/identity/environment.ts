import { defineEnv } from '#runtime/env.ts';

export const authorizerEnv = defineEnv({
  OIDC_ISSUER: 'Whose tokens are taken: the `iss` claim, and where its keys are found',
  OIDC_AUDIENCE: 'The `aud` claim that names this platform',
  ROLES_CLAIM: 'The claim that lists roles',
  TOWNS_CLAIM: 'The claim that lists town ids',
  JWKS_URI: 'The issuer’s keys; empty: as its discovery document says',
  DIRECTORY_TABLE: 'What the bureau wrote of officers, and who acts for whom',
});

export const directoryEnv = defineEnv({ DIRECTORY_TABLE: 'What the bureau wrote of officers, and who acts for whom, with its outbox' });
