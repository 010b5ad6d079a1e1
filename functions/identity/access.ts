/**
 * Who may do what, as data. Deny by default: what is not written here is refused.
 * A scope says where: in the principal's own towns, or in the whole district.
 */
export const ACTIONS = [
  'profile:read',
  'district:read',
  'devices:read',
  'alerts:read',
  'incidents:read',
  'incidents:acknowledge',
  'incidents:resolve',
  'phones:read',
  'live:subscribe',
] as const;
export type Action = (typeof ACTIONS)[number];

export const ROLES = ['duty-officer', 'commander', 'city-liaison', 'devops', 'citizen'] as const;
export type Role = (typeof ROLES)[number];

type Reach = 'own-towns' | 'district';

const watching = ['profile:read', 'district:read', 'devices:read', 'alerts:read', 'incidents:read', 'live:subscribe'] as const;
const handling = [...watching, 'incidents:acknowledge', 'incidents:resolve'] as const;

const GRANTS: Readonly<Record<Role, { readonly reach: Reach; readonly actions: readonly Action[] }>> = {
  'duty-officer': { reach: 'own-towns', actions: handling },
  commander: { reach: 'district', actions: handling },
  'city-liaison': { reach: 'district', actions: handling },
  devops: { reach: 'district', actions: [...watching, 'phones:read'] },
  citizen: { reach: 'own-towns', actions: ['profile:read', 'district:read'] },
};

/** Who is calling, from a verified token. */
export interface Principal {
  /** The token's `sub`; for people on rosters the same as their person id. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Town ids; empty for people of the district or the city. */
  readonly towns: readonly string[];
}

/** The towns in which the principal may do this: a list, `'all'`, or `'none'`. */
export const reach = (principal: Principal, action: Action): readonly string[] | 'all' | 'none' => {
  const grants = principal.roles.map((role) => GRANTS[role]).filter((grant) => grant?.actions.includes(action));
  if (grants.some((grant) => grant.reach === 'district')) return 'all';
  return grants.length > 0 ? principal.towns : 'none';
};

/** May the principal do this in this town? Without a town: anywhere at all? */
export const may = (principal: Principal, action: Action, town?: string): boolean => {
  const where = reach(principal, action);
  if (where === 'all') return true;
  if (where === 'none') return false;
  return town === undefined || where.includes(town);
};
