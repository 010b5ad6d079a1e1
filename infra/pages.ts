/** The console's built files as the function that serves them holds them: text as brotli, once, at build time. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { isText } from '#functions/console/pages.ts';

const built = join(import.meta.dirname, '..', 'dist', 'console');

export const pagesInto = (directory: string): void => {
  for (const entry of readdirSync(built, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const file = join(entry.parentPath, entry.name);
    const to = join(directory, 'pages', relative(built, file));
    mkdirSync(dirname(to), { recursive: true });
    if (!isText(file)) copyFileSync(file, to);
    else {
      const content = readFileSync(file);
      writeFileSync(
        `${to}.br`,
        brotliCompressSync(content, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
        }),
      );
    }
  }
};
