import type { Construct } from 'constructs';
import type { EnvDefinition } from '#runtime/env.ts';
import { rateEnv } from '#runtime/rate.ts';
import { plain, table } from './access.ts';
import { type FunctionProps, PlatformFunction } from './function.ts';

/** A function that serves operations (runtime/http.ts): it counts its callers' requests against their limits. */
export class ApiFunction<D extends EnvDefinition = EnvDefinition> extends PlatformFunction<D & typeof rateEnv> {
  /** Tells it from others, so that stacks/api.ts takes none that doesn't count. */
  readonly limited = true;

  constructor(scope: Construct, id: string, props: FunctionProps<D>) {
    const { rates, config } = props.shared;
    const { person, service } = config.district.limits;
    super(scope, id, {
      ...props,
      env: { ...props.env, ...rateEnv },
      environment: {
        ...props.environment,
        RATES_TABLE: table(rates, 'UpdateItem'),
        PERSON_RATE: plain(person),
        SERVICE_RATE: plain(service),
      },
    });
  }
}
