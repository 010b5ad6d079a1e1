import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceAlreadyExistsException, ResourceNotFoundException } from '@aws-sdk/client-iot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '#infra/config/load.ts';
import { deviceFiles, mosquittoLine, readConnection } from './device-files.ts';
import { inParallel } from './in-parallel.ts';
import type { Outputs } from './outputs.ts';
import { describeDevice, type RegistryContext, registerDevice, revokeDevice, signingRequest } from './registry.ts';

const device = {
  deviceId: 'river-level-wanan-07',
  deviceType: 'river-level',
  name: { zh: '万安 7 号', en: "Wan'an 7" },
  town: 'wanan',
  place: { lon: 104.51, lat: 31.32 },
};
const config = loadConfig(join(import.meta.dirname, '..', '..'));

interface FakeCertificate {
  status: string;
  policies: Set<string>;
  things: Set<string>;
}

/** `CreateThingCommand` -> `createThing` */
const operation = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1).replace('Command', '');

/** The part of IoT Core that matters here, and a registrar; `failAt` breaks the connection at the n-th call. */
const fakeCloud = () => {
  const things = new Map<string, { thingTypeName: string; attributes: Record<string, string> }>();
  const certificates = new Map<string, FakeCertificate>();
  const rows: unknown[] = [];
  const arnOf = (id: string) => `arn:aws:iot:xx:1:cert/${id}`;
  const certificateOf = (arn: string) => certificates.get(arn.split(':cert/')[1] ?? '') as FakeCertificate;
  const missing = () => new ResourceNotFoundException({ message: 'no such', $metadata: {} });
  const exists = () => new ResourceAlreadyExistsException({ message: 'differs', $metadata: {} });
  let calls = 0;
  const cloud = { things, certificates, rows, failAt: 0, calls: () => calls };
  const answers: Record<string, (input: never) => unknown> = {
    createThing: ({
      thingName,
      thingTypeName,
      attributePayload: { attributes },
    }: {
      thingName: string;
      thingTypeName: string;
      attributePayload: { attributes: Record<string, string> };
    }) => {
      const before = things.get(thingName);
      if (before && JSON.stringify(before) !== JSON.stringify({ thingTypeName, attributes })) throw exists();
      things.set(thingName, { thingTypeName, attributes });
      return {};
    },
    describeThing: ({ thingName }: { thingName: string }) => {
      const thing = things.get(thingName);
      if (!thing) throw missing();
      return thing;
    },
    createCertificateFromCsr: () => {
      const certificateId = `cert${certificates.size + 1}`;
      certificates.set(certificateId, { status: 'INACTIVE', policies: new Set(), things: new Set() });
      return { certificateId, certificateArn: arnOf(certificateId), certificatePem: `pem of ${certificateId}` };
    },
    describeCertificate: ({ certificateId }: { certificateId: string }) => {
      const found = certificates.get(certificateId);
      if (!found) throw missing();
      return {
        certificateDescription: {
          certificateId,
          certificateArn: arnOf(certificateId),
          certificatePem: `pem of ${certificateId}`,
          status: found.status,
        },
      };
    },
    attachPolicy: ({ policyName, target }: { policyName: string; target: string }) => certificateOf(target).policies.add(policyName),
    attachThingPrincipal: ({ thingName, principal }: { thingName: string; principal: string }) =>
      certificateOf(principal).things.add(thingName),
    updateCertificate: ({ certificateId, newStatus }: { certificateId: string; newStatus: string }) => {
      (certificates.get(certificateId) as FakeCertificate).status = newStatus;
      return {};
    },
    listThingPrincipals: ({ thingName }: { thingName: string }) => {
      if (!things.has(thingName)) throw missing();
      return { principals: [...certificates].flatMap(([id, one]) => (one.things.has(thingName) ? [arnOf(id)] : [])) };
    },
    invoke: ({ Payload }: { Payload: string }) => {
      rows.push(JSON.parse(Payload));
      return {};
    },
  };
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: unknown }) => {
    if (++calls === cloud.failAt) throw new Error('connection reset');
    const answer = answers[operation(command.constructor.name)];
    if (!answer) throw new Error(`unexpected ${command.constructor.name}`);
    return answer(command.input as never);
  };
  return { ...cloud, cloud, client: { send } as unknown as RegistryContext['iot'] & RegistryContext['lambda'] };
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registry-'));
  writeFileSync(join(folder, 'authority.pem'), 'the authority');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contextOf = ({ client }: ReturnType<typeof fakeCloud>): RegistryContext => ({
  outputs: {
    iotHost: '127.0.0.1',
    iotPort: 8883,
    iotCaFile: join(folder, 'authority.pem'),
    stacks: {
      devices: {
        ReadingsTopic: '$aws/rules/luojiang_readings/d/',
        DevicePolicyName: 'luojiang-device',
        RegistrarFunctionName: 'registrar',
      },
    },
  } as unknown as Outputs,
  config,
  folder,
  iot: client,
  lambda: client,
  now: () => Date.UTC(2026, 6, 1),
});

