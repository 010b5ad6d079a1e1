/** The web font of the issuer's pages: a kiosk, or a fresh container, has no Chinese glyphs. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { root } from '../processes.ts';

const FOLDER = join(root, 'node_modules', '@fontsource-variable', 'noto-sans-sc');
const PATH = /^\/fonts\/(index\.css|files\/[\w-]+\.woff2)$/;

/** True when it was a font's request; one that does not exist throws. */
export const serveFont = ({ url }: IncomingMessage, response: ServerResponse): boolean => {
  const [, file] = PATH.exec(url ?? '') ?? [];
  if (!file) return false;
  const type = file.endsWith('.css') ? 'text/css' : 'font/woff2';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=86400' }).end(readFileSync(join(FOLDER, file)));
  return true;
};
