import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import { type Outgoing, phone, sms, webhook } from './channels.ts';
import { INCIDENT_ID, iso, NOW, text } from './emergency.fixture.ts';
import { Phones } from './phones.ts';

const call = (address: string): Outgoing => ({
  callId: 'call-1',
  personId: 'li-na',
  personName: text('Li Na'),
  channel: 'any',
  address,
  incidentId: INCIDENT_ID,
  town: 'wanan',
  level: 'red',
  text: text('come'),
  sentAt: iso(3),
});

describe('a text message', () => {
  test('is the Chinese text to the number, as one that must arrive', async () => {
    const send = vi.fn(async (_: PublishCommand) => ({}));
    await sms({ send } as unknown as SNSClient)(call('+8613800000001'), NOW);
    expect(send).toHaveBeenCalledOnce();
    expect(send.mock.calls[0]?.[0]).toBeInstanceOf(PublishCommand);
    expect(send.mock.calls[0]?.[0].input).toEqual({
      PhoneNumber: '+8613800000001',
      Message: '中come',
      MessageAttributes: { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } },
    });
  });

  test('that SNS doesn’t take is a failure', async () => {
    const send = () => Promise.reject(new Error('spent'));
    await expect(sms({ send } as unknown as SNSClient)(call('+8613800000001'), NOW)).rejects.toThrow('spent');
  });
});

describe('a webhook', () => {
  /** On this machine's loopback: what fetch does about redirects and silence is what is at stake. */
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const got: { url?: string; method?: string; headers: IncomingMessage['headers']; body: string }[] = [];

  beforeEach(async () => {
    got.length = 0;
    answer = (_, response) => response.writeHead(204).end();
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { url = '', method = '', headers } = request;
      got.push({ url, method, headers, body });
      answer(request, response);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const calls = (path = '/hook?key=k6') => webhook()(call(url + path), NOW);
  const status = (code: number, headers = {}) => {
    answer = (_, response) => response.writeHead(code, headers).end('…');
  };

  test('gets a POST of JSON in both languages, with a key by which it knows a second one', async () => {
    await calls();
    expect(got).toMatchObject([
      { url: '/hook?key=k6', method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'call-1' } },
    ]);
    expect(JSON.parse(got[0]?.body as string)).toEqual({
      callId: 'call-1',
      personId: 'li-na',
      incidentId: INCIDENT_ID,
      town: 'wanan',
      level: 'red',
      text: '中come\ncome',
      sentAt: iso(3),
    });
  });

  test.each([200, 201, 202, 299])('may answer %i', async (code) => {
    status(code);
    await expect(calls()).resolves.toBeUndefined();
  });

  test.each([400, 404, 429, 500, 503])('that answers %i has not taken it', async (code) => {
    status(code);
    await expect(calls()).rejects.toThrow(`webhook answered ${code}`);
  });

  test.each([301, 307])('that redirects (%i) is not followed: the address is the one in the configuration', async (code) => {
    status(code, { location: `${url}/elsewhere` });
    await expect(calls()).rejects.toThrow();
    expect(got.map((request) => request.url)).toEqual(['/hook?key=k6']);
  });

  test('that stays silent is given up after five seconds', async () => {
    const { timeout } = AbortSignal;
    const asked = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 100));
    answer = () => undefined;
    await expect(calls()).rejects.toHaveProperty('name', 'TimeoutError');
    expect(asked).toHaveBeenCalledExactlyOnceWith(5000);
  });

  test('that is not there is a failure', async () => {
    await expect(webhook()(call('http://127.0.0.1:1/'), NOW)).rejects.toThrow();
  });
});

test('the local outbox keeps the message as the phone shows it', async () => {
  const phones = new Phones(new Dynamo('id', 'part').client, 'incidents');
  await phone(phones)(call('+8613800000001'), NOW);
  const { channel: _, ...shown } = call('+8613800000001');
  expect(await phones.list(5)).toEqual([shown]);
});
