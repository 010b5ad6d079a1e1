/** `.local/outputs.json`: what runs here and where; it exists only while all of it is ready. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError, localDir } from './processes.ts';

export interface Outputs {
  readonly apiUrl: string;
  readonly consoleUrl: string;
  readonly citizenUrl: string;
  readonly oidcIssuer: string;
  readonly iotHost: string;
  readonly iotPort: number;
  readonly iotCaFile: string;
  readonly region: string;
  /** Of the emulator; absent with a real account. */
  readonly endpointUrl?: string | undefined;
  /** Each stack's own outputs. */
  readonly stacks: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const outputsFile = join(localDir, 'outputs.json');
/** Which process runs it all: what `npm run stop` ends. */
export const runFile = join(localDir, 'run.json');

export const readOutputs = (): Outputs => {
  if (!existsSync(outputsFile)) {
    throw new LocalError('罗江云没有在运行。先执行 npm start。', 'Luojiang Cloud is not running; start it with npm start.');
  }
  return JSON.parse(readFileSync(outputsFile, 'utf8')) as Outputs;
};

/** An output of whichever stack has it. */
export const stackOutput = (outputs: Pick<Outputs, 'stacks'>, key: string): string => {
  const found = Object.values(outputs.stacks).find((stack) => stack[key] !== undefined)?.[key];
  if (found === undefined)
    throw new LocalError(`部署结果中没有 ${key}，请重新运行 npm start。`, `The deployed outputs lack ${key}; run npm start again.`);
  return found;
};

/** For the AWS SDK and the `cdk` CLI: the emulator with its root key, never a person's own credentials. */
export const environmentOf = ({ region, endpointUrl }: Outputs): Record<string, string> => ({
  ...(endpointUrl && { AWS_ENDPOINT_URL: endpointUrl, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }),
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
});
