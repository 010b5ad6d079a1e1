import { defineEnv } from '#runtime/env.ts';

export const pagesEnv = defineEnv({
  LIVE_URL: 'Where the console opens its WebSocket: a URL, or a path of its own origin',
  UPLOADS_URL: 'Where files are uploaded to by presigned addresses',
});

export const connectEnv = defineEnv({ CONNECTIONS_TABLE: 'Who listens to which town' });

export const pushEnv = defineEnv({
  CONNECTIONS_TABLE: 'Who listens to which town',
  LIVE_ENDPOINT: 'Callback URL of the WebSocket API’s stage',
});

export const consoleApiEnv = defineEnv({});
