import { afterEach, describe, expect, test, vi } from 'vitest';
import { scannerAt } from './scanner.ts';

const BYTES = new TextEncoder().encode('%PDF-1.7 /Launch');
const answers = (body: unknown, status = 200) => {
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal('fetch', fetched);
  return fetched;
};
afterEach(() => vi.unstubAllGlobals());

describe('the district’s scanner', () => {
  test('is sent the bytes, and believed', async () => {
    const fetched = answers({ clean: true });
    expect(await scannerAt('https://scan.example/')(BYTES)).toBeUndefined();
    const [url, init] = fetched.mock.calls[0] as [string, RequestInit];
    expect(url).toBe('https://scan.example/');
    expect(init).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/octet-stream' } });
    expect(new Uint8Array(init.body as Uint8Array)).toEqual(BYTES);
    expect(init.signal).toBeInstanceOf(AbortSignal);
  });

  test('says what it found, or at least that it did', async () => {
    answers({ clean: false, reason: 'Win.Test' });
    expect(await scannerAt('https://scan.example/')(BYTES)).toBe('Win.Test');
    answers({ clean: false });
    expect(await scannerAt('https://scan.example/')(BYTES)).toBe('refused by the scanner');
  });

  test.each([
    ['an error', { clean: true }, 503],
    ['no answer', {}, 200],
    ['an answer of another kind', { clean: 'true' }, 200],
  ])('is asked again after %s: it is no “clean”', async (_, body, status) => {
    answers(body, status);
    await expect(scannerAt('https://scan.example/')(BYTES)).rejects.toThrow('scanner');
  });
});

test('without one, the built-in check looks', async () => {
  const fetched = answers({ clean: true });
  expect(await scannerAt('')(BYTES)).toBe('PDF.ActiveContent');
  expect(fetched).not.toHaveBeenCalled();
});
