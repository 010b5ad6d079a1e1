/** The directory's API, as the console calls it. */

import { type Api, onVersion, type Schemas } from '../shared/api.ts';
import type { operations } from '../shared/schema.generated.ts';

export type OfficerView = Schemas['OfficerView'];
export type DelegationView = Schemas['DelegationView'];

type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
export type OfficerEntry = Body<operations['putOfficer']>;
export type DelegationEntry = Body<operations['delegateDuty']>;

export interface OfficerPage {
  readonly items: OfficerView[];
  readonly next?: string;
}

const signalled = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

export const listOfficers = async (to: Api, query: { department?: string; cursor?: string }, signal?: AbortSignal): Promise<OfficerPage> =>
  (await to.GET('/v1/directory/officers', { params: { query }, ...signalled(signal) })).data;
export const putOfficer = async (to: Api, officerId: string, version: number, entry: OfficerEntry): Promise<OfficerView> =>
  (await to.PUT('/v1/directory/officers/{officerId}', { params: { path: { officerId }, header: onVersion(version) }, body: entry })).data;
export const listDelegations = async (to: Api, signal?: AbortSignal) => (await to.GET('/v1/directory/delegations', signalled(signal))).data;
export const delegateDuty = async (to: Api, key: string, entry: DelegationEntry): Promise<DelegationView> =>
  (await to.POST('/v1/directory/delegations', { params: { header: { 'Idempotency-Key': key } }, body: entry })).data;
export const revokeDelegation = async (to: Api, delegationId: string): Promise<DelegationView> =>
  (await to.DELETE('/v1/directory/delegations/{delegationId}', { params: { path: { delegationId } } })).data;
