/** What a form that asks for resources says so far, as the estimate takes it. By the fields that it has, not by which form it is. Pure. */
import { isObject, propertiesOf, type Schema } from '../forms/schema.ts';
import type { EstimateRequest } from '../quota/requests.ts';

export const hasPreview = (schema: Schema): boolean => {
  const { zone, amounts } = propertiesOf(schema);
  return zone !== undefined && amounts?.type === 'object';
};

const whole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const systemOf = (value: unknown): EstimateRequest['system'] => {
  if (!isObject(value)) return undefined;
  const name = text(value.name);
  return {
    ...(name !== undefined && { name }),
    ...(whole(value.level, 1, 4) && { level: value.level }),
  };
};

/** Undefined while it does not say enough. */
export const estimateOf = (department: string, data: Readonly<Record<string, unknown>>): EstimateRequest | undefined => {
  const zone = text(data.zone);
  const amounts = Object.fromEntries(
    Object.entries(isObject(data.amounts) ? data.amounts : {}).filter((entry): entry is [string, number] => whole(entry[1], 1, 1e9)),
  );
  if (zone === undefined || Object.keys(amounts).length === 0) return undefined;
  const system = systemOf(data.system);
  const { months, environment, dataClasses } = data;
  return {
    department,
    zone,
    amounts,
    // Told for one month until the term is known.
    months: whole(months, 1, 120) ? months : 1,
    ...((environment === 'production' || environment === 'test') && { environment }),
    ...(system && Object.keys(system).length > 0 && { system }),
    ...(Array.isArray(dataClasses) && dataClasses.length > 0 && { dataClasses: dataClasses.map(String) }),
  };
};
