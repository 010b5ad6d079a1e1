/** The district's malware scanner behind HTTP (ClamAV and most products have such a door); without one, the built-in check. */
import { builtIn, type Scan } from './inspect.ts';

const TIMEOUT_MS = 20_000;

/** It is sent the bytes and answers `{"clean": true}` or `{"clean": false, "reason": "…"}`; anything else is asked again. */
export const scannerAt =
  (url: string): Scan =>
  async (bytes) => {
    if (url === '') return builtIn(bytes);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(bytes),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`scanner: HTTP ${response.status}`);
    const { clean, reason } = (await response.json()) as { clean?: unknown; reason?: unknown };
    if (typeof clean !== 'boolean') throw new Error('scanner: no answer');
    return clean ? undefined : String(reason ?? 'refused by the scanner');
  };
