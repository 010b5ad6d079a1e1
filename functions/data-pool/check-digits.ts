/** Numbers that carry their own proof. Weights and alphabets as the standards have them; the data pool's SQL is made from the same. */

/** GB 11643-1999, 公民身份号码: ISO 7064 MOD 11-2 over seventeen digits; the eighteenth is a digit, or X for ten. */
export const IDENTITY = {
  modulus: 11,
  /** Of all eighteen places: their weighted sum is 1 modulo 11. */
  weights: [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1],
  remainder: 1,
} as const;

/** GB 32100-2015, 统一社会信用代码: weights 3^i, and no I, O, S, V, Z in the alphabet. */
export const CREDIT = {
  modulus: 31,
  alphabet: '0123456789ABCDEFGHJKLMNPQRTUWXY',
  weights: [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1],
  remainder: 0,
} as const;

const weighted = (values: readonly number[], weights: readonly number[]): number =>
  values.reduce((sum, value, place) => sum + value * (weights[place] as number), 0);

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isDay = (year: number, month: number, day: number): boolean => {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 && !leap ? 28 : (DAYS[month - 1] as number));
};

/** Eighteen places, a day of birth that there was, and the right last place. */
export const isIdentityNumber = (text: string): boolean => {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return false;
  const values = [...text].map((sign) => (sign === 'X' ? 10 : Number(sign)));
  if (weighted(values, IDENTITY.weights) % IDENTITY.modulus !== IDENTITY.remainder) return false;
  return isDay(Number(text.slice(6, 10)), Number(text.slice(10, 12)), Number(text.slice(12, 14)));
};

export const isCreditCode = (text: string): boolean => {
  const values = [...text].map((sign) => CREDIT.alphabet.indexOf(sign));
  return values.length === 18 && values.every((value) => value >= 0) && weighted(values, CREDIT.weights) % CREDIT.modulus === 0;
};

/** With its last place: seventeen digits. */
export const identityNumber = (first: string): string => {
  const rest = (IDENTITY.remainder - weighted([...first].map(Number), IDENTITY.weights)) % IDENTITY.modulus;
  const last = (rest + IDENTITY.modulus) % IDENTITY.modulus;
  return first + (last === 10 ? 'X' : String(last));
};

/** With its last place: seventeen signs of the alphabet. */
export const creditCode = (first: string): string => {
  const sum = weighted(
    [...first].map((sign) => CREDIT.alphabet.indexOf(sign)),
    CREDIT.weights,
  );
  return first + CREDIT.alphabet[(CREDIT.modulus - (sum % CREDIT.modulus)) % CREDIT.modulus];
};
