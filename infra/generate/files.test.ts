import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generated } from './files.ts';

const root = join(import.meta.dirname, '../..');

/** The order of keys may follow that of a module's exports, which vitest and Node give differently. */
const contentOf = (path: string, text: string): unknown => (path.endsWith('.json') ? JSON.parse(text) : text);

test.each(Object.entries(await generated()))('%s is current: run `npm run generate`', (path, text) => {
  expect(contentOf(path, readFileSync(join(root, path), 'utf8'))).toEqual(contentOf(path, text));
});
