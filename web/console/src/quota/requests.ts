/** The cloud quota API, as the console calls it. */
import type * as api from '#functions/cloud-quota/api.ts';
import type { BodyOf } from '#runtime/operation.ts';
import { type Answer, type Api, path } from '../shared/api.ts';

export type { AdoptionView, AllocationDetail, AllocationView, Estimate, PoolView, SystemView } from '#functions/cloud-quota/api.ts';
export type CatalogueView = Answer<typeof api.getCatalogue>;
export type EstimateRequest = BodyOf<typeof api.estimate>;
export type SystemEntry = BodyOf<typeof api.putSystem>;
export type Forecast = NonNullable<api.PoolView['kinds'][number]['forecast']>;

export const getCatalogue = (to: Api, signal?: AbortSignal) => to.get<CatalogueView>('/v1/cloud-quota/catalogue', {}, signal);
export const estimate = (to: Api, request: EstimateRequest, signal?: AbortSignal) =>
  to.post<api.Estimate>('/v1/cloud-quota/estimates', request, {}, signal);
export const listPools = (to: Api, signal?: AbortSignal) => to.get<Answer<typeof api.listPools>>('/v1/cloud-quota/pools', {}, signal);
export const changePool = (to: Api, zone: string, version: number, capacity: Record<string, number>) =>
  to.patch<api.PoolView>(path`/v1/cloud-quota/pools/${zone}`, { capacity }, { version });

export type AllocationPage = Answer<typeof api.listAllocations>;
export const listAllocations = (
  to: Api,
  query: { readonly department?: string | undefined; readonly phase?: string; readonly cursor?: string | undefined },
  signal?: AbortSignal,
) => to.get<AllocationPage>('/v1/cloud-quota/allocations', query, signal);
export const getAllocation = (to: Api, allocationId: string, signal?: AbortSignal) =>
  to.get<api.AllocationDetail>(path`/v1/cloud-quota/allocations/${allocationId}`, {}, signal);

export type SystemPage = Answer<typeof api.listSystems>;
export const listSystems = (
  to: Api,
  query: { readonly department?: string | undefined; readonly cursor?: string | undefined },
  signal?: AbortSignal,
) => to.get<SystemPage>('/v1/cloud-quota/systems', query, signal);
export const getSystem = (to: Api, systemId: string, signal?: AbortSignal) =>
  to.get<api.SystemView>(path`/v1/cloud-quota/systems/${systemId}`, {}, signal);
export const putSystem = (to: Api, systemId: string, version: number, entry: SystemEntry) =>
  to.put<api.SystemView>(path`/v1/cloud-quota/systems/${systemId}`, entry, { version });
export const getAdoption = (to: Api, signal?: AbortSignal) => to.get<api.AdoptionView>('/v1/cloud-quota/adoption', {}, signal);
