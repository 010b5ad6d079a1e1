/** Which files a form takes, told before anything is sent; why one was refused, in words. Pure. */
import type { FormPageWords } from './form-words.ts';
import type { FormView } from './requests.ts';

export type Rules = NonNullable<FormView['files']>;

const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  'application/pdf': ['pdf'],
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
  'text/csv': ['csv'],
  'text/plain': ['txt'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
};

const extensionOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

/** PDF、PNG、JPG */
export const typeNames = (types: readonly string[]): string =>
  types.map((type) => (EXTENSIONS[type]?.[0] ?? type).toUpperCase()).join('、');

/** What the browser's dialog offers. */
export const accepted = (types: readonly string[]): string =>
  [...types, ...types.flatMap((type) => EXTENSIONS[type] ?? []).map((extension) => `.${extension}`)].join(',');

/** Some systems don't tell a file's type: its name does then. */
export const typeOf = ({ name, type }: { readonly name: string; readonly type: string }): string =>
  type !== '' ? type : (Object.entries(EXTENSIONS).find(([, extensions]) => extensions.includes(extensionOf(name)))?.[0] ?? '');

export type Objection = 'wrongType' | 'tooLarge' | 'empty';

export const objectionTo = (
  file: { readonly name: string; readonly type: string; readonly size: number },
  rules: Rules,
): Objection | undefined => {
  if (!rules.types.includes(typeOf(file))) return 'wrongType';
  if (file.size === 0) return 'empty';
  return file.size > rules.maximumBytes ? 'tooLarge' : undefined;
};

/** As functions/casework/inspect.ts says it. */
export const refusalOf = (reason: string | undefined, words: FormPageWords['files']): string => {
  if (reason === undefined) return words.refused;
  if (/^has \d+ bytes/.test(reason)) return words.refusedBecause(words.wrongSize);
  if (/^(is |not-text)/.test(reason)) return words.refusedBecause(words.wrongContent);
  return words.refusedBecause(words.malware(reason));
};
