import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IdentityConfig } from '#functions/identity/config.ts';
import { authorizerEnv } from '#functions/identity/environment.ts';
import { plain } from '#infra/constructs/access.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import type { Shared } from '#infra/constructs/shared.ts';

export interface IdentityProps extends StackProps {
  readonly shared: Shared;
}

/** Who is calling: tokens of the configured OIDC issuer, verified. */
export class IdentityStack extends Stack {
  readonly authorizer: PlatformFunction;

  constructor(scope: Construct, id: string, { shared, ...props }: IdentityProps) {
    super(scope, id, props);
    const { identity, bureau, officers } = shared.config.district;
    const { issuer, audience, claims } = identity;
    const config: IdentityConfig = { bureau, officers };
    this.authorizer = new PlatformFunction(this, 'Authorizer', {
      shared,
      handler: 'identity-authorizer',
      description: 'Verifies the bearer token of every request and live connection',
      env: authorizerEnv,
      environment: {
        OIDC_ISSUER: plain(issuer),
        OIDC_AUDIENCE: plain(audience),
        ROLES_CLAIM: plain(claims.roles),
        TOWNS_CLAIM: plain(claims.towns),
        JWKS_URI: plain(''),
      },
      config,
    });
  }
}
