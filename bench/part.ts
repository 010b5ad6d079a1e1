/** A measurement: prints figures beside what they should reach, each with the floor or peer that was measured in the same run. */
import type { Report } from '#infra/local/processes.ts';

export interface Figure {
  readonly what: string;
  /** What the issue or design asks for. */
  readonly reach: string;
  readonly measured: string;
  /** Undefined where there is nothing to reach: a figure to know. */
  readonly met?: boolean;
}

export interface Part {
  readonly name: string;
  readonly run: (report: Report) => Promise<readonly Figure[]>;
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');
export const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
