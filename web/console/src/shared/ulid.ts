/** An id of one's own for what is registered, of the form that the platform's have (Crockford's base 32, time first). */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const dice = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

export const ulid = (time: number, random = dice): string => {
  let stamp = '';
  for (let rest = time, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) stamp = CROCKFORD[rest % 32] + stamp;
  return stamp + Array.from(random(16), (byte) => CROCKFORD[byte % 32]).join('');
};
