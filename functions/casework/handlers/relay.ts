import { readEnv } from '#runtime/env.ts';
import { relay, relayEnv } from '#runtime/relay.ts';
import { farewell } from '../retention.ts';

export const handler = relay(readEnv(relayEnv).EVENT_BUS, { farewell });
