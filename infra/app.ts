/** The district as a CDK app: every stack, for one target. Programs call `districtApp`; the `cdk` CLI reads what it synthesised. */
import { App, Aspects, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, type IReusableStackSynthesizer, Tags } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AlertsStack } from '#stacks/alerts.ts';
import { ApiStack } from '#stacks/api.ts';
import { AuditStack } from '#stacks/audit.ts';
import { CaseworkStack } from '#stacks/casework.ts';
import { CloudQuotaStack } from '#stacks/cloud-quota.ts';
import { ConsoleStack } from '#stacks/console.ts';
import { DevicesStack } from '#stacks/devices.ts';
import { EmergencyStack } from '#stacks/emergency.ts';
import { FoundationStack } from '#stacks/foundation.ts';
import { IdentityStack } from '#stacks/identity.ts';
import type { Config } from './config/schema.ts';
import { acceptFindings } from './nag.ts';
import type { Target } from './targets.ts';

export interface DistrictProps {
  readonly target: Target;
  readonly config: Config;
  /** Where the templates go. */
  readonly outdir: string;
}

export const districtApp = ({ target, config, outdir }: DistrictProps): App => {
  // Stacks hand each other names by CloudFormation exports: none can go away while another uses it.
  const context = { '@aws-cdk/core:defaultCrossStackReferences': 'strong', '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true };
  // The bootstrap's roles reach its bucket by TLS only, so the emulator takes assets with the CLI's own credentials.
  const defaultStackSynthesizer = (
    target.tlsOnly ? new DefaultStackSynthesizer() : new CliCredentialsStackSynthesizer()
  ) as IReusableStackSynthesizer;
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false, defaultStackSynthesizer, context });
  const env = { region: target.region };
  const name = (stack: string) => `${config.district.id}-${stack}`;
  const { shared } = new FoundationStack(app, name('foundation'), { target, config, env });
  const identity = new IdentityStack(app, name('identity'), { shared, env });
  const audit = new AuditStack(app, name('audit'), { shared, env });
  const devices = new DevicesStack(app, name('devices'), { shared, env });
  const alerts = new AlertsStack(app, name('alerts'), { shared, env });
  const emergency = new EmergencyStack(app, name('emergency'), { shared, env });
  const casework = new CaseworkStack(app, name('casework'), { shared, audit: audit.queue, directory: identity.directory, env });
  const cloudQuota = new CloudQuotaStack(app, name('cloud-quota'), { shared, audit: audit.queue, env });
  const console = new ConsoleStack(app, name('console'), { shared, authorizer: identity.authorizer, uploads: casework.files, env });
  const servedBy = {
    alerts: alerts.api,
    casework: casework.api,
    'cloud-quota': cloudQuota.api,
    console: console.api,
    devices: devices.api,
    emergency: emergency.api,
    identity: identity.api,
    'identity/audit': audit.api,
  };
  new ApiStack(app, name('api'), { shared, authorizer: identity.authorizer, servedBy, pages: console.pages, env });

  Tags.of(app).add('district', config.district.code);
  Tags.of(app).add('system', 'luojiang-cloud');
  Tags.of(app).add('target', target.name);
  Aspects.of(app).add(new AwsSolutionsChecks());
  acceptFindings(app, target);
  return app;
};