const working = ({ certificates }: ReturnType<typeof fakeCloud>) => [...certificates.values()].filter(({ status }) => status === 'ACTIVE');

describe('registering', () => {
  test('a device gets a certificate of its own, the shared policy, a row of the platform, and files to connect by', async () => {
    const fake = fakeCloud();
    const connection = await registerDevice(device, contextOf(fake));
    expect(fake.things.get(device.deviceId)).toEqual({ thingTypeName: 'river-level', attributes: { town: 'wanan' } });
    expect(working(fake)).toEqual([{ status: 'ACTIVE', policies: new Set(['luojiang-device']), things: new Set([device.deviceId]) }]);
    expect(fake.rows).toEqual([device]);
    const files = deviceFiles(folder, device.deviceId);
    expect(connection).toMatchObject({
      host: '127.0.0.1',
      port: 8883,
      clientId: device.deviceId,
      topic: `$aws/rules/luojiang_readings/d/${device.deviceId}`,
      caFile: files.ca,
      certFile: files.certificate,
      keyFile: files.key,
      payload: { at: '2026-07-01T00:00:00.000Z', values: { level: expect.any(Number) } },
    });
    expect([readFileSync(files.certificate, 'utf8'), readFileSync(files.ca, 'utf8')]).toEqual(['pem of cert1', 'the authority']);
    expect(statSync(files.key).mode & 0o777).toBe(0o600);
  });

  test('broken off at any call and begun again, it ends the same: one working certificate, whole', async () => {
    const whole = fakeCloud();
    await registerDevice(device, contextOf(whole));
    for (let failAt = 1; failAt <= whole.cloud.calls(); failAt++) {
      rmSync(deviceFiles(folder, device.deviceId).folder, { recursive: true });
      const fake = fakeCloud();
      fake.cloud.failAt = failAt;
      await expect(registerDevice(device, contextOf(fake))).rejects.toThrow('connection reset');
      await registerDevice(device, contextOf(fake));
      expect(working(fake)).toEqual(working(whole));
      expect(fake.rows).toContainEqual(device);
      expect(readConnection(folder, device.deviceId)?.clientId).toBe(device.deviceId);
    }
  });

  test('no certificate works before the platform knows the device', async () => {
    const fake = fakeCloud();
    const context = contextOf(fake);
    const refusing = {
      ...context,
      lambda: {
        send: async () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('no table') }),
      } as unknown as RegistryContext['lambda'],
    };
    await expect(registerDevice(device, refusing)).rejects.toMatchObject({ code: 'registrar-failed' });
    expect(working(fake)).toEqual([]);
  });

  test('the same name with another type is refused', async () => {
    const context = contextOf(fakeCloud());
    await registerDevice(device, context);
    await expect(registerDevice({ ...device, deviceType: 'rain-gauge' }, context)).rejects.toMatchObject({
      code: 'device-registered-otherwise',
    });
  });

  test('a cloud that forgot the certificate gives another; the key stays', async () => {
    await registerDevice(device, contextOf(fakeCloud()));
    const key = readFileSync(deviceFiles(folder, device.deviceId).key, 'utf8');
    const fresh = fakeCloud();
    await registerDevice(device, contextOf(fresh));
    expect(working(fresh)).toHaveLength(1);
    expect(readFileSync(deviceFiles(folder, device.deviceId).key, 'utf8')).toBe(key);
  });
});

