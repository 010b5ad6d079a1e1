/** Departments and the officers with whom the directory begins. */
import type { Officer } from '#functions/identity/officer.ts';
import { BUREAU_DUTIES } from '#functions/identity/terms.ts';
import { type Draft, type Entry, field } from './draft.ts';
import { duplicates, reference } from './names.ts';
import type { Problem } from './problem.ts';

const DEPARTMENT = { zh: '已有的部门', en: 'a department' };

const checkOfficer = ({ value, problem }: Entry<Officer>, draft: Draft, bureau: unknown): Problem[] =>
  value.duties.flatMap(({ department, duty }, index) => {
    const unknown = reference(DEPARTMENT, department, draft.departments);
    if (unknown) return [problem(['duties', index, 'department'], unknown)];
    if (!BUREAU_DUTIES.includes(duty) || department === bureau || typeof bureau !== 'string') return [];
    const expected = { zh: `大数据主管部门（${bureau}）`, en: `the bureau (${bureau}), where alone this duty means something` };
    return [problem(['duties', index, 'department'], { expected, found: { zh: `"${department}"`, en: `"${department}"` } })];
  });

export const checkDepartments = (draft: Draft): Problem[] => {
  const bureau = field(draft.district.value, 'bureau');
  const unknownBureau = typeof bureau === 'string' ? reference(DEPARTMENT, bureau, draft.departments) : undefined;
  return [
    ...duplicates({ zh: '部门', en: 'department' }, draft.departments),
    ...duplicates({ zh: '人员', en: 'officer' }, draft.officers),
    ...(unknownBureau ? [draft.district.problem(['bureau'], unknownBureau)] : []),
    ...draft.officers.sound.flatMap((officer) => checkOfficer(officer, draft, bureau)),
  ];
};
