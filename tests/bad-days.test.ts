/** What happens to machines at 3 a.m.: processes killed, executions aborted, the whole cloud gone and back, a storm. Nothing promised is lost or doubled. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from 'vitest';
import { ThresholdBreached } from '#events/devices.ts';
import type { AlertView } from '#functions/alerts/api.ts';
import type { Point } from '#functions/devices/api.ts';
import type { IncidentView, PhoneMessage } from '#functions/emergency/api.ts';
import { as, aws, config, eventually, install, output, resolveAll, type TestDevice } from './support/district.ts';
import { start, stop } from './support/setup.ts';

const endanger = async (device: TestDevice) => {
  await device.send({ level: 5.2 });
  await device.send({ level: 5.2 });
};

const incidentOf = async (device: TestDevice) => {
  const id = await eventually(
    `the incident of ${device.id}`,
    async () =>
      (await as('commander').get<{ items: AlertView[] }>('/v1/alerts?limit=500')).body.items.find(({ deviceId }) => deviceId === device.id)
        ?.incidentId,
  );
  return id;
};

const incident = async (id: string) => (await as('commander').get<IncidentView>(`/v1/incidents/${id}`)).body;
const positions = async (id: string) => (await incident(id)).called.map(({ round, step }) => `${round}.${step}`);
const called = (id: string, position: string, seconds = 30) =>
  eventually(`${position} called`, async () => (await positions(id)).includes(position), seconds);
const phonesOf = async (id: string) =>
  (await as('devops').get<{ items: PhoneMessage[] }>('/v1/phones?limit=200')).body.items
    .filter(({ incidentId }) => incidentId === id)
    .map(({ callId }) => callId);

const watchdog = async () => {
  const { FunctionError, Payload } = await new LambdaClient(aws()).send(
    new InvokeCommand({ FunctionName: output('WatchdogFunctionName') }),
  );
  expect(FunctionError).toBeUndefined();
  return JSON.parse(Buffer.from(Payload ?? []).toString()) as { revived: number };
};

const executionArn = (id: string, attempt: number) =>
  `${output('StateMachineArn').replace(':stateMachine:', ':execution:')}:${id}-${attempt}`;
const status = async (id: string, attempt: number) =>
  (await new SFNClient(aws()).send(new DescribeExecutionCommand({ executionArn: executionArn(id, attempt) }))).status;

/** Process ids of a function's workers: the emulator names their folders after the function. */
const workersOf = (name: string): number[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('test-district') && line.includes(`ministack-lambda-luojiang-${name}-`))
    .map((line) => Number(line.trim().split(/\s+/)[0]));

beforeAll(resolveAll);

describe('processes', () => {
  test('the consumer killed in mid batch: every reading is kept, once', async () => {
    const device = await install('river-level', 'wanan', 'killed');
    let killed = 0;
    const killing = (async () => {
      for (let times = 0; times < 6; times++) {
        await sleep(150);
        for (const pid of workersOf('devices-consumer')) {
          try {
            process.kill(pid, 'SIGKILL');
            killed++;
          } catch {
            // It ended by itself.
          }
        }
      }
    })();
    const sent: number[] = [];
    for (let i = 0; i < 200; i++) {
      await device.send({ level: 3 + i / 1000 });
      sent.push(3 + i / 1000);
    }
    await killing;
    expect(killed).toBeGreaterThan(0);
    const points = await eventually(
      'all of them',
      async () => {
        const { body } = await as('commander').get<{ points: Point[] }>(`/v1/devices/${device.id}/readings?limit=5000`);
        return body.points.length >= sent.length && body.points;
      },
      30,
    );
    expect(points.map(({ values }) => values.level)).toEqual(sent);
    await device.close();
  });

  test('an execution aborted in mid escalation: the watchdog goes on where it stood, and calls nobody twice', async () => {
    const device = await install('river-level', 'yanjia', 'aborted');
    await endanger(device);
    const id = await incidentOf(device);
    await called(id, '1.1');
    await new SFNClient(aws()).send(new StopExecutionCommand({ executionArn: executionArn(id, 1) }));
    expect(await status(id, 1)).toBe('ABORTED');
    expect((await watchdog()).revived).toBeGreaterThanOrEqual(1);
    await called(id, '1.2');
    expect(await positions(id)).toEqual(['1.0', '1.1', '1.2']);
    const calls = await phonesOf(id);
    expect(new Set(calls).size).toBe(calls.length);
    // Looked at again, it finds nothing to do.
    expect(await status(id, 2)).toBe('RUNNING');
    await watchdog();
    expect(await status(id, 2)).toBe('RUNNING');
    await as('commander').post(`/v1/incidents/${id}/resolution`, { reason: '演练，已结束' });
    await device.close();
  });
});

