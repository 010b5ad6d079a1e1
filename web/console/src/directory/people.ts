/** The directory as people look for it. Pure. */
import type { OfficerView } from './requests.ts';

export interface Place {
  readonly department: string;
  readonly officers: readonly OfficerView[];
}

/** By department, in the district's order; somebody with duties in two stands in both. Without duties: in none, at the end. */
export const byDepartment = (officers: readonly OfficerView[], departments: readonly string[]): Place[] => {
  const holds = (officer: OfficerView, department: string) => officer.duties.some((duty) => duty.department === department);
  const places = departments.map((department) => ({ department, officers: officers.filter((officer) => holds(officer, department)) }));
  const nowhere = officers.filter((officer) => !departments.some((department) => holds(officer, department)));
  return [...places, { department: '', officers: nowhere }].filter(({ officers: some }) => some.length > 0);
};

/** Duties that mean something in the bureau alone. */
const BUREAU_ONLY: readonly string[] = ['reviewer', 'approver', 'operator', 'registrar', 'auditor'];
const DUTIES = ['it-officer', 'head', 'reviewer', 'approver', 'operator', 'registrar', 'auditor'] as const;
export type DutyName = (typeof DUTIES)[number];

export const dutiesIn = (department: string | undefined, bureau: string): DutyName[] =>
  DUTIES.filter((duty) => department === bureau || !BUREAU_ONLY.includes(duty));

/** Colleagues who may act for somebody there. */
export const deputiesIn = (officers: readonly OfficerView[], department: string, self: string, today: string): OfficerView[] =>
  officers.filter(
    ({ id, kind, duties, leftOn }) =>
      id !== self && kind === 'person' && (leftOn === undefined || leftOn > today) && duties.some((duty) => duty.department === department),
  );

const DAY = 86_400_000;
/** A calendar day so many days later. */
export const daysLater = (day: string, days: number): string => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
