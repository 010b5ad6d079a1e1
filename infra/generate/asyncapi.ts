/** docs/api/asyncapi.json: the events on the bus, AsyncAPI 3.0, from the same schemas. */
import { Metadata } from '#events/envelope.ts';
import { eventDefinitions } from './apis.ts';

export const asyncapi = () => {
  const messages = Object.fromEntries(
    eventDefinitions.map((definition) => [
      definition.name,
      {
        name: definition.name,
        title: `${definition.name} v${definition.version}`,
        summary: definition.description,
        contentType: 'application/json',
        payload: {
          type: 'object',
          required: ['metadata', 'data'],
          additionalProperties: false,
          properties: { metadata: Metadata, data: definition.data },
        },
        examples: [{ payload: { data: definition.sample } }],
      },
    ]),
  );
  const sources = [...new Set(eventDefinitions.map((definition) => definition.source))];
  const of = (source: string) => eventDefinitions.filter((definition) => definition.source === source);
  return {
    asyncapi: '3.0.0',
    info: {
      title: '罗江云 Luojiang Cloud events',
      version: '1.0.0',
      description:
        'EventBridge: `source` is the capability, `detail-type` the message name, `detail` the payload. Delivered at least once, in any order: be idempotent by metadata.id.',
    },
    channels: Object.fromEntries(
      sources.map((source) => [
        source,
        { address: source, messages: Object.fromEntries(of(source).map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])) },
      ]),
    ),
    operations: Object.fromEntries(
      sources.map((source) => [`publish-${source}`, { action: 'send', channel: { $ref: `#/channels/${source}` } }]),
    ),
    components: { messages },
  };
};
