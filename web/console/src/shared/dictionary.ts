/** Words in both languages, side by side: a missing or differently parameterised one fails to compile. Each area of the console brings its own. */
export type Language = 'zh' | 'en';

export interface Pair<T> {
  readonly zh: T;
  readonly en: T;
}
export function both(zh: string, en: string): Pair<string>;
export function both<A extends unknown[]>(zh: (...a: A) => string, en: (...a: A) => string): Pair<(...a: A) => string>;
export function both(zh: unknown, en: unknown): Pair<unknown> {
  return { zh, en };
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

type Dictionary = Readonly<Record<string, Readonly<Record<string, Pair<unknown>>>>>;

export type Of<D> = { readonly [Area in keyof D]: { readonly [Key in keyof D[Area]]: D[Area][Key] extends Pair<infer T> ? T : never } };

const inLanguage = (dictionary: Dictionary, language: Language) =>
  Object.fromEntries(
    Object.entries(dictionary).map(([area, entries]) => [
      area,
      Object.fromEntries(Object.entries(entries).map(([key, pair]) => [key, pair[language]])),
    ]),
  );

export const inLanguages = <D extends Dictionary>(dictionary: D): Readonly<Record<Language, Of<D>>> =>
  ({ zh: inLanguage(dictionary, 'zh'), en: inLanguage(dictionary, 'en') }) as unknown as Readonly<Record<Language, Of<D>>>;
