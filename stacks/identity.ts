import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DirectoryConfig, IdentityConfig } from '#functions/identity/config.ts';
import { authorizerEnv, directoryEnv } from '#functions/identity/environment.ts';
import { plain, table } from '#infra/constructs/access.ts';
import { ApiFunction } from '#infra/constructs/api-function.ts';
import { PlatformFunction } from '#infra/constructs/function.ts';
import { Relay } from '#infra/constructs/relay.ts';
import type { Shared } from '#infra/constructs/shared.ts';
import { Table } from '#infra/constructs/table.ts';

export interface IdentityProps extends StackProps {
  readonly shared: Shared;
}

/** Who is calling: tokens of the configured OIDC issuer, verified; and the directory of who holds which duty. */
export class IdentityStack extends Stack {
  readonly authorizer: PlatformFunction;
  readonly api: ApiFunction;
  readonly directory: Table;

  constructor(scope: Construct, id: string, { shared, ...props }: IdentityProps) {
    super(scope, id, props);
    const { identity, bureau, timezone, officers, departments } = shared.config.district;
    const { issuer, audience, claims } = identity;
    const directory = new Table(this, 'Directory', {
      key: shared.key,
      retain: shared.retain,
      partitionKey: 'id',
      indexes: [
        { name: 'byList', partitionKey: 'listKey', sortKey: 'listAt' },
        { name: 'byHolder', partitionKey: 'holder', sortKey: 'listAt' },
      ],
      outbox: true,
    });
    this.directory = directory;
    new Relay(this, 'Relay', { shared, capability: 'identity', from: directory });

    const config: IdentityConfig = { bureau, timezone, officers };
    this.authorizer = new PlatformFunction(this, 'Authorizer', {
      shared,
      handler: 'identity-authorizer',
      description: 'Verifies the bearer token of every request and live connection, and adds the duties of its bearer',
      env: authorizerEnv,
      environment: {
        OIDC_ISSUER: plain(issuer),
        OIDC_AUDIENCE: plain(audience),
        ROLES_CLAIM: plain(claims.roles),
        TOWNS_CLAIM: plain(claims.towns),
        JWKS_URI: plain(''),
        DIRECTORY_TABLE: table(directory, 'GetItem', 'Query', 'BatchGetItem'),
      },
      config,
    });
    this.api = new ApiFunction(this, 'Api', {
      shared,
      handler: 'identity-api',
      description: 'The directory over HTTP',
      env: directoryEnv,
      environment: { DIRECTORY_TABLE: table(directory, 'GetItem', 'Query', 'BatchGetItem', 'PutItem') },
      config: { ...config, departments } satisfies DirectoryConfig,
    });
  }
}
