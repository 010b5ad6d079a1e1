/** What is pushed to whom: events of a town go to those who listen to it and to those who listen to the whole district. */
import type { Event } from '#events/envelope.ts';

/** In place of a town: all of them. */
export const DISTRICT = '*';

const hasTown = (data: unknown): data is { town: string } => typeof (data as { town?: unknown }).town === 'string';

/** Telephone numbers stay with the platform; the console names people and channels only. */
const withoutAddresses = (data: object): object =>
  'calls' in data && Array.isArray(data.calls) ? { ...data, calls: data.calls.map(({ address: _, ...call }) => call) } : data;

/** API Gateway takes 128 KB a message. */
const MESSAGE_BYTES = 100_000;

/** Each town's events as messages (JSON arrays), in the order they came. */
export const messagesByTown = (events: readonly Event[]): Map<string, string[]> => {
  const texts = new Map<string, string[]>();
  for (const event of events) {
    if (!hasTown(event.data)) continue;
    const text = JSON.stringify({ ...event, data: withoutAddresses(event.data as object) });
    texts.set(event.data.town, [...(texts.get(event.data.town) ?? []), text]);
  }
  return new Map([...texts].map(([town, all]) => [town, pack(all)]));
};

const pack = (texts: readonly string[]): string[] => {
  const pages: string[][] = [];
  let size = 0;
  for (const text of texts) {
    // Three bytes at most for a character of either language.
    const bytes = text.length * 3;
    const page = pages.at(-1);
    if (page && size + bytes <= MESSAGE_BYTES) {
      page.push(text);
      size += bytes;
    } else {
      pages.push([text]);
      size = bytes;
    }
  }
  return pages.map((page) => `[${page.join(',')}]`);
};
