/**
 * What an installer does for a device: names it in IoT Core, gives it a key and a certificate, tells the platform what and where it is.
 * Each step looks at what is there already, so that a run broken off anywhere is mended by running it again.
 */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  IoTClient,
  ListThingPrincipalsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Registration } from '#functions/devices/device.ts';
import type { Config } from '#infra/config/schema.ts';
import { Failure } from '#runtime/failure.ts';
import { type Connection, deviceFiles, mosquittoLine, readConnection, writeWhole } from './device-files.ts';
import { inParallel } from './in-parallel.ts';
import { type Outputs, stackOutput } from './outputs.ts';
import { LocalError, localDir } from './processes.ts';
import { normalValues } from './simulator/ranges.ts';

export { type Connection, deviceFiles, readConnection } from './device-files.ts';

type Sender<Client> = Pick<Client, Extract<'send', keyof Client>>;

export interface RegistryContext {
  readonly outputs: Outputs;
  readonly config: Config;
  /** One folder per device lies in it. */
  readonly folder: string;
  readonly iot: Sender<IoTClient>;
  readonly lambda: Sender<LambdaClient>;
  readonly now: () => number;
}

export const registryContext = (outputs: Outputs, config: Config, folder = join(localDir, 'devices')): RegistryContext => {
  const { region, endpointUrl } = outputs;
  // The emulator's root key: an installer's own keys for a real account mean nothing to it.
  const local = endpointUrl ? { endpoint: endpointUrl, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } } : {};
  const options = { region, maxAttempts: 5, ...local };
  return { outputs, config, folder, iot: new IoTClient(options), lambda: new LambdaClient(options), now: Date.now };
};

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const bytes = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...bytes]), body]);
};
const SEQUENCE = 0x30;
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');

/** A certificate signing request (PKCS #10, RFC 2986) for a P-256 key, which node:crypto doesn't make. */
export const signingRequest = (privateKey: string, commonName: string): string => {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const name = der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
  const info = der(SEQUENCE, der(0x02, Buffer.of(0)), name, spki, der(0xa0));
  const signature = der(0x03, Buffer.of(0), sign('sha256', info, privateKey));
  const body = der(SEQUENCE, info, der(SEQUENCE, ECDSA_WITH_SHA256), signature).toString('base64');
  return `-----BEGIN CERTIFICATE REQUEST-----\n${body.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE REQUEST-----\n`;
};

const readKey = (path: string): string => {
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    writeWhole(path, privateKey, 0o600);
  }
  return readFileSync(path, 'utf8');
};

const createThing = async ({ deviceId, deviceType, town }: Registration, { iot }: RegistryContext): Promise<void> => {
  try {
    await iot.send(new CreateThingCommand({ thingName: deviceId, thingTypeName: deviceType, attributePayload: { attributes: { town } } }));
  } catch (error) {
    // The very same thing again is a success; this one has another type or town.
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    const text = {
      zh: `设备 ${deviceId} 已登记为其他类型或乡镇`,
      en: `Device ${deviceId} is already registered with another type or town`,
    };
    throw new Failure('conflict', 'device-registered-otherwise', text, { deviceId }, error);
  }
};

