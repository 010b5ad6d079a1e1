/** The register of the district's systems: whose they are, how they are protected, where they run; and what follows: 上云率. */
import { SystemRegistered } from '#events/cloud-quota.ts';
import { type Occurrence, occurred } from '#events/envelope.ts';

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
  /** Personal data: shown whole to those who keep the register only. */
  readonly owner?: Owner;
  readonly dataClasses: readonly string[];
  /** Where it runs while it is not in the cloud, in words. */
  readonly elsewhere?: string;
}

export const registered = (system: System): Occurrence => {
  const { systemId, department, name, level } = system;
  return occurred(SystemRegistered, [systemId], { systemId, department, name, level });
};

/** 张三丰 → 张**; all but the surname, which says whom to ask for. */
const maskedName = (name: string): string => {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(rest.length);
};

/** 13800000001 → 138****0001 (GB/T 37964 speaks of 屏蔽: the middle goes). */
const maskedPhone = (phone: string): string => {
  const kept = phone.length > 8 ? 4 : Math.floor(phone.length / 4);
  const head = phone.length > 8 ? phone.length - 8 : kept;
  return phone.slice(0, head) + '*'.repeat(phone.length - head - kept) + phone.slice(phone.length - kept);
};

export const masked = (owner: Owner): Owner => ({ name: maskedName(owner.name), phone: maskedPhone(owner.phone) });

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
