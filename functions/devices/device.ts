/**
 * A device as the platform knows it, and what its readings make of it: the fold of the hot path. Pure: readings in, new state and
 * occurrences out. Read first by those who change how a reading becomes an alert.
 */
import { type Condition, ThresholdBreached, ThresholdCleared, ThresholdLevelChanged } from '#events/devices.ts';
import { LEVELS, type Level, type Occurrence, occurred, type Place, type Text } from '#events/envelope.ts';
import { type CompiledRule, type Detector, IDLE } from './detector.ts';
import type { DeviceType } from './device-type.ts';
import type { Decode, Reading } from './reading.ts';

/** What the registry says of a device; changes only when an installer says so. */
export interface Registration {
  readonly deviceId: string;
  readonly deviceType: string;
  readonly name: Text;
  readonly town: string;
  readonly place: Place;
}

/**
 * Readings not yet moved to the history, as text that only grows: `[seq - base seq, at - base at, value, …]` joined by commas. Kept as
 * text because it is written each time and read almost never.
 */
export interface Chunk {
  readonly seq: number;
  readonly at: number;
  readonly count: number;
  readonly points: string;
}

export interface DeviceState {
  /** Sequence number and time of the newest reading; -1 before the first. */
  readonly seq: number;
  readonly at: number;
  readonly values: readonly number[];
  /** By rule id. */
  readonly detectors: Readonly<Record<string, Detector>>;
  readonly chunk: Chunk | undefined;
}

export const UNHEARD: DeviceState = { seq: -1, at: 0, values: [], detectors: {}, chunk: undefined };

/** A device type with its decoder and rules compiled, once per version of the configuration. */
export interface CompiledType {
  readonly type: DeviceType;
  readonly decode: Decode;
  readonly rules: readonly CompiledRule[];
}

export interface Folded {
  readonly state: DeviceState;
  readonly occurrences: readonly Occurrence[];
  /** Full chunks, to be written to the history before the state lets go of them. */
  readonly full: readonly Chunk[];
  /** Readings older than the chunk at hand: to the history, each by itself. */
  readonly late: readonly Reading[];
  readonly duplicates: number;
}

/**
 * So much makes a chunk of history: 30 readings, or as many as keep a device's item below the 1 KB that one write unit pays for, beside
 * some 450 bytes of registration, detectors and names.
 */
export const CHUNK_SIZE = 30;
export const CHUNK_BYTES = 512;

const isFull = ({ count, points }: Chunk): boolean => count >= CHUNK_SIZE || points.length >= CHUNK_BYTES;

/** The point behind those at hand. */
const point = (points: string, seq: number, at: number, values: readonly number[]): string => {
  let text = `${points}[${seq},${at}`;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    text += Number.isNaN(value) ? ',null' : `,${value}`;
  }
  return `${text}]`;
};

const append = (chunk: Chunk | undefined, { seq, at, values }: Reading): Chunk =>
  chunk === undefined
    ? { seq, at, count: 1, points: point('', 0, 0, values) }
    : { seq: chunk.seq, at: chunk.at, count: chunk.count + 1, points: point(`${chunk.points},`, seq - chunk.seq, at - chunk.at, values) };

/** A reading that is history by itself. */
export const chunkOf = (reading: Reading): Chunk => append(undefined, reading);

/** A chunk's readings, as they came in. */
export const readChunk = (chunk: Chunk): Reading[] =>
  (JSON.parse(`[${chunk.points}]`) as (number | null)[][]).map(([seq, at, ...values]) => ({
    seq: chunk.seq + (seq as number),
    at: chunk.at + (at as number),
    values: values.map((value) => value ?? Number.NaN),
  }));

const holds = (chunk: Chunk, seq: number): boolean => readChunk(chunk).some((reading) => reading.seq === seq);

const DEFINITIONS = { breached: ThresholdBreached, changed: ThresholdLevelChanged, cleared: ThresholdCleared };

const kindOf = (before: Detector, after: Detector): keyof typeof DEFINITIONS => {
  if (before.level === 0) return 'breached';
  return after.level === 0 ? 'cleared' : 'changed';
};

const transition = (
  device: Registration,
  type: DeviceType,
  compiled: CompiledRule,
  before: Detector,
  after: Detector,
  reading: Reading,
): Occurrence => {
  const { rule, domain, measure } = compiled;
  const level = after.level || before.level;
  const data: Condition = {
    deviceId: device.deviceId,
    deviceType: device.deviceType,
    deviceName: device.name,
    town: device.town,
    place: device.place,
    domain,
    ruleId: rule.id,
    ruleName: rule.name,
    episode: after.episode,
    level: LEVELS[level - 1] as Level,
    measure: rule.measure,
    value: reading.values[measure] as number,
    threshold: compiled.bound(level),
    unit: type.measures[measure]?.unit ?? '',
    startedAt: new Date(after.startedAt).toISOString(),
    readingAt: new Date(reading.at).toISOString(),
    seq: reading.seq,
  };
  return occurred(DEFINITIONS[kindOf(before, after)], [device.deviceId, rule.id, reading.seq], data);
};

/**
 * Folds a batch of one device's readings, in the order of their arrival. A reading with the sequence number of an earlier one is
 * dropped; one that comes late goes to the history but moves neither the state nor a rule, since what it tells is over.
 */
export const fold = (device: Registration, { type, rules }: CompiledType, before: DeviceState, readings: readonly Reading[]): Folded => {
  let { seq, at, values, chunk } = before;
  let detectors = before.detectors;
  let duplicates = 0;
  const occurrences: Occurrence[] = [];
  const full: Chunk[] = [];
  const late: Reading[] = [];

  for (const reading of readings) {
    const fresh = reading.seq > seq;
    if (!fresh && chunk !== undefined && reading.seq >= chunk.seq && holds(chunk, reading.seq)) {
      duplicates++;
      continue;
    }
    // Not into a full chunk either: the next one would then begin with it, below the newest, and no longer recognise what it replaced.
    if (!fresh && (chunk === undefined || reading.seq < chunk.seq || isFull(chunk))) {
      late.push(reading);
      continue;
    }
    // Only now, so that a reading sent again right after its chunk was filled is still recognised.
    if (chunk !== undefined && isFull(chunk)) {
      full.push(chunk);
      chunk = undefined;
    }
    chunk = append(chunk, reading);
    if (fresh) {
      ({ seq, at, values } = reading);
      for (const compiled of rules) {
        const value = reading.values[compiled.measure] as number;
        if (Number.isNaN(value)) continue;
        const old = detectors[compiled.rule.id] ?? IDLE;
        const next = compiled.step(old, value, reading.at);
        if (next === old) continue;
        if (detectors === before.detectors) detectors = { ...detectors };
        (detectors as Record<string, Detector>)[compiled.rule.id] = next;
        if (next.level !== old.level) occurrences.push(transition(device, type, compiled, old, next, reading));
      }
    }
  }

  const unchanged = chunk === before.chunk;
  return { state: unchanged ? before : { seq, at, values, detectors, chunk }, occurrences, full, late, duplicates };
};
