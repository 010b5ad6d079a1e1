/** `npm run generate [openapi]`: everything in the tree that follows from schemas. A test fails when it is not current. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generated } from './generate/files.ts';

const only = process.argv[2];
for (const [path, content] of Object.entries(await generated())) {
  if (only && !path.includes(only)) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  console.log(path);
}
