/** What a text must be to be what it is called, as SQL over columns. `breaks` is true where it is not; a null is no break. */
import type { Text } from '#events/envelope.ts';
import { CREDIT, IDENTITY } from './check-digits.ts';
import type { Semantic, Taken } from './contract.ts';
import { literal, weightedDigits } from './sql.ts';

export interface Check {
  readonly id: string;
  readonly text: Text;
  readonly breaks: string;
}

/** The first check says whether it is one at all: the others, and rules across fields, are not asked of what is none. */
export interface Meaning {
  /** Columns that the checks use: name -> SQL over the field's own column. */
  readonly columns: (text: string) => Readonly<Record<string, string>>;
  /** `column(name)`: one of those columns. */
  readonly checks: (text: string, column: (name: string) => string) => readonly Check[];
  /** True wherever one of the checks may find something, and seldom elsewhere: asked of every row, so it must be quick. */
  readonly suspects: (text: string, column: (name: string) => string) => string;
  readonly taken?: Readonly<Record<Taken, (column: (name: string) => string) => string>>;
}

/**
 * Not of so many digits. A cast also takes `0x…` and `0b…`, which begin
 * with a nought; `1_0`, spaces, a sign and a point, which leave less digits than places; and an exponent, which leaves noughts at the end.
 */
const noDigits = (text: string, number: string, places: number, from = `1${'0'.repeat(places - 1)}`): string =>
  `${number} IS NULL OR ${number} < ${from} OR strlen(${text}) <> ${places} OR ${text} < '1' OR (${number} % 100 = 0 AND (contains(${text}, 'e') OR contains(${text}, 'E')))`;

/** A cast also takes exponents, hexadecimals and spaces; none has eighteen places and so many digits, but for these letters. */
const plain = (text: string): string => `NOT contains(${text}, 'e') AND NOT contains(${text}, 'E') AND NOT contains(${text}, 'x')`;

const EIGHTEEN_DIGITS = '100000000000000000';
const notIdentity = { zh: '不是 18 位公民身份号码', en: 'is no identity number of 18 places' };

/** Nought modulo 11 where the last place is right. */
const identitySum = (column: (name: string) => string): string =>
  `${weightedDigits(column('number'), IDENTITY.weights, IDENTITY.modulus)} + CASE WHEN ${column('x')} THEN 10 ELSE 0 END - ${IDENTITY.remainder}`;

/** No text makes a number that its weighted sum would not hold. */
const PLACES = `% 1${'0'.repeat(18)}`;
const eighteenDigits = (text: string): string =>
  `(CASE WHEN suffix(${text}, 'X') THEN TRY_CAST(concat(left(${text}, 17), '0') AS BIGINT) ELSE TRY_CAST(${text} AS BIGINT) END ${PLACES})`;

const identityNumber: Meaning = {
  columns: (text) => ({
    // X is told apart and counted as nought, so that eighteen places are one number.
    x: `suffix(${text}, 'X')`,
    number: eighteenDigits(text),
    // Month and day of birth, MMDD.
    day: `CAST(${eighteenDigits(text)} // 10000 % 10000 AS INTEGER)`,
  }),
  suspects: (text, column) => {
    const number = column('number');
    const day = column('day');
    return `${text} IS NOT NULL AND (${noDigits(text, number, 18)} OR (${identitySum(column)}) % ${IDENTITY.modulus} <> 0 OR ${day} < 101 OR ${day} > 1231 OR ${day} % 100 = 0 OR ${day} IN (229, 230) OR (${day} % 100 > 30 AND ${day} NOT IN (131, 331, 531, 731, 831, 1031, 1231)))`;
  },
  checks: (text, column) => {
    const number = column('number');
    const [year, month, day] = [`(${number} // 100000000 % 10000)`, `(${number} // 1000000 % 100)`, `(${number} // 10000 % 100)`];
    const leap = `((${year} % 4 = 0 AND ${year} % 100 <> 0) OR ${year} % 400 = 0)`;
    const last = `CASE ${month} WHEN 2 THEN CASE WHEN ${leap} THEN 29 ELSE 28 END WHEN 4 THEN 30 WHEN 6 THEN 30 WHEN 9 THEN 30 WHEN 11 THEN 30 ELSE 31 END`;
    return [
      {
        id: 'identity-number',
        text: notIdentity,
        breaks: `${text} IS NOT NULL AND (strlen(${text}) <> 18 OR ${number} IS NULL OR ${number} < ${EIGHTEEN_DIGITS} OR NOT (${plain(text)}))`,
      },
      {
        id: 'check-digit',
        text: { zh: '校验码不对（GB 11643）', en: 'has a wrong check digit (GB 11643)' },
        breaks: `(${identitySum(column)}) % ${IDENTITY.modulus} <> 0`,
      },
      {
        id: 'birth-date',
        text: { zh: '其中的出生日期不存在', en: 'says a day of birth that there is not' },
        breaks: `${month} NOT BETWEEN 1 AND 12 OR ${day} < 1 OR (${day} > 28 AND ${day} > ${last})`,
      },
    ];
  },
  taken: {
    'birth-date': (column) => `(${column('number')} // 10000 % 100000000)`,
    gender: (column) => `CASE WHEN ${column('number')} // 10 % 2 = 1 THEN '1' ELSE '2' END`,
  },
};

