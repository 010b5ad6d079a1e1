import { type DeviceState, fold, UNHEARD } from '#functions/devices/device.ts';
import { isFault, type Reading } from '#functions/devices/reading.ts';
import { median, type Part, percent, thousands } from '../part.ts';
import { batch, compiledType, parseAll, RECORDS, registration } from './support/readings.ts';

const ROUNDS = 31;
const PER_ROUND = 100;

const time = (work: () => void): number => {
  const began = performance.now();
  for (let i = 0; i < PER_ROUND; i++) work();
  return (performance.now() - began) / PER_ROUND;
};

/** Decode, validate, dedupe, rules, transitions of one batch, from the base64 that Lambda gives. */
const foldAll = (type: ReturnType<typeof compiledType>, { records }: ReturnType<typeof batch>): number => {
  const byDevice = new Map<string, Reading[]>();
  for (const record of records) {
    const reading = type.decode(atob(record.data), record.approximateArrivalTimestamp * 1000);
    if (isFault(reading)) throw new Error(reading.detail);
    const group = byDevice.get(record.partitionKey);
    if (group) group.push(reading);
    else byDevice.set(record.partitionKey, [reading]);
  }
  let last: DeviceState = UNHEARD;
  for (const [id, readings] of byDevice) last = fold(registration(id), type, UNHEARD, readings).state;
  return last.seq;
};

export const part: Part = {
  name: 'fold',
  run: async () => {
    const type = compiledType();
    const one = batch(Date.now());
    const ratios: number[] = [];
    const folds: number[] = [];
    const parses: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const parsing = time(() => parseAll(one.texts));
      const folding = time(() => foldAll(type, one));
      // The first rounds warm the compiler.
      if (round < 5) continue;
      ratios.push(parsing / folding);
      folds.push(folding);
      parses.push(parsing);
    }
    const perSecond = (ms: number) => (RECORDS / ms) * 1000;
    return [
      {
        what: 'readings/s/core through the pure fold, against JSON.parse of the same bytes',
        reach: '≥ 35 %',
        measured: `${thousands(perSecond(median(folds)))}/s, JSON.parse ${thousands(perSecond(median(parses)))}/s: ${percent(median(ratios))}`,
        met: median(ratios) >= 0.35,
      },
    ];
  },
};
