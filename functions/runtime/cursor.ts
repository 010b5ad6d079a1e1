/** A page's `next`: opaque to callers, the key to go on from to us. */
import { Failure } from './failure.ts';
import type { Item } from './table.ts';

export const toCursor = (key: Item | undefined): { next?: string } =>
  key === undefined ? {} : { next: Buffer.from(JSON.stringify(key)).toString('base64url') };

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined; // not one of ours
  }
};

/** The keys of all tables are strings. */
const isKey = (value: unknown): value is Item =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((one) => typeof (one as { S?: unknown } | null)?.S === 'string');

/** `belongs`: what the key must say besides, such as the town that was asked for. */
export const fromCursor = (cursor: string | undefined, belongs: Readonly<Record<string, string>> = {}): Item | undefined => {
  if (cursor === undefined) return undefined;
  const key = parse(cursor);
  if (isKey(key) && Object.entries(belongs).every(([name, value]) => key[name]?.S === value)) return key;
  throw new Failure('invalid', 'invalid-cursor', { zh: '分页游标无效', en: 'The cursor is not one of ours' });
};
