/** School canteens: what is served, and what the day's inspection found. Decisions only; api.ts reads and writes. */

export const MEALS = ['breakfast', 'lunch', 'dinner'] as const;
export type Meal = (typeof MEALS)[number];

/** 每日检查项：留样、温度、消毒、从业人员健康 What is looked at every day. */
export const CHECKS = ['food-samples', 'temperature', 'disinfection', 'staff-health'] as const;
export type Check = (typeof CHECKS)[number];

export interface Menu {
  readonly school: string;
  readonly date: string;
  readonly dishes: Partial<Readonly<Record<Meal, readonly string[]>>>;
}

export interface Inspection {
  readonly school: string;
  readonly date: string;
  readonly passed: boolean;
  readonly failed: readonly Check[];
}

/** What only the school and the bureau see. */
export interface Sheet extends Inspection {
  readonly findings: Readonly<Record<Check, { readonly passed: boolean; readonly note?: string }>>;
  readonly reportedBy: string;
}

export interface Refusal {
  readonly status: 400 | 403 | 404;
  readonly zh: string;
  readonly en: string;
}

export interface Place {
  readonly school: string;
  readonly date: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= most;

const invalid = (zh: string, en: string): Refusal => ({ status: 400, zh, en });
export const isRefusal = (value: object): value is Refusal => 'status' in value;

const isDay = (date: string): boolean => {
  const time = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(date);
};

export const placeOf = (school = '', date = ''): Place | Refusal => {
  if (!/^[a-z0-9-]{1,40}$/.test(school))
    return invalid('学校代码应为小写字母、数字和连字符', 'a school’s id has lower-case letters, digits and hyphens');
  if (!isDay(date)) return invalid('日期应形如 2026-09-01', 'a date looks like 2026-09-01');
  return { school, date };
};

const isDishes = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.length <= 20 && value.every((dish) => isText(dish, 60));

/** `{ "lunch": ["番茄炒蛋", …] }` */
export const menuOf = (place: Place, body: unknown): Menu | Refusal => {
  const meals = isRecord(body) ? Object.entries(body) : [];
  const isMenu = meals.length > 0 && meals.every(([meal, dishes]) => MEALS.includes(meal as Meal) && isDishes(dishes));
  if (!isMenu)
    return invalid(
      `菜单应形如 { "lunch": ["番茄炒蛋"] }，餐次：${MEALS.join('、')}`,
      `a menu looks like { "lunch": ["…"] }; meals: ${MEALS.join(', ')}`,
    );
  return { ...place, dishes: Object.fromEntries(meals) };
};

const isFinding = (value: unknown): value is { readonly passed: boolean; readonly note?: string } =>
  isRecord(value) &&
  typeof value.passed === 'boolean' &&
  (value.note === undefined || isText(value.note, 500)) &&
  (value.passed || value.note !== undefined) &&
  Object.keys(value).every((name) => name === 'passed' || name === 'note');

/** `{ "food-samples": { "passed": true }, … }`: every check, and a note where one failed. */
export const sheetOf = (place: Place, body: unknown, reportedBy: string): Sheet | Refusal => {
  const findings = isRecord(body) ? body : {};
  const isWhole = CHECKS.every((check) => isFinding(findings[check])) && Object.keys(findings).length === CHECKS.length;
  if (!isWhole) {
    return invalid(
      `每项都要有结论，未通过的要说明：${CHECKS.join('、')}`,
      `each check needs { "passed": … }, and a note where it failed: ${CHECKS.join(', ')}`,
    );
  }
  const found = findings as Sheet['findings'];
  const failed = CHECKS.filter((check) => !found[check].passed);
  return { ...place, passed: failed.length === 0, failed, findings: found, reportedBy };
};

/** What parents see: not who wrote it, nor the notes. */
export const published = ({ school, date, passed, failed }: Inspection): Inspection => ({ school, date, passed, failed });
