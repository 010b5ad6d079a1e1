import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The reference reads it, and so does every client: /openapi.json, without the spaces. */
const openapi: Plugin = {
  name: 'openapi',
  generateBundle() {
    const text = readFileSync(join(import.meta.dirname, '../../docs/api/openapi.json'), 'utf8');
    this.emitFile({ type: 'asset', fileName: 'openapi.json', source: JSON.stringify(JSON.parse(text)) });
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), openapi],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // The CSP of production has `font-src 'self'`: a font inlined as data: would be refused.
    assetsInlineLimit: 0,
    // Two chunks that a page needs at different times; the largest (Ant Design's core) is known and reported.
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|react-router|scheduler)[\\/]/ },
            { name: 'oidc', test: /node_modules[\\/](oidc-client-ts|jwt-decode)[\\/]/ },
            // What the first page needs comes in one piece, however many other pages share parts of it: each file is a call.
            { name: 'base', tags: ['$initial'] },
          ],
        },
      },
    },
  },
});
