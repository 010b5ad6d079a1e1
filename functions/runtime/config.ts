import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the district's YAML says for this function: written beside its bundle at synth (infra/constructs/function.ts), so that it is
 * versioned, deployed and rolled back with the code, and a changed threshold changes only the functions that read it.
 */
export const readConfig = <Config>(directory = process.env.LAMBDA_TASK_ROOT ?? '.'): Config =>
  JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')) as Config;