test('a device whose key is lost gets a new one and a certificate for it', async () => {
  const fake = fakeCloud();
  await registerDevice(device, contextOf(fake));
  rmSync(deviceFiles(folder, device.deviceId).key);
  expect((await registerDevice(device, contextOf(fake))).certificateId).toBe('cert2');
  expect(statSync(deviceFiles(folder, device.deviceId).key).mode & 0o777).toBe(0o600);
});

describe('revoking', () => {
  test('every certificate ends, and registering again does not bring it back', async () => {
    const fake = fakeCloud();
    const context = contextOf(fake);
    await registerDevice(device, context);
    expect(await revokeDevice(device.deviceId, context)).toBe(1);
    expect(await describeDevice(device.deviceId, context)).toEqual({
      deviceId: device.deviceId,
      deviceType: 'river-level',
      town: 'wanan',
      certificates: [{ id: 'cert1', status: 'REVOKED' }],
    });
    await expect(registerDevice(device, context)).rejects.toMatchObject({ code: 'device-revoked' });
    expect(working(fake)).toEqual([]);
  });

  test('a device that nobody registered is named', async () => {
    const context = contextOf(fakeCloud());
    await expect(revokeDevice('river-level-nowhere-01', context)).rejects.toMatchObject({ code: 'device-unknown' });
    expect(await describeDevice('river-level-nowhere-01', context)).toBeUndefined();
  });
});

test('a signing request is DER that names the device and holds its key, not the private one', () => {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  const lines = signingRequest(privateKey, device.deviceId).trim().split('\n');
  const der = Buffer.from(lines.slice(1, -1).join(''), 'base64');
  expect([lines[0], lines.at(-1)]).toEqual(['-----BEGIN CERTIFICATE REQUEST-----', '-----END CERTIFICATE REQUEST-----']);
  // The outer SEQUENCE spans all of it: a length wrongly written would leave bytes over.
  expect([der[0], der[1], der[2]]).toEqual([0x30, 0x81, der.length - 3]);
  expect(der.includes(Buffer.from(device.deviceId))).toBe(true);
});

test('the line for mosquitto_pub is a new message whenever it is run, and no shell breaks it', () => {
  const files = { caFile: "/it's/ca.pem", certFile: '/c.pem', keyFile: '/k.pem' };
  const line = mosquittoLine({
    ...files,
    host: 'localhost',
    port: 1,
    clientId: 'd',
    topic: '$aws/rules/r/d',
    deviceType: 't',
    town: 't',
    certificateId: 'c',
    payload: { seq: 1, at: '', values: { level: 1.5 } },
  });
  expect(line).toContain(`--cafile '/it'\\''s/ca.pem'`);
  expect(line).toContain(`-t '$aws/rules/r/d'`);
  expect(line).toContain('"{\\"seq\\":$(date +%s)000,');
  expect(line).toContain('\\"values\\":{\\"level\\":1.5}}"');
});

test('so many at a time, in order; after a failure none is begun', async () => {
  let now = 0;
  let most = 0;
  const work = async (n: number) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5 - n));
    now--;
    return n * 10;
  };
  expect(await inParallel(2, [1, 2, 3, 4], work)).toEqual([10, 20, 30, 40]);
  expect(most).toBe(2);
  const begun: number[] = [];
  const failing = async (n: number) => {
    begun.push(n);
    throw new Error('no');
  };
  await expect(inParallel(1, [1, 2, 3], failing)).rejects.toThrow('no');
  expect(begun).toEqual([1]);
});
