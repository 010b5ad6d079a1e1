import { expect, test } from 'vitest';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { INCIDENT_ID, iso, NOW, text } from './emergency.fixture.ts';
import { Phones } from './phones.ts';

const message = (seconds: number) => ({
  callId: `call-${seconds}`,
  personId: 'li-na',
  personName: text('Li Na'),
  address: '+8613800000001',
  incidentId: INCIDENT_ID,
  town: 'wanan',
  level: 'orange' as const,
  text: text('message'),
  sentAt: iso(seconds),
});

test('a call is marked as made for fourteen days, each by itself', async () => {
  const table = new Dynamo('id', 'part');
  const phones = new Phones(table.client, 'incidents');
  await phones.markSent('call-1', NOW);
  expect(await phones.wasSent('call-1')).toBe(true);
  expect(await phones.wasSent('call-2')).toBe(false);
  expect(table.all).toEqual([{ id: 'sent#call-1', part: 'mark', expires: NOW / 1000 + 14 * 86_400 }]);
  expect(table.sent[1]?.input.ConsistentRead).toBe(true);
});

test('the outbox shows the newest messages first, as they were sent, for a week', async () => {
  const table = new Dynamo('id', 'part');
  const phones = new Phones(table.client, 'incidents');
  for (const seconds of [20, 5, 40]) await phones.add(message(seconds), NOW);
  await phones.markSent('call-5', NOW);
  expect(await phones.list(10)).toEqual([message(40), message(20), message(5)]);
  expect(await phones.list(2)).toEqual([message(40), message(20)]);
  expect(table.all[0]).toHaveProperty('expires', NOW / 1000 + 7 * 86_400);
});
