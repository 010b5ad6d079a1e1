/** What a person sees while something takes its time: numbered steps, the line that moves, the seconds each took. */
import type { Text } from '#events/envelope.ts';
import type { Report } from './processes.ts';

const CLEAR = '\r\u001b[2K';

/** A log is no screen: there a line now and then is enough. */
const QUIET_MS = 2_000;

export class Progress {
  readonly #total: number;
  readonly #out: NodeJS.WriteStream;
  #count = 0;

  constructor(total: number, out: NodeJS.WriteStream = process.stderr) {
    this.#total = total;
    this.#out = out;
  }

  async step<T>(name: Text, work: (report: Report) => Promise<T>): Promise<T> {
    const head = `[${++this.#count}/${this.#total}] ${name.zh} ${name.en}`;
    const began = performance.now();
    const moving = this.#out.isTTY;
    let said = began;
    this.#out.write(moving ? `${head} …` : `${head}\n`);
    const report: Report = (line) => {
      if (moving) this.#out.write(`${CLEAR}${head} … ${line}`.slice(0, (this.#out.columns ?? 120) + CLEAR.length));
      else if (performance.now() - said > QUIET_MS) {
        said = performance.now();
        this.#out.write(`      ${line}\n`);
      }
    };
    const result = await work(report);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    this.#out.write(moving ? `${CLEAR}✓ ${head} (${seconds} s)\n` : `    ✓ ${seconds} s\n`);
    return result;
  }
}
