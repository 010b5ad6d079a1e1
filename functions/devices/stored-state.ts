/**
 * The stored form of a device's state, version 1: compact JSON in one attribute, since it is written for every batch. Its shape is
 * pinned by stored-state.test.ts; a changed shape is a new version beside this one.
 */
import type { Detector } from './detector.ts';
import { type Chunk, type DeviceState, readChunk } from './device.ts';
import type { DeviceType } from './device-type.ts';
import type { Reading } from './reading.ts';

interface StoredV1 {
  readonly v: 1;
  readonly seq: number;
  readonly at: number;
  /** Ids of the measures, in the order of the values and of the chunk's points. */
  readonly measures: readonly string[];
  readonly values: readonly (number | null)[];
  /** Rule id -> [level, episode, startedAt, pending, count, since] */
  readonly rules: Readonly<Record<string, readonly [number, number, number, number, number, number]>>;
  readonly chunk?: Chunk;
}

const tuple = (d: Detector): string => `[${d.level},${d.episode},${d.startedAt},${d.pending},${d.count},${d.since}]`;
const toDetector = ([level, episode, startedAt, pending, count, since]: readonly [
  number,
  number,
  number,
  number,
  number,
  number,
]): Detector => ({
  level,
  episode,
  startedAt,
  pending,
  count,
  since,
});

/** `measures` is the JSON of the type's measure ids. Joined by hand: it is half of the CPU that a write costs otherwise. */
export const toStored = (state: DeviceState, measures: string): string => {
  let rules = '';
  // Ids of rules and points of chunks hold nothing that JSON would escape.
  for (const id in state.detectors) rules += `${rules === '' ? '' : ','}"${id}":${tuple(state.detectors[id] as Detector)}`;
  // JSON has no NaN: JSON.stringify writes an absent value as null.
  const head = `{"v":1,"seq":${state.seq},"at":${state.at},"measures":${measures},"values":${JSON.stringify(state.values)},"rules":{${rules}}`;
  if (state.chunk === undefined) return `${head}}`;
  const { seq, at, count, points } = state.chunk;
  return `${head},"chunk":{"seq":${seq},"at":${at},"count":${count},"points":"${points}"}}`;
};

/** Puts values written under an older list of measures into today's order. */
const reorder = (values: readonly number[], from: readonly string[], type: DeviceType): number[] =>
  type.measures.map((measure) => values[from.indexOf(measure.id)] ?? Number.NaN);

const reorderChunk = (chunk: Chunk, from: readonly string[], type: DeviceType): Chunk => {
  const points = readChunk(chunk).map((reading: Reading) => [
    reading.seq - chunk.seq,
    reading.at - chunk.at,
    ...reorder(reading.values, from, type),
  ]);
  return { ...chunk, points: JSON.stringify(points).slice(1, -1) };
};

export const fromStored = (text: string, type: DeviceType): DeviceState => {
  const stored = JSON.parse(text) as StoredV1;
  const values = stored.values.map((value) => value ?? Number.NaN);
  const same = stored.measures.length === type.measures.length && type.measures.every((measure, i) => measure.id === stored.measures[i]);
  return {
    seq: stored.seq,
    at: stored.at,
    values: same ? values : reorder(values, stored.measures, type),
    detectors: Object.fromEntries(Object.entries(stored.rules).map(([id, tuple]) => [id, toDetector(tuple)])),
    chunk: stored.chunk && !same ? reorderChunk(stored.chunk, stored.measures, type) : stored.chunk,
  };
};
