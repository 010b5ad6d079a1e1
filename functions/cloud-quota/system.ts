/** The register of the district's systems: whose they are, how they are protected, where they run; and what follows: 上云率. */
import { SystemRegistered } from '#events/cloud-quota.ts';
import { type Occurrence, occurred } from '#events/envelope.ts';
import { maskText } from '#functions/identity/masking.ts';

export interface Owner {
  readonly name: string;
  readonly phone: string;
}

export interface System {
  readonly systemId: string;
  readonly department: string;
  readonly name: string;
  /** 等保级别 */
  readonly level: number;
  /** Personal data: shown whole only to those who keep the entry, when they ask for it. */
  readonly owner?: Owner;
  readonly dataClasses: readonly string[];
  /** Where it runs while it is not in the cloud, in words. */
  readonly elsewhere?: string;
}

export const registered = (system: System): Occurrence => {
  const { systemId, department, name, level } = system;
  return occurred(SystemRegistered, [systemId], { systemId, department, name, level });
};

export const masked = (owner: Owner): Owner => ({ name: maskText('name', owner.name), phone: maskText('phone', owner.phone) });

export interface Adoption {
  readonly department: string;
  readonly systems: number;
  readonly inCloud: number;
}

/** By department, those without systems left out. `inCloud` names the systems that have something allocated. */
export const adoption = (systems: readonly System[], inCloud: ReadonlySet<string>): Adoption[] => {
  const departments = [...new Set(systems.map(({ department }) => department))];
  return departments.map((department) => {
    const own = systems.filter((system) => system.department === department);
    return { department, systems: own.length, inCloud: own.filter(({ systemId }) => inCloud.has(systemId)).length };
  });
};
