import { defineConfig } from 'vitest/config';

/** `npm test` runs both; `node_modules/.bin/vitest --project unit` watches while one works. */
export default defineConfig({
  test: {
    environment: 'node',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Vitest leaves a core to itself, which has nothing to do meanwhile.
          maxWorkers: '100%',
          include: ['{events,functions,infra,stacks,bench,examples}/**/*.test.ts', 'web/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/dist/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          globalSetup: ['tests/support/setup.ts'],
          // One local cloud for all of them.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Browsers wait more than they work.
          maxConcurrency: 3,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
