/**
 * Which value a simulated device sends next. Each device plays its series from another place, so that the towns don't all have the same
 * weather at once; some begin shortly before something happens, so that whoever starts the platform sees it work. Pure.
 */

/** FNV-1a: a device's own place in its series, the same on every machine and after every start. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

/** So many values before the event that a leading device begins with: some fifteen seconds at the usual pace. */
const RUN_UP = 3;

/** Where the series first rises above or falls below everything ordinary: the first value that is extreme. */
export const firstEvent = (series: readonly number[], isExtreme: (value: number) => boolean): number => Math.max(0, series.findIndex(isExtreme));

export interface Track {
  readonly series: readonly number[];
  readonly start: number;
}

export const trackFor = (deviceId: string, series: readonly number[], leads: boolean, isExtreme: (value: number) => boolean): Track => ({
  series,
  start: leads ? Math.max(0, firstEvent(series, isExtreme) - RUN_UP) : hashOf(deviceId) % series.length,
});

export const valueAt = ({ series, start }: Track, tick: number): number => series[(start + tick) % series.length] as number;