const signValue = (sign: string): string => `(strpos('${CREDIT.alphabet}', ${sign}) - 1)`;

const creditCode: Meaning = {
  columns: (text) => ({ number: `TRY_CAST(left(${text}, 17) AS BIGINT) ${PLACES}` }),
  // Most have no letter before the last place; the others are looked at sign by sign.
  suspects: (text, column) => {
    const { modulus, alphabet, weights } = CREDIT;
    const number = column('number');
    const rest = `(${weightedDigits(number, weights.slice(0, 17), modulus)} % ${modulus})`;
    const right = `substr('${alphabet}', 1 + (${2 * modulus} - ${rest}) % ${modulus}, 1)`;
    return `${text} IS NOT NULL AND (${noDigits(text, number, 18, `1${'0'.repeat(16)}`)} OR NOT suffix(${text}, ${right}))`;
  },
  checks: (text, column) => {
    const digits = weightedDigits(column('number'), CREDIT.weights.slice(0, 17), CREDIT.modulus);
    const signs = CREDIT.weights.slice(0, 17).map((weight, place) => `${weight} * ${signValue(`substr(${text}, ${place + 1}, 1)`)}`);
    const isNumber = `coalesce(${column('number')} >= ${EIGHTEEN_DIGITS.slice(0, -1)} AND ${plain(text)}, false)`;
    const sum = `CASE WHEN ${isNumber} THEN ${digits} ELSE ${signs.join(' + ')} END + ${signValue(`right(${text}, 1)`)}`;
    return [
      {
        id: 'credit-code',
        text: { zh: '不是 18 位统一社会信用代码', en: 'is no credit code of 18 places' },
        breaks: `${text} IS NOT NULL AND (strlen(${text}) <> 18 OR (NOT (${isNumber}) AND NOT regexp_full_match(${text}, '[${CREDIT.alphabet}]{18}')) OR ${signValue(`right(${text}, 1)`)} < 0)`,
      },
      {
        id: 'check-digit',
        text: { zh: '校验码不对（GB 32100）', en: 'has a wrong check digit (GB 32100)' },
        breaks: `(${sum}) % ${CREDIT.modulus} <> 0`,
      },
    ];
  },
};

/** Mobile numbers of the mainland; landlines with their area code. */
const phone: Meaning = {
  columns: (text) => ({ number: `TRY_CAST(${text} AS BIGINT)` }),
  suspects: (text, column) => {
    const number = column('number');
    return `${text} IS NOT NULL AND (${noDigits(text, number, 11, '13000000000')} OR ${number} > 19999999999)`;
  },
  checks: (text, column) => [
    {
      id: 'phone',
      text: { zh: '不是手机号，也不是带区号的座机号', en: 'is neither a mobile number nor a landline with its area code' },
      breaks: `NOT (strlen(${text}) = 11 AND coalesce(${column('number')} BETWEEN 13000000000 AND 19999999999, false) AND ${plain(text)}) AND NOT regexp_full_match(${text}, ${literal('0\\d{2,3}-?\\d{7,8}')})`,
    },
  ],
};

export const MEANINGS: Readonly<Record<Semantic, Meaning>> = { 'identity-number': identityNumber, 'credit-code': creditCode, phone };
