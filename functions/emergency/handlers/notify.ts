import { SNSClient } from '@aws-sdk/client-sns';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readEnv } from '#runtime/env.ts';
import { eventQueue } from '#runtime/queue.ts';
import { phone, sms, webhook } from '../channels.ts';
import { notifyEnv } from '../environment.ts';
import { type Notifier, notify } from '../notify.ts';
import { Phones } from '../phones.ts';

const sent = new Phones(dynamo(), readEnv(notifyEnv).INCIDENTS_TABLE);

const notifier: Notifier = {
  channels: { sms: sms(new SNSClient(clientOptions)), webhook: webhook(), phone: phone(sent) },
  sent,
};

export const handler = eventQueue((batch) => notify(notifier, batch as never, Date.now()));
