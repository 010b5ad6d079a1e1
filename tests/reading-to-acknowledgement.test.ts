/** From a device's reading to a person's acknowledgement: the main road, on the local cloud, as its people walk it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AlertView } from '#functions/alerts/api.ts';
import type { Point } from '#functions/devices/api.ts';
import type { IncidentView, PhoneMessage } from '#functions/emergency/api.ts';
import { as, aws, command, eventually, install, output, request, resolveAll, type TestDevice, tokenOf } from './support/district.ts';

type Page<T> = { items: T[] };

const DANGEROUS = { level: 5.2 };
const HARMLESS = { level: 3 };

/** Two readings in a row above orange, as the rule asks. */
const endanger = async (device: TestDevice, level = DANGEROUS.level) => {
  await device.send({ level });
  await device.send({ level });
};

const alertsOf = async (device: TestDevice, phase = 'open') =>
  (await as('commander').get<Page<AlertView>>(`/v1/alerts?phase=${phase}&limit=500`)).body.items.filter(
    ({ deviceId }) => deviceId === device.id,
  );

const raised = (device: TestDevice) =>
  eventually(`an alert of ${device.id} with its incident`, async () => (await alertsOf(device)).find(({ incidentId }) => incidentId));

const incident = async (id: string) => (await as('commander').get<IncidentView>(`/v1/incidents/${id}`)).body;

const calling = (id: string, step: number, round = 1) =>
  eventually(
    `step ${step} of round ${round} called`,
    async () => {
      const now = await incident(id);
      return now.called.some((called) => called.step === step && called.round === round) && now;
    },
    40,
  );

const phonesOf = async (incidentId: string) =>
  (await as('devops').get<Page<PhoneMessage>>('/v1/phones?limit=200')).body.items.filter((message) => message.incidentId === incidentId);

const executionStatus = async (id: string, attempt = 1) => {
  const executionArn = `${output('StateMachineArn').replace(':stateMachine:', ':execution:')}:${id}-${attempt}`;
  return (await new SFNClient(aws()).send(new DescribeExecutionCommand({ executionArn }))).status;
};

const acknowledge = (persona: string, id: string) =>
  as(persona).post<IncidentView & { code?: string; detail?: string }>(`/v1/incidents/${id}/acknowledgements`);
const resolve = (persona: string, id: string, reason: string) =>
  as(persona).post<IncidentView & { code?: string }>(`/v1/incidents/${id}/resolution`, { reason });

beforeAll(resolveAll);

