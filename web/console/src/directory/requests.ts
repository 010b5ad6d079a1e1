/** The directory's API, as the console calls it. */
import type * as api from '#functions/identity/api.ts';
import type { BodyOf } from '#runtime/operation.ts';
import { type Answer, type Api, path } from '../shared/api.ts';

export type { DelegationView, OfficerView } from '#functions/identity/api.ts';
export type OfficerPage = Answer<typeof api.listOfficers>;
export type OfficerEntry = BodyOf<typeof api.putOfficer>;
export type DelegationEntry = BodyOf<typeof api.delegateDuty>;

export const listOfficers = (
  to: Api,
  query: { readonly department?: string | undefined; readonly cursor?: string | undefined },
  signal?: AbortSignal,
) => to.get<OfficerPage>('/v1/directory/officers', query, signal);
export const putOfficer = (to: Api, officerId: string, version: number, entry: OfficerEntry) =>
  to.put<api.OfficerView>(path`/v1/directory/officers/${officerId}`, entry, { version });
export const listDelegations = (to: Api, signal?: AbortSignal) =>
  to.get<Answer<typeof api.listDelegations>>('/v1/directory/delegations', {}, signal);
export const delegateDuty = (to: Api, key: string, entry: DelegationEntry) =>
  to.post<api.DelegationView>('/v1/directory/delegations', entry, { key });
export const revokeDelegation = (to: Api, delegationId: string) =>
  to.delete<api.DelegationView>(path`/v1/directory/delegations/${delegationId}`);
