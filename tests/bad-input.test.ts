/** What devices send wrongly, twice, or under another's name: refused or quarantined with a reason, everything else unharmed. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { AlertView } from '#functions/alerts/api.ts';
import type { DeviceView, Point } from '#functions/devices/api.ts';
import type { PhoneMessage } from '#functions/emergency/api.ts';
import { ensurePython } from '#infra/local/python.ts';
import { as, aws, command, connect, eventually, filesOf, install, output, revoke, type TestDevice } from './support/district.ts';

const HARMLESS = { level: 3 };

const levels = async (device: TestDevice): Promise<number[]> =>
  (await as('commander').get<{ points: Point[] }>(`/v1/devices/${device.id}/readings`)).body.points.map(
    ({ values }) => values.level as number,
  );

const viewOf = async (device: TestDevice) => (await as('commander').get<{ device: DeviceView }>(`/v1/devices/${device.id}`)).body.device;

const alertsOf = async (device: TestDevice) =>
  (await as('commander').get<{ items: AlertView[] }>('/v1/alerts?limit=500')).body.items.filter(({ deviceId }) => deviceId === device.id);

const quarantined = async (device: TestDevice): Promise<string[]> =>
  (await command('quarantine.ts', 'list')).out.split('\n').filter((line) => line.includes(device.id));

const reading = (values: unknown, seq: unknown = Date.now(), at: unknown = new Date().toISOString()) => JSON.stringify({ seq, at, values });
const DAY = 86_400_000;

/** A certificate for the device's own key, by an authority that is not the platform's. */
const foreignCertificate = (python: string, id: string): string =>
  execFileSync(python, [
    '-c',
    `
import sys, datetime as d
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
name = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
key = serialization.load_pem_private_key(open(sys.argv[1], 'rb').read(), None)
now = d.datetime.now(d.timezone.utc)
made = x509.CertificateBuilder(name('Foreign CA'), name(sys.argv[2]), key.public_key(), x509.random_serial_number(), now - d.timedelta(1), now + d.timedelta(1))
print(made.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode())
`,
    filesOf(id).key,
    id,
  ]).toString();

