/**
 * Which values a simulated device sends next. Each device plays its series from a place of its own, so that the towns don't all have
 * the same weather at once; one of each type begins shortly before something happens, so that whoever starts the platform sees it
 * work. Pure.
 */
import type { Registration } from '#functions/devices/device.ts';
import type { DeviceType, Measure } from '#functions/devices/device-type.ts';
import type { Config } from '#infra/config/schema.ts';
import { breachValue, findDeviceType, isBreach, normalRange, rulesOf } from './ranges.ts';
import type { Series } from './series.ts';

/** FNV-1a: a device's own place in its series, the same on every machine and after every start. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

/** So many readings before its event a leading device begins: at the usual pace the first alert comes within a minute … */
const RUN_UP = 2;
/** … and the leading device of each further type has so many more: one event after another, each in another town. */
const RUN_UP_MORE = 3;

/** The series' own course, from the middle of what is normal to just past the first rule's gravest bound. */
const scaled = (series: Series, config: Config, deviceType: string, measure: Measure): Series => {
  const { low, high } = normalRange(config, deviceType, measure);
  const least = Math.min(...series);
  const greatest = Math.max(...series);
  const from = (low + high) / 2;
  // Without a rule nothing can be breached: a quarter of the range is course enough.
  const to = breachValue(config, deviceType, measure) ?? from + (high - low) / 4;
  return series.map((value) => Number((from + ((value - least) / (greatest - least)) * (to - from)).toFixed(2)));
};

/** What was recorded of this very measure as it is, where the device could have measured it; else the course of a river. */
export const seriesFor = (recorded: Readonly<Record<string, Series>>, config: Config, deviceType: string, measure: Measure): Series => {
  const own = recorded[measure.id];
  const { minimum, maximum } = measure;
  if (own?.every((value) => value >= minimum && value <= maximum)) return own;
  return scaled(recorded.level as Series, config, deviceType, measure);
};

/** What a device plays: for each measure a series, all from the same place on. */
export interface Score {
  readonly series: Readonly<Record<string, Series>>;
  readonly start: number;
}

export const valuesAt = ({ series, start }: Score, tick: number): Record<string, number> =>
  Object.fromEntries(Object.entries(series).map(([measure, values]) => [measure, values[(start + tick) % values.length] as number]));

/** Where one of the type's rules is first breached; undefined where none ever is. */
const firstEvent = (config: Config, type: DeviceType, series: Score['series']): number | undefined => {
  const indexes = rulesOf(config, type.id).map((rule) => (series[rule.measure] ?? []).findIndex((value) => isBreach(rule, value)));
  const found = indexes.filter((index) => index >= 0);
  return found.length > 0 ? Math.min(...found) : undefined;
};

/** Each type's leading device stands in another town. */
const leads = (config: Config, type: DeviceType, town: string): boolean => {
  const { towns } = config.district;
  return towns[orderOf(config, type) % towns.length]?.id === town;
};

const orderOf = ({ domains }: Config, { id }: DeviceType): number =>
  domains.flatMap((domain) => domain.deviceTypes).findIndex((type) => type.id === id);

export const scoreOf = (
  recorded: Readonly<Record<string, Series>>,
  config: Config,
  { deviceId, deviceType, town }: Registration,
): Score => {
  const type = findDeviceType(config, deviceType);
  if (type === undefined) throw new Error(`No device type ${deviceType}`);
  const series = Object.fromEntries(type.measures.map((measure) => [measure.id, seriesFor(recorded, config, deviceType, measure)]));
  const event = leads(config, type, town) ? firstEvent(config, type, series) : undefined;
  const start = event === undefined ? hashOf(deviceId) : Math.max(0, event - RUN_UP - RUN_UP_MORE * orderOf(config, type));
  return { series, start };
};
