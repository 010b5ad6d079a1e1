/** A page's `next`: opaque to callers, the key to go on from to us. */
import { Failure } from './failure.ts';
import type { Item } from './table.ts';

export const toCursor = (key: Item | undefined): { next?: string } =>
  key === undefined ? {} : { next: Buffer.from(JSON.stringify(key)).toString('base64url') };

export const fromCursor = (cursor: string | undefined): Item | undefined => {
  if (cursor === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Item;
  } catch (cause) {
    throw new Failure('invalid', 'invalid-cursor', { zh: '分页游标无效', en: 'The cursor is not one of ours' }, {}, cause);
  }
};
