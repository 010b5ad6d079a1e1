/** The cloud quota API, as the console calls it. */

import { type Api, onVersion, type Schemas } from '../shared/api.ts';
import type { operations } from '../shared/schema.generated.ts';

export type CatalogueView = Schemas['Catalogue'];
export type Estimate = Schemas['Estimate'];
export type PoolView = Schemas['PoolView'];
export type AllocationView = Schemas['AllocationView'];
export type AllocationDetail = Schemas['AllocationDetail'];
export type SystemView = Schemas['SystemView'];
export type AdoptionView = Schemas['AdoptionView'];
export type Forecast = NonNullable<PoolView['kinds'][number]['forecast']>;

type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
export type EstimateRequest = Body<operations['estimateCloudRequest']>;
export type SystemEntry = Body<operations['putSystem']>;

const signalled = (signal: AbortSignal | undefined) => (signal ? { signal } : {});
/** Without what was not said. */
const said = <Q extends object>(query: Q): Q => Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Q;

export const getCatalogue = async (to: Api, signal?: AbortSignal): Promise<CatalogueView> =>
  (await to.GET('/v1/cloud-quota/catalogue', signalled(signal))).data;
export const estimate = async (to: Api, request: EstimateRequest, signal?: AbortSignal): Promise<Estimate> =>
  (await to.POST('/v1/cloud-quota/estimates', { body: request, ...signalled(signal) })).data;
export const listPools = async (to: Api, signal?: AbortSignal) => (await to.GET('/v1/cloud-quota/pools', signalled(signal))).data;
export const changePool = async (to: Api, zone: string, version: number, capacity: Record<string, number>): Promise<PoolView> =>
  (await to.PATCH('/v1/cloud-quota/pools/{zone}', { params: { path: { zone }, header: onVersion(version) }, body: { capacity } })).data;

export interface AllocationPage {
  readonly items: AllocationView[];
  readonly next?: string;
}
export interface AllocationQuery {
  readonly department?: string;
  readonly phase?: AllocationView['phase'];
  readonly cursor?: string;
}
export const listAllocations = async (to: Api, query: AllocationQuery, signal?: AbortSignal): Promise<AllocationPage> =>
  (await to.GET('/v1/cloud-quota/allocations', { params: { query: said(query) }, ...signalled(signal) })).data;
export const getAllocation = async (to: Api, allocationId: string, signal?: AbortSignal): Promise<AllocationDetail> =>
  (await to.GET('/v1/cloud-quota/allocations/{allocationId}', { params: { path: { allocationId } }, ...signalled(signal) })).data;

export interface SystemPage {
  readonly items: SystemView[];
  readonly next?: string;
}
export const listSystems = async (to: Api, query: { department?: string; cursor?: string }, signal?: AbortSignal): Promise<SystemPage> =>
  (await to.GET('/v1/cloud-quota/systems', { params: { query: said(query) }, ...signalled(signal) })).data;
export const getSystem = async (to: Api, systemId: string, signal?: AbortSignal, unmask = false): Promise<SystemView> =>
  (
    await to.GET('/v1/cloud-quota/systems/{systemId}', {
      params: { path: { systemId }, query: unmask ? { unmask } : {} },
      ...signalled(signal),
    })
  ).data;
export const putSystem = async (to: Api, systemId: string, version: number, entry: SystemEntry): Promise<SystemView> =>
  (await to.PUT('/v1/cloud-quota/systems/{systemId}', { params: { path: { systemId }, header: onVersion(version) }, body: entry })).data;
export const getAdoption = async (to: Api, signal?: AbortSignal): Promise<AdoptionView> =>
  (await to.GET('/v1/cloud-quota/adoption', signalled(signal))).data;