describe('poison', () => {
  const bad: [what: string, reason: RegExp, payload: string | Buffer][] = [
    ['malformed JSON', /malformed/, '{"seq":1,'],
    ['no JSON at all', /malformed/, Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['an empty message', /malformed/, ''],
    ['a wrong type', /invalid|type|malformed|shape/, reading({ level: 'high' })],
    ['a missing field', /invalid|missing|shape/, JSON.stringify({ seq: 1, values: HARMLESS })],
    ['a value out of range', /range/, reading({ level: 99 })],
    ['an unknown measure', /missing-field|unknown-field/, reading({ depth: 3 })],
    ['NaN', /malformed/, '{"seq":1,"at":"2026-01-01T00:00:00Z","values":{"level":NaN}}'],
    ['an infinite number', /range|invalid/, `{"seq":${Date.now()},"at":"${new Date().toISOString()}","values":{"level":1e999}}`],
    ['a time in the future', /future|time|clock/, reading(HARMLESS, Date.now(), new Date(Date.now() + DAY).toISOString())],
    ['a time years ago', /old|time|past/, reading(HARMLESS, 5, '2019-01-01T00:00:00Z')],
    ['a negative sequence number', /invalid|seq|shape/, reading(HARMLESS, -1)],
    [
      'more than a reading may hold',
      /large/,
      JSON.stringify({ seq: Date.now(), at: new Date().toISOString(), values: HARMLESS, pad: 'x'.repeat(131_100) }),
    ],
  ];

  test('each is quarantined with its reason, and the good readings around it are kept', async () => {
    const device = await install('river-level', 'lueping', 'poison');
    for (const [i, [, , payload]] of bad.entries()) {
      await device.send({ level: 3 + i / 100 });
      await device.sendRaw(payload);
    }
    await device.send({ level: 3.5 });
    const expected = [...bad.map((_, i) => 3 + i / 100), 3.5];
    await eventually('all good readings', async () => (await levels(device)).length === expected.length);
    expect(await levels(device)).toEqual(expected);
    const lines = await eventually('all bad ones in quarantine', async () => {
      const found = await quarantined(device);
      return found.length >= bad.length && found;
    });
    expect(lines).toHaveLength(bad.length);
    for (const [what, reason] of bad)
      expect(
        lines.some((line) => reason.test(line)),
        `${what}: ${lines.join('\n')}`,
      ).toBe(true);
    await device.close();
  });

  test('a record is shown with its original bytes, and can be replayed', async () => {
    const device = await install('river-level', 'tiaoyuan', 'replayed');
    await device.sendRaw('{"torn": ');
    const [line = ''] = await eventually('it in quarantine', async () => {
      const found = await quarantined(device);
      return found.length > 0 && found;
    });
    const id = line.split(' ')[0] as string;
    expect((await command('quarantine.ts', 'show', id)).out).toContain('{"torn": ');
    expect(await command('quarantine.ts', 'replay', id)).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    // It is as torn as before: it comes back, as a record of its own.
    const again = await eventually('it back in quarantine', async () => {
      const found = await quarantined(device);
      return found.length > 0 && !found.some((one) => one.startsWith(id)) && found;
    });
    expect(again).toHaveLength(1);
    expect((await command('quarantine.ts', 'show', 'nothing')).code).toBe(1);
    await device.close();
  });
});

test('a device that the platform does not know waits in quarantine until somebody registers it', async () => {
  const device = await install('river-level', 'lueping', 'unknown');
  // As if the installer had been interrupted: the certificate works, the platform has no row.
  const dynamo = new DynamoDBClient(aws());
  await dynamo.send(new DeleteItemCommand({ TableName: output('DevicesTableName'), Key: { id: { S: device.id } } }));
  await device.send({ level: 3.25 });
  const [line = ''] = await eventually('it in quarantine', async () => {
    const found = await quarantined(device);
    return found.length > 0 && found;
  });
  expect(line).toMatch(/unknown-device/);
  await device.close();
  const again = await install('river-level', 'lueping', 'unknown');
  expect(await command('quarantine.ts', 'replay', line.split(' ')[0] as string)).toMatchObject({ code: 0 });
  await eventually('the reading', async () => (await levels(again)).includes(3.25));
  expect(await quarantined(again)).toEqual([]);
  await again.close();
});

describe('again', () => {
  test('the same message five times, a batch twice, out of order: one state, one alert, one call', async () => {
    const device = await install('river-level', 'xinsheng', 'again');
    const start = Date.now();
    const batch = Array.from({ length: 20 }, (_, i) => ({
      seq: start + i,
      at: new Date(start + i).toISOString(),
      values: { level: i < 10 ? 3 : 5.3 },
    }));
    for (const one of batch) for (let times = 0; times < 5; times++) await device.sendRaw(JSON.stringify(one));
    for (const one of [...batch].reverse()) await device.sendRaw(JSON.stringify(one));
    for (const one of batch) await device.sendRaw(JSON.stringify(one));
    await device.send({ level: 5.3 });
    await eventually('every reading once', async () => (await levels(device)).length === 21);
    const [alert, ...others] = await eventually('the alert', async () => {
      const found = await alertsOf(device);
      return found[0]?.incidentId ? found : undefined;
    });
    expect(others).toEqual([]);
    await sleep(500);
    const calls = (await as('devops').get<{ items: PhoneMessage[] }>('/v1/phones?limit=200')).body.items.filter(
      ({ incidentId }) => incidentId === alert?.incidentId,
    );
    const first = calls.filter(({ callId }) => callId.includes('.1.0.'));
    expect(first).toHaveLength(1);
    expect((await viewOf(device)).values).toEqual({ level: 5.3 });
    await as('commander').post(`/v1/incidents/${alert?.incidentId}/resolution`, { reason: '演练，已结束' });
    await device.close();
  });
});

describe('somebody else', () => {
  test('a device cannot publish on another’s topic', async () => {
    const own = await install('river-level', 'jinshan', 'own');
    const other = await install('river-level', 'jinshan', 'other');
    const topic = filesOf(other.id) && (JSON.parse(readFileSync(filesOf(other.id).connection, 'utf8')) as { topic: string }).topic;
    // The broker closes the connection of a device that breaks its policy, or swallows the message.
    own.client.on('error', () => undefined);
    await Promise.race([own.sendRaw(reading({ level: 4 }), topic).catch(() => undefined), sleep(1_000)]);
    await other.send({ level: 3.1 });
    await eventually('the other’s own reading', async () => (await levels(other)).length > 0);
    expect(await levels(other)).toEqual([3.1]);
    await own.close();
    await other.close();
  });

  test('a revoked certificate is refused, one of a foreign authority, and one with another’s key', async () => {
    const device = await install('river-level', 'yanjia', 'revoked');
    await device.send(HARMLESS);
    await device.close();
    await revoke(device.id);
    await expect(connect(device.id)).rejects.toThrow();

    const stranger = await install('river-level', 'yanjia', 'stranger');
    await stranger.close();
    const own = readFileSync(filesOf(stranger.id).certificate);
    writeFileSync(filesOf(stranger.id).certificate, foreignCertificate(await ensurePython(() => undefined), stranger.id));
    await expect(connect(stranger.id)).rejects.toThrow();
    writeFileSync(filesOf(stranger.id).certificate, own);
    await (await connect(stranger.id)).close();

    // A key of one device with the certificate of another is nobody's.
    writeFileSync(filesOf(stranger.id).certificate, readFileSync(filesOf(device.id).certificate));
    await expect(connect(stranger.id)).rejects.toThrow();
  });
});
