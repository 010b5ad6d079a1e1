/** What the district's targets (devices, readings) ask of the managed services. Pure, with the limits that it stands on named. */

export interface Load {
  readonly devices: number;
  readonly readingsPerMinutePerDevice: number;
}

/** Kinesis: a shard takes 1,000 records/s. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const RECORDS_PER_SHARD = 1_000;

/** Devices don't report evenly; a shard that is half full takes a burst of twice the mean without refusing. */
const HEADROOM = 2;

export interface Capacity {
  readonly readingsPerSecond: number;
  readonly shards: number;
  /** Batches of one shard that are handled at once, each with its own devices. */
  readonly parallelizationFactor: number;
  readonly batchSize: number;
  /** Seconds that a batch waits to fill: the price of cheap writes is paid in the time until an alert. */
  readonly batchingWindow: number;
  /** MB */
  readonly consumerMemory: number;
}

export const capacityFor = ({ devices, readingsPerMinutePerDevice }: Load): Capacity => {
  const readingsPerSecond = Math.ceil((devices * readingsPerMinutePerDevice) / 60);
  return {
    readingsPerSecond,
    shards: Math.max(1, Math.ceil((readingsPerSecond * HEADROOM) / RECORDS_PER_SHARD)),
    parallelizationFactor: 2,
    batchSize: 500,
    batchingWindow: 0,
    consumerMemory: 512,
  };
};
