import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generated } from './files.ts';

const root = join(import.meta.dirname, '../..');

test.each(Object.entries(await generated()))('%s is current: run `npm run generate`', (path, content) => {
  // Not toEqual: the difference of two long files would be all that the report shows.
  expect(readFileSync(join(root, path), 'utf8') === content).toBe(true);
});
