/** Departments and the officers with whom the directory begins. */
import { isDay } from '#functions/identity/directory.ts';
import type { Officer } from '#functions/identity/officer.ts';
import { BUREAU_DUTIES } from '#functions/identity/terms.ts';
import { type Draft, type Entry, field } from './draft.ts';
import { again, duplicates, reference } from './names.ts';
import { describe, type Path, type Problem } from './problem.ts';

const DEPARTMENT = { zh: '已有的部门', en: 'a department' };

const DAY = { zh: '存在的日期', en: 'a day that exists' };

const checkDays = ({ value, problem }: Entry<Officer>): Problem[] => {
  const check = (path: Path, day: string | undefined, after?: string): Problem[] => {
    if (day === undefined) return [];
    if (!isDay(day)) return [problem(path, { expected: DAY, found: describe(day) })];
    const expected = { zh: `不早于 from（${after}）的日期`, en: `a day not before from (${after})` };
    return after !== undefined && day < after ? [problem(path, { expected, found: describe(day) })] : [];
  };
  return [
    ...check(['leftOn'], value.leftOn),
    ...value.duties.flatMap(({ from, until }, index) => [
      ...check(['duties', index, 'from'], from),
      ...check(['duties', index, 'until'], until, from),
    ]),
  ];
};

const checkOfficer = ({ value, problem }: Entry<Officer>, draft: Draft, bureau: unknown): Problem[] =>
  value.duties.flatMap(({ department, duty }, index) => {
    const unknown = reference(DEPARTMENT, department, draft.departments);
    if (unknown) return [problem(['duties', index, 'department'], unknown)];
    const first = value.duties.findIndex((one) => one.department === department && one.duty === duty);
    if (first < index) return [problem(['duties', index], { expected: { zh: '不重复的职责', en: 'each duty once' }, found: again(duty) })];
    if (!BUREAU_DUTIES.includes(duty) || department === bureau || typeof bureau !== 'string') return [];
    const expected = { zh: `大数据主管部门（${bureau}）`, en: `the bureau (${bureau}), where alone this duty means something` };
    return [problem(['duties', index, 'department'], { expected, found: describe(department) })];
  });

export const checkDepartments = (draft: Draft): Problem[] => {
  const bureau = field(draft.district.value, 'bureau');
  const unknownBureau = typeof bureau === 'string' ? reference(DEPARTMENT, bureau, draft.departments) : undefined;
  return [
    ...duplicates({ zh: '部门', en: 'department' }, draft.departments),
    ...duplicates({ zh: '人员', en: 'officer' }, draft.officers),
    ...(unknownBureau ? [draft.district.problem(['bureau'], unknownBureau)] : []),
    ...draft.officers.sound.flatMap((officer) => [...checkOfficer(officer, draft, bureau), ...checkDays(officer)]),
  ];
};