describe('a storm', () => {
  test('a thousand alerts of one town are one incident, and do not delay another town’s call', async () => {
    const bus = new EventBridgeClient(aws());
    const at = new Date().toISOString();
    const breach = (town: string, i: number) => ({
      EventBusName: config.district.id,
      Source: 'devices',
      DetailType: 'ThresholdBreached',
      Detail: JSON.stringify({
        metadata: { id: `evt_${String(i).padStart(26, '0')}`, version: 1, time: at, actor: 'device:storm', trace: 'storm' },
        data: {
          ...ThresholdBreached.sample,
          town,
          deviceId: `storm-${town}-${i}`,
          startedAt: at,
          readingAt: at,
          ruleId: 'river-level-high',
          domain: 'water',
          level: 'red',
        },
      }),
    });
    const storm = Array.from({ length: 1000 }, (_, i) => breach('xinsheng', i));
    for (let i = 0; i < storm.length; i += 10) await bus.send(new PutEventsCommand({ Entries: storm.slice(i, i + 10) }));
    const quiet = Date.now();
    await bus.send(new PutEventsCommand({ Entries: [breach('tiaoyuan', 5_000)] }));
    const ofTown = async (town: string) =>
      (await as('commander').get<{ items: IncidentView[] }>(`/v1/incidents?town=${town}`)).body.items.filter(
        ({ planId, level }) => planId === 'flood' && level === 'red',
      );
    const other = await eventually(
      'the other town called',
      async () => (await ofTown('tiaoyuan')).find(({ called: steps }) => steps.length > 0),
      30,
    );
    const delay = Date.now() - quiet;
    process.stdout.write(`the other town was called after ${delay} ms\n`);
    const [one, ...more] = await eventually(
      'all thousand gathered',
      async () => {
        const found = await ofTown('xinsheng');
        return (found[0]?.alerts ?? 0) >= 1000 && found;
      },
      60,
    );
    expect(more).toEqual([]);
    expect(one?.alerts).toBe(1000);
    expect((await phonesOf(one?.incidentId as string)).filter((callId) => callId.includes('.1.0.'))).toHaveLength(1);
    // Alone it takes a second; the storm must not make it wait for its end.
    expect(delay).toBeLessThan(6_000);
    for (const { incidentId } of [other, one as IncidentView])
      await as('commander').post(`/v1/incidents/${incidentId}/resolution`, { reason: '演练，已结束' });
  });
});

describe('the whole cloud', () => {
  test('ended and started in mid escalation: state is there again and the escalation goes on', async () => {
    const device = await install('river-level', 'baimaguan', 'restarted');
    await endanger(device);
    const id = await incidentOf(device);
    await called(id, '1.0');
    await device.close();
    const before = await incident(id);
    await stop();
    await start();
    expect(await incident(id)).toMatchObject({ openedAt: before.openedAt, alerts: 1 });
    expect((await incident(id)).phase).toBe('calling');
    await watchdog();
    await called(id, '1.1');
    const calls = await phonesOf(id);
    expect(new Set(calls).size).toBe(calls.length);
    expect(await as('commander').post(`/v1/incidents/${id}/acknowledgements`)).toMatchObject({
      status: 200,
      body: { phase: 'acknowledged' },
    });
    await as('commander').post(`/v1/incidents/${id}/resolution`, { reason: '演练，已结束' });
  });
});