const describeCertificate = async (certificateId: string, { iot }: RegistryContext) => {
  try {
    return (await iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription;
  } catch (error) {
    // A fresh local cloud knows nothing of an earlier one's certificates.
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/** Of whoever signed the broker's certificate, not the device's. */
const readAuthority = ({ iotCaFile }: Outputs): string => {
  if (iotCaFile) return readFileSync(iotCaFile, 'utf8');
  throw new LocalError(
    '缺少 MQTT 服务器的 CA 证书：请用 IOT_CA_FILE 指定。',
    'The CA of the MQTT broker is missing: name its file in IOT_CA_FILE.',
  );
};

interface Certificate {
  readonly id: string;
  readonly arn: string;
  readonly active: boolean;
}

const haveCertificate = async (device: Registration, topicPrefix: string, context: RegistryContext): Promise<Certificate> => {
  const { deviceId, deviceType, town } = device;
  const { outputs, config, iot, now } = context;
  const path = deviceFiles(context.folder, deviceId);
  // A certificate without its key is worth nothing.
  const known = existsSync(path.key) ? readConnection(context.folder, deviceId)?.certificateId : undefined;
  const key = readKey(path.key);
  const before = known === undefined ? undefined : await describeCertificate(known, context);
  if (before?.status === 'REVOKED') {
    const text = { zh: `设备 ${deviceId} 的证书已吊销`, en: `The certificate of device ${deviceId} is revoked` };
    throw new Failure('refused', 'device-revoked', text, { deviceId });
  }
  let { certificateId: id, certificateArn: arn, certificatePem: pem } = before ?? {};
  if (pem === undefined) {
    // Inactive until all else is done: one that a crash leaves behind, known to nobody, opens no door.
    const request = { certificateSigningRequest: signingRequest(key, deviceId), setAsActive: false };
    ({ certificateId: id, certificateArn: arn, certificatePem: pem } = await iot.send(new CreateCertificateFromCsrCommand(request)));
  }
  if (!id || !arn || !pem) throw new Failure('temporary', 'no-certificate', { zh: '未取得证书', en: 'No certificate was issued' });
  const at = now();
  const connection = {
    host: outputs.iotHost,
    port: Number(outputs.iotPort),
    clientId: deviceId,
    topic: `${topicPrefix}${deviceId}`,
    caFile: path.ca,
    certFile: path.certificate,
    keyFile: path.key,
    deviceType,
    town,
    certificateId: id,
    payload: { seq: at, at: new Date(at).toISOString(), values: normalValues(config, deviceType) },
  };
  writeWhole(path.certificate, pem);
  writeWhole(path.ca, readAuthority(outputs));
  writeWhole(path.connection, `${JSON.stringify({ ...connection, mosquitto: mosquittoLine(connection) }, null, 2)}\n`);
  return { id, arn, active: before?.status === 'ACTIVE' && id === known };
};

const putRow = async (device: Registration, { outputs, lambda }: RegistryContext): Promise<void> => {
  const FunctionName = stackOutput(outputs, 'RegistrarFunctionName');
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(device) }));
  if (FunctionError === undefined) return;
  const answer = Buffer.from(Payload ?? []).toString();
  const text = {
    zh: `平台未登记设备 ${device.deviceId}：${answer}`,
    en: `The platform did not register device ${device.deviceId}: ${answer}`,
  };
  throw new Failure('temporary', 'registrar-failed', text, { deviceId: device.deviceId });
};

export const registerDevice = async (device: Registration, context: RegistryContext): Promise<Connection> => {
  const { outputs, iot, folder } = context;
  const { deviceId } = device;
  mkdirSync(deviceFiles(folder, deviceId).folder, { recursive: true, mode: 0o700 });
  await createThing(device, context);
  const certificate = await haveCertificate(device, stackOutput(outputs, 'ReadingsTopic'), context);
  await iot.send(new AttachPolicyCommand({ policyName: stackOutput(outputs, 'DevicePolicyName'), target: certificate.arn }));
  await iot.send(new AttachThingPrincipalCommand({ thingName: deviceId, principal: certificate.arn }));
  // Before the certificate works, so that not one reading comes from a device that the platform doesn't know.
  await putRow({ deviceId, deviceType: device.deviceType, name: device.name, town: device.town, place: device.place }, context);
  if (!certificate.active) await iot.send(new UpdateCertificateCommand({ certificateId: certificate.id, newStatus: 'ACTIVE' }));
  return readConnection(folder, deviceId) as Connection;
};

const certificatesOf = async (deviceId: string, { iot }: RegistryContext): Promise<string[]> => {
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await iot.send(new ListThingPrincipalsCommand({ thingName: deviceId, nextToken }));
    ids.push(...(page.principals ?? []).flatMap((arn) => arn.split(':cert/')[1] ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return ids;
};

/** Every certificate the device ever had stops working. Its name, readings and files stay, for whoever asks what happened. */
export const revokeDevice = async (deviceId: string, context: RegistryContext): Promise<number> => {
  try {
    const ids = await certificatesOf(deviceId, context);
    for (const certificateId of ids) await context.iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' }));
    return ids.length;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new Failure(
      'notFound',
      'device-unknown',
      { zh: `没有设备 ${deviceId}`, en: `There is no device ${deviceId}` },
      { deviceId },
      error,
    );
  }
};

export interface DeviceStatus {
  readonly deviceId: string;
  readonly deviceType: string;
  readonly town: string;
  readonly certificates: readonly { readonly id: string; readonly status: string }[];
}

/** As IoT Core knows it; undefined where it doesn't. */
export const describeDevice = async (deviceId: string, context: RegistryContext): Promise<DeviceStatus | undefined> => {
  try {
    const thing = await context.iot.send(new DescribeThingCommand({ thingName: deviceId }));
    const ids = await certificatesOf(deviceId, context);
    const certificates = await inParallel(4, ids, async (id) => ({
      id,
      status: (await describeCertificate(id, context))?.status ?? 'DELETED',
    }));
    return { deviceId, deviceType: thing.thingTypeName ?? '', town: thing.attributes?.town ?? '', certificates };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};
