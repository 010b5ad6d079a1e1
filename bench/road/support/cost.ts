/** What a million readings cost, from what a run counted and the one table of prices. */
import { capacityFor } from '#infra/capacity.ts';
import { loadConfig } from '#infra/config/load.ts';
import { PRICES } from '#infra/prices.ts';
import type { Figure } from '../../part.ts';

export interface Counted {
  /** Per reading. */
  readonly writeUnits: number;
  readonly cpuMsPerBatch: number;
  readonly readingsPerBatch: number;
}

const MILLION = 1_000_000;

const dollars = (sum: number): string => `$${sum.toFixed(4)}`;

export const costOf = ({ writeUnits, cpuMsPerBatch, readingsPerBatch }: Counted): Figure[] => {
  const { shards, readingsPerSecond, consumerMemory } = capacityFor(loadConfig().district.capacity);
  const batches = MILLION / readingsPerBatch;
  const parts = {
    'IoT rule and action': MILLION * (PRICES.iotRule + PRICES.iotAction),
    Kinesis: MILLION * PRICES.kinesisPut + (shards * PRICES.kinesisShardHour * MILLION) / (readingsPerSecond * 3600),
    Lambda: batches * (PRICES.lambdaRequest + (cpuMsPerBatch / 1000) * (consumerMemory / 1024) * PRICES.lambdaGbSecond),
    DynamoDB: MILLION * writeUnits * PRICES.dynamoWrite,
  };
  const sum = Object.values(parts).reduce((total, one) => total + one, 0);
  return [
    {
      what: 'cost per million readings, from the counted operations and infra/prices.ts; Lambda by the CPU it used here, its waiting for DynamoDB not in it',
      reach: `floor ${dollars(parts['IoT rule and action'])}`,
      measured: `${dollars(sum)}: ${Object.entries(parts)
        .map(([name, part]) => `${name} ${dollars(part)}`)
        .join(', ')}`,
    },
  ];
};
