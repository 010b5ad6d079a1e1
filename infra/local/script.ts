/** How every command ends: in order, or with a message that a person can act on and exit code 1. */

import { Failure } from '#runtime/failure.ts';
import { ConfigError } from '../config/problem.ts';
import { LocalError } from './processes.ts';

const messageOf = (error: unknown): string => {
  if (error instanceof LocalError || error instanceof ConfigError) return error.message;
  if (error instanceof Failure) return `${error.text.zh}\n  ${error.text.en}`;
  // A mistyped option: node:util's own words name it.
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

export const runScript = async (main: () => Promise<void>): Promise<void> => {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`\n✗ ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
};
