import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LevelCalled } from '#events/emergency.ts';
import type { EventOf } from '#events/envelope.ts';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { logger } from '#runtime/logger.ts';
import type { Received } from '#runtime/queue.ts';
import type { Outgoing } from './channels.ts';
import { after, INCIDENT_ID, iso, NOW, text } from './emergency.fixture.ts';
import { type Notifier, notify } from './notify.ts';
import { Phones } from './phones.ts';

type Called = EventOf<typeof LevelCalled>;

const callOf = (person: string, channel: string) => ({
  callId: `${INCIDENT_ID}.1.0.${person}.${channel}`,
  personId: person,
  personName: text(person),
  channel,
  address: `${channel}:${person}`,
});

const message = (messageId: string, ...calls: ReturnType<typeof callOf>[]): Received<Called> => ({
  messageId,
  event: {
    source: 'emergency',
    name: 'LevelCalled',
    metadata: { id: `evt_${messageId}`, version: 1, time: iso(0), actor: 'system:emergency', trace: INCIDENT_ID },
    data: { ...LevelCalled.sample, incidentId: INCIDENT_ID, town: 'jinshan', level: 'red', message: text('come'), calls },
  },
});

let table: Dynamo;
let made: string[];
let notifier: Notifier;
let errors: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  table = new Dynamo('id', 'part');
  made = [];
  const records = async ({ callId }: Outgoing) => void made.push(callId.slice(INCIDENT_ID.length + 5));
  notifier = { channels: { phone: records, sms: records }, sent: new Phones(table.client, 'incidents') };
  errors = vi.spyOn(logger, 'error').mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

test('a call goes out by its channel with all that the person needs to know', async () => {
  const phone = vi.fn(async () => undefined);
  expect(await notify({ ...notifier, channels: { phone } }, [message('m1', callOf('li-na', 'phone'))], after(2))).toEqual([]);
  expect(phone).toHaveBeenCalledExactlyOnceWith(
    {
      callId: `${INCIDENT_ID}.1.0.li-na.phone`,
      personId: 'li-na',
      personName: text('li-na'),
      channel: 'phone',
      address: 'phone:li-na',
      incidentId: INCIDENT_ID,
      town: 'jinshan',
      level: 'red',
      text: text('come'),
      sentAt: iso(2),
    },
    after(2),
  );
});

test('everybody is called by each channel, in whichever message they are', async () => {
  const batch = [message('m1', callOf('li-na', 'phone'), callOf('li-na', 'sms')), message('m2', callOf('he-mei', 'sms'))];
  expect(await notify(notifier, batch, NOW)).toEqual([]);
  expect(made.sort()).toEqual(['he-mei.sms', 'li-na.phone', 'li-na.sms']);
});

test('an event delivered again calls nobody again', async () => {
  await notify(notifier, [message('m1', callOf('li-na', 'phone'))], NOW);
  expect(await notify(notifier, [message('m1 again', callOf('li-na', 'phone'))], after(30))).toEqual([]);
  expect(made).toEqual(['li-na.phone']);
});

test('a step that calls nobody is done with', async () => {
  expect(await notify(notifier, [message('m1')], NOW)).toEqual([]);
});

describe('a channel that is broken', () => {
  const breaks = (only: string): Notifier => ({
    ...notifier,
    channels: {
      ...notifier.channels,
      sms: async (call, now) => {
        if (call.personId === only) throw new Error('the provider is away');
        await notifier.channels.phone?.(call, now);
      },
    },
  });

  test('keeps nobody else waiting, neither in its message nor in another', async () => {
    const batch = [
      message('m1', callOf('li-na', 'sms'), callOf('li-na', 'phone'), callOf('he-mei', 'sms')),
      message('m2', callOf('wang-qiang', 'sms')),
    ];
    expect(await notify(breaks('li-na'), batch, NOW)).toEqual(['m1']);
    expect(made.sort()).toEqual(['he-mei.sms', 'li-na.phone', 'wang-qiang.sms']);
  });

  test('is logged with the incident, without an address', async () => {
    await notify(breaks('li-na'), [message('m1', callOf('li-na', 'sms'))], NOW);
    expect(errors).toHaveBeenCalledExactlyOnceWith('call not sent', {
      incidentId: INCIDENT_ID,
      error: expect.objectContaining({ message: 'the provider is away' }),
    });
  });

  test('comes again, and what went out doesn’t', async () => {
    const event = message('m1', callOf('li-na', 'sms'), callOf('li-na', 'phone'));
    await notify(breaks('li-na'), [event], NOW);
    expect(await notify(notifier, [event], after(60))).toEqual([]);
    expect(made).toEqual(['li-na.phone', 'li-na.sms']);
  });

  test('may be one that nobody built: its message ends in the dead-letter queue, the others’ calls go out', async () => {
    expect(await notify(notifier, [message('m1', callOf('li-na', 'pager'), callOf('he-mei', 'sms'))], NOW)).toEqual(['m1']);
    expect(made).toEqual(['he-mei.sms']);
    expect(errors).toHaveBeenCalledWith('call not sent', expect.objectContaining({ error: new Error('no channel pager') }));
  });
});

test('a call that couldn’t be marked is made twice rather than never', async () => {
  table.before = ({ name }) => {
    if (name === 'PutItem') throw new Error('throttled');
  };
  expect(await notify(notifier, [message('m1', callOf('li-na', 'phone'))], NOW)).toEqual(['m1']);
  table.before = () => undefined;
  expect(await notify(notifier, [message('m1', callOf('li-na', 'phone'))], NOW)).toEqual([]);
  expect(made).toEqual(['li-na.phone', 'li-na.phone']);
});
