/** The words in which callers are described. Apart from access.ts: who only passes a caller on carries no policy engine. */
import type { Text } from '#events/envelope.ts';

/** What a token's issuer says of its bearer. */
export const ROLES = ['duty-officer', 'commander', 'city-liaison', 'devops', 'citizen'] as const;
export type Role = (typeof ROLES)[number];

/** What the directory says: a duty is held in a department. */
export const DUTIES = ['it-officer', 'head', 'reviewer', 'approver', 'operator', 'registrar', 'auditor'] as const;
export type DutyName = (typeof DUTIES)[number];

/** These mean something in the bureau only. */
export const BUREAU_DUTIES: readonly DutyName[] = ['reviewer', 'approver', 'operator', 'registrar', 'auditor'];

export const DUTY_NAMES: Readonly<Record<DutyName, Text>> = {
  'it-officer': { zh: '信息员', en: 'IT officer' },
  head: { zh: '分管领导', en: 'Head' },
  reviewer: { zh: '审核岗', en: 'Reviewer' },
  approver: { zh: '审批岗', en: 'Approver' },
  operator: { zh: '运维岗', en: 'Operator' },
  registrar: { zh: '人员登记岗', en: 'Registrar' },
  auditor: { zh: '审计岗', en: 'Auditor' },
};

export interface Duty {
  readonly department: string;
  readonly duty: DutyName;
  /** Whose duty it is, where it is held by delegation. */
  readonly for?: string;
}

/** Who is calling: a verified token's words, and the directory's. */
export interface Principal {
  readonly kind: 'person' | 'service';
  /** The token's `sub`; for people on rosters the same as their person id. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Town ids; empty for people of the district or the city. */
  readonly towns: readonly string[];
  readonly duties: readonly Duty[];
  /** The department that runs the platform (大数据主管部门). */
  readonly bureau: string;
}

/** Where the principal holds a duty, by delegation too; each department once. */
export const departmentsHeld = ({ duties }: Pick<Principal, 'duties'>): string[] => [
  ...new Set(duties.map(({ department }) => department)),
];
