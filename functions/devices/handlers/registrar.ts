import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { Failure } from '#runtime/failure.ts';
import { toItem } from '#runtime/table.ts';
import type { DevicesConfig } from '../config.ts';
import type { Registration } from '../device.ts';
import { registrarEnv } from '../environment.ts';

const env = readEnv(registrarEnv);
const types = new Set(readConfig<DevicesConfig>().deviceTypes.map((type) => type.id));
const client = dynamo();

/**
 * Writes what an installer registers; again is the same as once, and never touches what the device's readings have made of it. The version
 * moves on, so that a consumer that remembers the old registration is refused and looks again.
 */
export const handler = async ({ deviceId, deviceType, name, town, place }: Registration): Promise<{ deviceId: string }> => {
  if (!types.has(deviceType)) {
    throw new Failure('invalid', 'unknown-device-type', {
      zh: `未配置的设备类型：${deviceType}`,
      en: `Device type not configured: ${deviceType}`,
    });
  }
  await client.send(
    new UpdateItemCommand({
      TableName: env.DEVICES_TABLE,
      Key: { id: { S: deviceId } },
      UpdateExpression: 'SET #type = :type, #name = :name, town = :town, place = :place, version = if_not_exists(version, :zero) + :one',
      ExpressionAttributeNames: { '#type': 'type', '#name': 'name' },
      ExpressionAttributeValues: toItem({ ':type': deviceType, ':name': name, ':town': town, ':place': place, ':zero': 0, ':one': 1 }),
    }),
  );
  return { deviceId };
};
