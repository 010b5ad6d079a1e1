import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ensurePython } from '../python.ts';

const run = promisify(execFile);

test('the rules of stream mappings and rule actions hold (Python unittest)', { timeout: 120_000 }, async () => {
  const python = await ensurePython(() => {});
  const args = ['-m', 'unittest', 'discover', '-s', import.meta.dirname, '-p', '*_test.py'];
  // MiniStack makes keys there as soon as it is imported.
  const STATE_DIR = mkdtempSync(join(tmpdir(), 'luojiang-emulator-'));
  try {
    // unittest reports on stderr; a failure ends with code 1 and rejects.
    const { stderr } = await run(python, args, { env: { ...process.env, STATE_DIR, PYTHONDONTWRITEBYTECODE: '1' } });
    expect(Number(/Ran (\d+) tests/.exec(stderr)?.[1])).toBeGreaterThanOrEqual(40);
  } finally {
    rmSync(STATE_DIR, { recursive: true, force: true });
  }
});
