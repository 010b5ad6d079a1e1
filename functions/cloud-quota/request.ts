/** What a case hands over, read field by field: a form's definition may change, what is reserved must not depend on its being right. */
import type { Finding } from '#events/casework.ts';
import type { Environment } from '#events/cloud-quota.ts';
import type { Text } from '#events/envelope.ts';
import { type Amounts, amountOf, isNothing, kindsOf } from './amounts.ts';
import { type Cloud, unknownKinds, zoneOf } from './catalogue.ts';
import * as words from './words.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Application {
  readonly system: { readonly systemId?: string; readonly name: string; readonly level: number };
  readonly dataClasses: readonly string[];
  readonly zone: string;
  readonly environment: Environment;
  /** What is granted, where it differs from what was asked for. */
  readonly amounts: Amounts;
  readonly months: number;
  readonly budgetFenPerMonth?: number;
}

export type Read<T> = { readonly value: T } | { readonly findings: readonly Finding[] };

const EXPECTED = {
  text: { zh: '不超过 200 字的文本', en: 'a text of up to 200 characters' },
  level: { zh: '1 到 4 的整数', en: 'a whole number from 1 to 4' },
  months: { zh: '1 到 120 的整数', en: 'a whole number from 1 to 120' },
  environment: { zh: 'production 或 test', en: 'production or test' },
  classes: { zh: '数据类别的列表', en: 'a list of classes of data' },
  amount: { zh: '不为负的整数', en: 'a whole number that is not negative' },
  amounts: { zh: '各类资源的数量', en: 'amounts by kind' },
} as const satisfies Record<string, Text>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const MOST = 1_000_000_000;

/** Collects what is wrong while it reads; what could not be read is a value that nobody looks at. */
class Reader {
  readonly findings: Finding[] = [];
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  #at(pointer: string): unknown {
    return pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((value, name) => (isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined), this.#fields);
  }

  has(pointer: string): boolean {
    return this.#at(pointer) !== undefined && this.#at(pointer) !== null;
  }

  #wrong<T>(pointer: string, expected: Text, instead: T): T {
    this.findings.push(words.invalidField(pointer, expected));
    return instead;
  }

  text(pointer: string): string {
    const value = this.#at(pointer);
    const good = typeof value === 'string' && value.trim() !== '' && value.length <= 200;
    return good ? value.trim() : this.#wrong(pointer, EXPECTED.text, '');
  }

  whole(pointer: string, least: number, most: number, expected: Text): number {
    const value = this.#at(pointer);
    return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? (value as number)
      : this.#wrong(pointer, expected, 0);
  }

  environment(pointer: string): Environment {
    const value = this.#at(pointer);
    return value === 'production' || value === 'test' ? value : this.#wrong(pointer, EXPECTED.environment, 'test');
  }

  texts(pointer: string): string[] {
    const value = this.#at(pointer);
    const good = Array.isArray(value) && value.length <= 50 && value.every((one) => typeof one === 'string');
    return good ? [...new Set(value as string[])] : this.#wrong(pointer, EXPECTED.classes, []);
  }

  /** Kinds that the catalogue has; those of which there is nothing are left out, unless they are to be told. */
  amounts(pointer: string, cloud: Cloud): Amounts {
    const value = this.#at(pointer);
    if (!isFields(value)) return this.#wrong(pointer, EXPECTED.amounts, {});
    const given = Object.entries(value);
    for (const [kind, amount] of given) {
      const good = Number.isInteger(amount) && (amount as number) >= 0 && (amount as number) <= MOST;
      if (!good) this.findings.push(words.invalidField(`${pointer}/${kind}`, EXPECTED.amount));
    }
    for (const kind of unknownKinds(cloud, value as Amounts)) this.findings.push(words.unknownKind(kind));
    return value as Amounts;
  }

  done<T>(value: T): Read<T> {
    return this.findings.length > 0 ? { findings: this.findings } : { value };
  }
}

const named = (amounts: Amounts): Amounts => Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== 0));

/** Of what is asked for, so much is granted: all of it where the decision says nothing else. */
const granted = (reader: Reader, asked: Amounts, cloud: Cloud): Amounts => {
  if (!reader.has('/granted')) return asked;
  const amounts = reader.amounts('/granted', cloud);
  for (const kind of kindsOf(amounts)) {
    if (amountOf(amounts, kind) > amountOf(asked, kind)) reader.findings.push(words.grantedMoreThanAsked(kind));
  }
  return amounts;
};

export const readApplication = (fields: Fields, cloud: Cloud): Read<Application> => {
  const reader = new Reader(fields);
  const zone = reader.text('/zone');
  if (zone !== '' && !zoneOf(cloud, zone)) reader.findings.push(words.unknownZone(zone));
  const asked = reader.amounts('/amounts', cloud);
  const amounts = named(granted(reader, asked, cloud));
  if (reader.findings.length === 0 && isNothing(amounts)) reader.findings.push(words.nothingAsked());
  return reader.done({
    system: {
      ...(reader.has('/system/id') && { systemId: reader.text('/system/id') }),
      name: reader.text('/system/name'),
      level: reader.whole('/system/level', 1, 4, EXPECTED.level),
    },
    dataClasses: reader.texts('/dataClasses'),
    zone,
    environment: reader.environment('/environment'),
    amounts,
    months: reader.whole('/months', 1, 120, EXPECTED.months),
    ...(reader.has('/budgetFenPerMonth') && {
      budgetFenPerMonth: reader.whole('/budgetFenPerMonth', 0, MOST * 100, EXPECTED.amount),
    }),
  });
};

/** The new amounts of an allocation: those that are named change, the others stay. */
export const readResizing = (fields: Fields, current: Amounts, cloud: Cloud): Read<Amounts> => {
  const reader = new Reader(fields);
  const asked = reader.amounts('/amounts', cloud);
  const to = reader.has('/granted') ? reader.amounts('/granted', cloud) : asked;
  // Granted in part: of an increase no more than was asked for.
  for (const kind of kindsOf(to)) {
    if (amountOf(to, kind) > Math.max(amountOf(asked, kind), amountOf(current, kind)))
      reader.findings.push(words.grantedMoreThanAsked(kind));
  }
  const next = named({ ...current, ...to });
  if (reader.findings.length === 0 && isNothing(next)) reader.findings.push(words.nothingAsked());
  return reader.done(next);
};

export const readMonths = (fields: Fields): Read<number> => {
  const reader = new Reader(fields);
  return reader.done(reader.whole('/months', 1, 120, EXPECTED.months));
};

export const readTarget = (fields: Fields): Read<string> => {
  const reader = new Reader(fields);
  return reader.done(reader.text('/to'));
};

export const allocationNamed = (fields: Fields): string | undefined =>
  typeof fields.allocationId === 'string' && /^alc_[0-9A-HJKMNP-TV-Z]{26}$/.test(fields.allocationId) ? fields.allocationId : undefined;

export const zoneNamed = (fields: Fields): string | undefined => (typeof fields.zone === 'string' ? fields.zone : undefined);
