import { createHash, randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 48 bits of time in ms and 80 further bits as a ULID. */
const ulid = (time: number, bits: Buffer): string => {
  if (!Number.isSafeInteger(time) || time < 0 || time >= 2 ** 48) throw new RangeError(`No time for an id: ${time}`);
  let out = '';
  for (let rest = time, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) out = CROCKFORD[rest % 32] + out;
  let value = BigInt(`0x${bits.subarray(0, 10).toString('hex')}`);
  let tail = '';
  for (let i = 0; i < 16; i++, value >>= 5n) tail = CROCKFORD[Number(value & 31n)] + tail;
  return out + tail;
};

/** A fresh id, sortable by time. */
export const newId = (prefix: string, time: number): string => `${prefix}_${ulid(time, randomBytes(10))}`;

/** The same id for the same thing, however often it is handled: what makes a redelivery recognisable. */
export const idFor = (prefix: string, time: number, ...key: readonly (string | number)[]): string =>
  `${prefix}_${ulid(time, createHash('sha256').update(key.join('\u0000')).digest())}`;
