/**
 * `npm start`: the whole district on this computer. `npm start -- --headless` leaves the simulated devices silent.
 * PACE sets the simulator's readings per device and minute, HURRY makes escalations so many times
 * faster, LOCAL_PORT_BASE moves all ports.
 */
import { parseArgs } from 'node:util';
import { startDistrict } from './district.ts';
import { LocalError, onParentGone } from './processes.ts';
import { runScript } from './script.ts';

/** A setting by environment: a number within bounds, or nothing. */
const numberFrom = (name: string, low: number, high: number): number | undefined => {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (value >= low && value <= high) return value;
  throw new LocalError(
    `${name} 应为 ${low} 到 ${high} 之间的数，当前为“${text}”。`,
    `${name} must be a number between ${low} and ${high}; it is "${text}".`,
  );
};

await runScript(async () => {
  const { values } = parseArgs({ options: { headless: { type: 'boolean', default: false } } });
  const ending = new AbortController();
  let presses = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (++presses === 1) process.stderr.write('\n正在结束，保存数据… Ending, saving state… \n');
      if (presses > 2) process.exit(130);
      ending.abort();
    });
  }
  // Whoever started it was killed: nobody would end it.
  onParentGone(() => ending.abort());
  const district = await startDistrict({
    headless: values.headless,
    pace: numberFrom('PACE', 0.1, 600),
    hurry: numberFrom('HURRY', 1, 1000),
    signal: ending.signal,
  });
  if (district === undefined) return;
  const { outputs } = district;
  process.stdout.write(`
罗江云已就绪 Luojiang Cloud is running
  控制台 Console        ${outputs.consoleUrl}
  接口 API              ${outputs.apiUrl}
  身份 OIDC issuer      ${outputs.oidcIssuer}
  设备 MQTT over mTLS   ${outputs.iotHost}:${outputs.iotPort}
  云接口 AWS endpoint   ${outputs.endpointUrl}
按 Ctrl-C 结束 Press Ctrl-C to end

`);
  await district.ended;
});
