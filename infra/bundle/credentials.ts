/**
 * Stands for the SDK's credential chain in the functions' bundles: Lambda gives credentials by the environment, so profiles, single
 * sign-on, containers and instance metadata (a fifth of a bundle) are never asked.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = fromEnv;
