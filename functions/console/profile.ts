/** Who somebody is, in words, and all that they may do anywhere. */
import { ACTIONS, DUTY_NAMES, departmentsHeld, may, type Principal } from '#functions/identity/access.ts';
import type { DistrictView, Profile } from './api.ts';

/** A department that the district has given up goes by its id. */
const nameOf = (id: string, { departments }: DistrictView) => departments.find((one) => one.id === id)?.name ?? { zh: id, en: id };

export const profileOf = (principal: Principal, district: DistrictView): Profile => {
  const { kind, id, name, roles, towns, duties } = principal;
  const named = (department: string) => ({ id: department, name: nameOf(department, district) });
  return {
    kind,
    id,
    name,
    roles: [...roles],
    towns: [...towns],
    duties: duties.map(({ department, duty, for: whose }) => ({
      department: named(department),
      duty,
      name: DUTY_NAMES[duty],
      ...(whose !== undefined && { for: whose }),
    })),
    departments: departmentsHeld(principal).map(named),
    actions: ACTIONS.filter((action) => may(principal, action)),
  };
};
