/** The simulated devices: one of each type in each town, registered as an installer would register them. */
import type { Registration } from '#functions/devices/device.ts';
import type { DeviceType } from '#functions/devices/device-type.ts';
import type { Config, Town } from '#infra/config/schema.ts';
import { Failure } from '#runtime/failure.ts';
import type { Connection } from '../device-files.ts';
import { inParallel } from '../in-parallel.ts';
import type { Outputs } from '../outputs.ts';
import type { Report } from '../processes.ts';
import { registerDevice, registryContext } from '../registry.ts';

/** Beside the town's own place, so that the devices of a town don't lie on one point of a map. Degrees: some 600 m. */
const APART = 0.006;

export const deviceOf = (type: DeviceType, town: Town, number: number, index: number): Registration => ({
  deviceId: `${type.id}-${town.id}-${String(number).padStart(2, '0')}`,
  deviceType: type.id,
  name: { zh: `${town.name.zh} ${number} 号${type.name.zh}`, en: `${town.name.en} ${type.name.en.toLowerCase()} ${number}` },
  town: town.id,
  place: { lon: Number((town.place.lon + APART * index).toFixed(4)), lat: Number((town.place.lat + APART * (number - 1)).toFixed(4)) },
});

export const fleetOf = ({ district, domains }: Config): Registration[] => {
  const types = domains.flatMap((domain) => domain.deviceTypes);
  return district.towns.flatMap((town) => types.map((type, index) => deviceOf(type, town, 1, index)));
};

export interface SeedOptions {
  readonly outputs: Outputs;
  readonly config: Config;
  readonly report: Report;
}

/** Registers those that aren't yet; run again, it finds them all. One that somebody revoked stays so, and keeps nobody from starting. */
export const seedFleet = async ({ outputs, config, report }: SeedOptions): Promise<Connection[]> => {
  const context = registryContext(outputs, config);
  const fleet = fleetOf(config);
  let done = 0;
  const connections = await inParallel(6, fleet, async (device) => {
    const connection = await registerDevice(device, context).catch(unlessRevoked);
    report(`${++done}/${fleet.length} 台设备 devices`);
    return connection;
  });
  return connections.filter((connection) => connection !== undefined);
};

const unlessRevoked = (error: unknown): undefined => {
  if (error instanceof Failure && error.code === 'device-revoked') return undefined;
  throw error;
};
