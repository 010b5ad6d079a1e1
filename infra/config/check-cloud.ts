/** The cloud's catalogue: kinds, zones and limits that speak of each other. What is reserved by a misspelt name would be reserved from nothing. */
import { type Draft, type Entry, field, isRecord } from './draft.ts';
import { again, duplicates, reference } from './names.ts';
import { describe, NOTHING, type Path, type Problem } from './problem.ts';

const KIND = { zh: '已有的资源种类', en: 'a kind of resource' };

type At = Entry<unknown>['problem'];

/** Amounts or limits, by kind: each name must be one of the kinds. */
const checkKinds = (byKind: unknown, path: Path, problem: At, { cloud }: Draft): Problem[] =>
  (isRecord(byKind) ? Object.keys(byKind) : []).flatMap((kind) => {
    const unknown = reference(KIND, kind, cloud.kinds);
    return unknown ? [problem([...path, kind], unknown, 'key')] : [];
  });

const checkZones = (draft: Draft): Problem[] =>
  draft.cloud.zones.sound.flatMap(({ value, problem }) => [
    ...checkKinds(value.capacity, ['capacity'], problem, draft),
    ...value.dataClasses.flatMap((id, index) => {
      const unknown = reference({ zh: '已有的数据类别', en: 'a class of data' }, id, draft.cloud.dataClasses);
      return unknown ? [problem(['dataClasses', index], unknown)] : [];
    }),
  ]);

const checkLimits = (draft: Draft): Problem[] => {
  const seen = new Set<string>();
  return draft.cloud.limits.sound.flatMap(({ value, problem }) => {
    const department = reference({ zh: '已有的部门', en: 'a department' }, value.department, draft.departments);
    const zone = reference({ zh: '已有的区域', en: 'a zone' }, value.zone, draft.cloud.zones);
    const key = JSON.stringify([value.department, value.zone]);
    const twice = seen.has(key);
    seen.add(key);
    const expected = { zh: '每个部门在每个区域只写一次', en: 'each department once in each zone' };
    return [
      ...(department ? [problem(['department'], department)] : []),
      ...(zone ? [problem(['zone'], zone)] : []),
      ...(twice ? [problem(['department'], { expected, found: again(value.department) })] : []),
      ...checkKinds(value.limits, ['limits'], problem, draft),
    ];
  });
};

/** A kind without a limit of its own would be disabled for everybody: that is written as 0, not left out. */
const checkDefault = (draft: Draft): Problem[] => {
  const limits = field(field(field(draft.district.value, 'cloud'), 'limits'), 'default');
  if (!isRecord(limits)) return [];
  const path = ['cloud', 'limits', 'default'];
  const missing = draft.cloud.kinds.sound.filter(({ value }) => !Object.hasOwn(limits, value.id));
  return [
    ...checkKinds(limits, path, draft.district.problem, draft),
    ...missing.map(({ value: { id } }) =>
      draft.district.problem([...path, id], {
        expected: { zh: `${id} 的上限（-1 不限，0 停用）`, en: `a limit for ${id} (-1 unlimited, 0 disabled)` },
        found: NOTHING,
      }),
    ),
  ];
};

const checkStandard = (draft: Draft): Problem[] => {
  const standard = field(field(field(draft.district.value, 'cloud'), 'rules'), 'standard');
  const path = ['cloud', 'rules', 'standard', 'amounts'];
  return checkKinds(field(standard, 'amounts'), path, draft.district.problem, draft);
};

/** What passes by rule may not last longer than what may be asked for at all. */
const checkMonths = (draft: Draft): Problem[] => {
  const rules = field(field(draft.district.value, 'cloud'), 'rules');
  const standard = field(field(rules, 'standard'), 'months');
  const most = field(field(rules, 'maximumMonths'), 'production');
  if (typeof standard !== 'number' || typeof most !== 'number' || standard <= most) return [];
  const expected = { zh: `不超过 maximumMonths.production（${most}）`, en: `at most maximumMonths.production (${most})` };
  return [draft.district.problem(['cloud', 'rules', 'standard', 'months'], { expected, found: describe(standard) })];
};

export const checkCloud = (draft: Draft): Problem[] => [
  ...duplicates({ zh: '资源种类', en: 'kind' }, draft.cloud.kinds),
  ...duplicates({ zh: '数据类别', en: 'class of data' }, draft.cloud.dataClasses),
  ...duplicates({ zh: '区域', en: 'zone' }, draft.cloud.zones),
  ...duplicates({ zh: '规格', en: 'preset' }, draft.cloud.presets),
  ...checkZones(draft),
  ...checkLimits(draft),
  ...checkDefault(draft),
  ...draft.cloud.presets.sound.flatMap(({ value, problem }) => checkKinds(value.amounts, ['amounts'], problem, draft)),
  ...checkStandard(draft),
  ...checkMonths(draft),
];
