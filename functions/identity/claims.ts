/** What a verified token says of its bearer. Claims are an issuer's words: which ones hold roles and towns is configured. */
import { ROLES, type Role } from './terms.ts';

export interface ClaimNames {
  readonly roles: string;
  readonly towns: string;
}

/** What an issuer knows of a caller; duties are the directory's to say. */
export interface Identified {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly towns: readonly string[];
}

export interface Unacceptable {
  readonly reason: string;
}

const list = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.filter((one): one is string => typeof one === 'string');
  return typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : [];
};

/** Ids that could not be told from two others once they are joined for the request's context. */
const isPlain = (id: string): boolean => /^[\w.:@-]{1,128}$/.test(id);

/** Roles that nobody here knows are left out; without any, the bearer is known and may do nothing. */
export const principalFrom = (claims: Readonly<Record<string, unknown>>, names: ClaimNames): Identified | Unacceptable => {
  const { sub, name } = claims;
  if (typeof sub !== 'string' || !isPlain(sub)) return { reason: 'no usable sub' };
  return {
    id: sub,
    name: typeof name === 'string' ? name : sub,
    roles: list(claims[names.roles]).filter((role): role is Role => (ROLES as readonly string[]).includes(role)),
    towns: [...new Set(list(claims[names.towns]).filter(isPlain))],
  };
};