// Each in a town of its own, side by side: the first waits for minutes of its plan.
describe.concurrent('unanswered', () => {
  test('town, district, city are called in turn; then it says so and begins again; who comes late is told', async () => {
    const device = await install('river-level', 'yanjia', 'unanswered');
    await endanger(device);
    const id = (await raised(device)).incidentId as string;
    await calling(id, 0);
    expect(await acknowledge('duty-officer-wanan', id)).toMatchObject({ status: 404 });
    expect(await acknowledge('city-liaison', id)).toMatchObject({ status: 403, body: { code: 'not-called' } });
    const district = await calling(id, 1);
    expect(district.called[1]?.people.length).toBeGreaterThanOrEqual(2);
    expect(await acknowledge('duty-officer-yanjia', id)).toMatchObject({ status: 403, body: { code: 'step-closed' } });
    await calling(id, 2);
    await eventually('the exhausted plan to say so', async () => (await incident(id)).repeatAt, 30);
    const again = await calling(id, 1, 2);
    // The flood plan repeats from the district on.
    expect(again.called.map(({ round, step }) => `${round}.${step}`)).toEqual(['1.0', '1.1', '1.2', '2.1']);
    expect((await acknowledge('commander', id)).body).toMatchObject({ phase: 'acknowledged' });
    await eventually('the execution to end', async () => (await executionStatus(id)) === 'SUCCEEDED', 5);
    const calls = await phonesOf(id);
    expect(new Set(calls.map(({ callId }) => callId)).size).toBe(calls.length);
    await resolve('commander', id, '已处置');
    await device.close();
  });

  test('a graver reading after the answer calls again, by the same plan', async () => {
    const device = await install('river-level', 'tiaoyuan', 'graver');
    await endanger(device);
    const id = (await raised(device)).incidentId as string;
    await calling(id, 0);
    await acknowledge('duty-officer-tiaoyuan', id);
    await endanger(device, 5.8);
    const again = await calling(id, 0, 2);
    expect(again).toMatchObject({ phase: 'calling', level: 'red' });
    await acknowledge('duty-officer-tiaoyuan', id);
    await resolve('duty-officer-tiaoyuan', id, '已转移群众');
    await device.close();
  });

  test('an alert that outgrows its plan moves to the graver one, and the lesser incident ends', async () => {
    const device = await install('river-level', 'xinsheng', 'moved');
    await endanger(device, 4.2);
    const watch = (await raised(device)).incidentId as string;
    expect(await calling(watch, 0)).toMatchObject({ planId: 'water-watch', level: 'blue' });
    await endanger(device, 5.2);
    const flood = await eventually(
      'the graver incident',
      async () => (await alertsOf(device)).find(({ incidentId }) => incidentId !== watch)?.incidentId,
    );
    expect(await calling(flood, 0)).toMatchObject({ planId: 'flood', level: 'orange' });
    await eventually('the lesser incident to end', async () => (await incident(watch)).phase === 'resolved');
    expect((await alertsOf(device))[0]).toMatchObject({ phase: 'open', level: 'orange' });
    await resolve('duty-officer-xinsheng', flood, '已处置');
    await device.close();
  });
});

describe.concurrent('answered', () => {
  test('a dangerous reading calls the duty officer of its town, whose answer ends the calling, whose reason closes it', async () => {
    const device = await install('river-level', 'wanan', 'answered');
    await endanger(device);
    const alert = await raised(device);
    expect(alert).toMatchObject({
      level: 'orange',
      town: 'wanan',
      ruleId: 'river-level-high',
      value: 5.2,
      threshold: 5,
      unit: 'm',
      phase: 'open',
    });
    const id = alert.incidentId as string;
    const opened = await calling(id, 0);
    expect(opened).toMatchObject({ phase: 'calling', planId: 'flood', level: 'orange', next: { round: 1 } });

    const [message] = await eventually('the call on a phone', async () => (await phonesOf(id)).length > 0 && phonesOf(id));
    expect(message?.personId).toBe(opened.called[0]?.people[0]?.personId);
    expect(message?.text.zh).toMatch(/【橙色预警】万安镇/);

    const answered = await acknowledge('duty-officer-wanan', id);
    expect(answered).toMatchObject({ status: 200, body: { phase: 'acknowledged' } });
    expect(answered.body.acknowledgedBy).toHaveLength(1);
    // Again is the same as once.
    expect((await acknowledge('duty-officer-wanan', id)).body).toMatchObject({
      phase: 'acknowledged',
      acknowledgedBy: answered.body.acknowledgedBy,
    });
    await eventually('the execution to end', async () => (await executionStatus(id)) === 'SUCCEEDED', 5);

    await device.send(HARMLESS);
    await eventually('the alert to be shown as over', async () => (await alertsOf(device))[0]?.clearedAt);
    expect((await resolve('duty-officer-wanan', id, '现场核实，水位回落')).body).toMatchObject({
      phase: 'resolved',
      reason: '现场核实，水位回落',
    });
    const [closed] = await eventually(
      'the alert to be resolved',
      async () => (await alertsOf(device, 'resolved')).length > 0 && alertsOf(device, 'resolved'),
    );
    expect(closed).toMatchObject({ phase: 'resolved', reason: '现场核实，水位回落', incidentId: id });

    const curve = await as('duty-officer-wanan').get<{ points: Point[] }>(`/v1/devices/${device.id}/readings`);
    expect(curve.body.points.map(({ values }) => values.level)).toEqual([5.2, 5.2, 3]);
    await device.close();
  });

  test('resolving ends the calling within a second', async () => {
    const device = await install('river-level', 'jinshan', 'resolved');
    await endanger(device);
    const id = (await raised(device)).incidentId as string;
    await calling(id, 0);
    await resolve('duty-officer-jinshan', id, '误报，设备检修');
    const resolvedAt = Date.now();
    await eventually('the execution to end', async () => (await executionStatus(id)) === 'SUCCEEDED', 1);
    expect(Date.now() - resolvedAt).toBeLessThan(1000);
    const calls = (await incident(id)).called.length;
    await sleep(4_000);
    expect((await incident(id)).called).toHaveLength(calls);
    expect(await acknowledge('duty-officer-jinshan', id)).toMatchObject({ status: 403, body: { code: 'incident-resolved' } });
    expect(await resolve('commander', id, '另一个原因')).toMatchObject({ status: 403, body: { code: 'incident-resolved' } });
    await device.close();
  });

  test('two answers at the same moment: one outcome, both told the truth', async () => {
    const device = await install('river-level', 'lueping', 'raced');
    await endanger(device);
    const id = (await raised(device)).incidentId as string;
    await calling(id, 0);
    const answers = await Promise.all(Array.from({ length: 5 }, () => acknowledge('duty-officer-lueping', id)));
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { phase: 'acknowledged' } });
    expect((await incident(id)).acknowledgedBy).toHaveLength(1);
    await resolve('duty-officer-lueping', id, '已处置');
    await device.close();
  });
});

describe('access', () => {
  test('without a token, with a bad or expired one, nothing is told', async () => {
    for (const token of [undefined, 'x.y.z', await tokenOf('commander', -120)]) {
      const { status } = await request('GET', '/v1/incidents', token);
      expect([401, 403]).toContain(status);
    }
  });

  test('a citizen sees no alert, an officer only the own town’s', async () => {
    expect(await as('citizen').get('/v1/alerts')).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
    const { items } = (await as('duty-officer-baimaguan').get<Page<AlertView>>('/v1/alerts?phase=resolved')).body;
    expect(items.filter(({ town }) => town !== 'baimaguan')).toEqual([]);
    expect(await as('duty-officer-baimaguan').get('/v1/devices?town=wanan')).toMatchObject({ status: 200, body: { items: [] } });
    expect(await as('commander').get('/v1/phones')).toMatchObject({ status: 403 });
  });

  test('a request that is wrong is told what is', async () => {
    expect(await as('commander').get('/v1/alerts?limit=0')).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
    expect(await as('commander').get('/v1/alerts?colour=red')).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
    expect(await as('commander').get('/v1/incidents/inc_1')).toMatchObject({ status: 400 });
    const { body } = await as('commander').post<{ type: string; title: string }>(
      `/v1/incidents/inc_01JZ1Q2W3E4R5T6Y7V8X9C0B1N/resolution`,
      '{',
    );
    expect(body).toMatchObject({ type: 'urn:luojiang:problem:malformed-json', status: 400 });
  });
});

describe('commands', () => {
  test('a person’s token is printed and works; an unknown persona is named', async () => {
    const { out } = await command('token.ts', 'duty-officer-wanan');
    expect((await request<{ roles: string[] }>('GET', '/v1/me', out.trim())).body.roles).toEqual(['duty-officer']);
    expect(await command('token.ts', 'duty-officer-wannan')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('duty-officer-wanan'),
    });
  });

  test('a device is added as an installer would; a wrong type or town is named', async () => {
    const { out, code } = await command('device.ts', 'add', 'rain-gauge', 'baimaguan');
    expect(code).toBe(0);
    expect(out).toMatch(/^rain-gauge-baimaguan-\d{2}/);
    expect(out).toContain('mosquitto_pub');
    expect(await command('device.ts', 'add', 'rain-gage', 'wanan')).toMatchObject({ code: 1, err: expect.stringContaining('rain-gauge') });
    expect(await command('device.ts', 'add', 'rain-gauge', 'nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining('baimaguan'),
    });
  });
});
