/** Device types, rules and plans: that they refer to what exists and leave no alert without a plan. */
import { LEVELS, type Level } from '#events/envelope.ts';
import type { DeviceType, Measure } from '#functions/devices/device-type.ts';
import type { Rule } from '#functions/devices/rule.ts';
import type { Plan } from '#functions/emergency/plan.ts';
import { type Draft, type Entry, joined, type Listing, type Pack } from './draft.ts';
import { duplicates, reference, unknownName } from './names.ts';
import { NOTHING, type Problem, same } from './problem.ts';

const checkMeasures = ({ value, problem }: Entry<DeviceType>): Problem[] =>
  value.measures.flatMap((measure, index) => {
    const problems: Problem[] = [];
    if (value.measures.findIndex(({ id }) => id === measure.id) < index) {
      const expected = { zh: '本设备类型内唯一的测量项 id', en: 'an id that no other measure of this device type has' };
      problems.push(
        problem(['measures', index, 'id'], {
          expected,
          found: { zh: `重复的 "${measure.id}"`, en: `"${measure.id}" again` },
        }),
      );
    }
    if (measure.minimum >= measure.maximum) {
      const expected = { zh: `大于 minimum（${measure.minimum}）的数`, en: `more than minimum (${measure.minimum})` };
      problems.push(problem(['measures', index, 'maximum'], { expected, found: same(String(measure.maximum)) }));
    }
    return problems;
  });

/** The levels that a rule has, mildest first. */
export const levelsOf = (rule: Rule): { level: Level; bound: number }[] =>
  LEVELS.flatMap((level) => {
    const bound = rule.levels[level];
    return bound === undefined ? [] : [{ level, bound }];
  });

/** Without binary dust: 4.6 − 4.1 is 0.5, not 0.4999999999999996. */
const tidy = (value: number): number => Number(value.toPrecision(12));

const checkBounds = ({ value: rule, problem }: Entry<Rule>, measure: Measure): Problem[] => {
  const { minimum, maximum } = measure;
  if (minimum >= maximum) return []; // has been reported
  const levels = levelsOf(rule);
  const sign = rule.when === 'above' ? 1 : -1;
  const outside = levels
    .filter(({ bound }) => bound < minimum || bound > maximum)
    .map(({ level, bound }) => {
      const range = `${measure.id} ${minimum} … ${maximum} ${measure.unit}`;
      const expected = { zh: `量程内的值（${range}）`, en: `a value within the measure's range (${range})` };
      return problem(['levels', level], { expected, found: same(String(bound)) });
    });
  const unordered: Problem[] = [];
  let nearest = Number.POSITIVE_INFINITY;
  levels.slice(1).forEach(({ level, bound }, index) => {
    const milder = levels[index];
    if (milder === undefined) return;
    const distance = tidy((bound - milder.bound) * sign);
    nearest = Math.min(nearest, distance);
    if (distance > 0) return;
    const than = `${milder.level} (${milder.bound})`;
    const expected = sign > 0 ? { zh: `大于 ${than} 的数`, en: `more than ${than}` } : { zh: `小于 ${than} 的数`, en: `less than ${than}` };
    unordered.push(problem(['levels', level], { expected, found: same(String(bound)) }));
  });
  const problems = [...outside, ...unordered];
  return problems.length > 0 ? problems : checkHysteresis({ value: rule, problem }, measure, nearest);
};

/** Too wide a hysteresis keeps a level past the next one's bound, or for ever. */
const checkHysteresis = ({ value: rule, problem }: Entry<Rule>, measure: Measure, nearest: number): Problem[] => {
  const mildest = levelsOf(rule)[0];
  if (mildest === undefined) return [];
  const room = tidy(rule.when === 'above' ? mildest.bound - measure.minimum : measure.maximum - mildest.bound);
  const found = same(String(rule.hysteresis));
  if (rule.hysteresis >= nearest) {
    const expected = {
      zh: `小于相邻级别间距（${nearest}）的数`,
      en: `less than the distance between neighbouring levels (${nearest})`,
    };
    return [problem(['hysteresis'], { expected, found })];
  }
  if (rule.hysteresis < room || rule.hysteresis === 0) return [];
  const expected = {
    zh: `小于 ${room} 的数（否则 ${mildest.level} 级到量程尽头也不会结束）`,
    en: `less than ${room} (or level ${mildest.level} never ends within the measure's range)`,
  };
  return [problem(['hysteresis'], { expected, found })];
};

const checkRule = (rule: Entry<Rule>, types: Listing<DeviceType>): Problem[] => {
  const { deviceType, measure } = rule.value;
  const unknown = reference({ zh: '已有的设备类型', en: 'a device type' }, deviceType, types);
  if (unknown) return [rule.problem(['deviceType'], unknown)];
  const type = types.sound.find(({ value }) => value.id === deviceType);
  // A misshapen type has been reported; what it measures is not known.
  if (type === undefined) return [];
  const measured = type.value.measures.find(({ id }) => id === measure);
  if (measured) return checkBounds(rule, measured);
  const measures = type.value.measures.map(({ id }) => id);
  return [rule.problem(['measure'], unknownName({ zh: `${deviceType} 的测量项`, en: `a measure of ${deviceType}` }, measure, measures))];
};

const checkPlan = (plan: Entry<Plan>, pack: Pack): Problem[] => {
  const { match, repeat, steps } = plan.value;
  const unknown = (match.rules ?? []).flatMap((rule, index) => {
    const missing = reference({ zh: `${pack.id} 包内的规则`, en: `a rule of pack ${pack.id}` }, rule, pack.rules);
    return missing ? [plan.problem(['match', 'rules', index], missing)] : [];
  });
  if (repeat.from < steps.length) return unknown;
  const last = steps.length - 1;
  const expected = { zh: `已有的步骤，从 0 数到 ${last}`, en: `a step that exists, counted from 0 to ${last}` };
  return [...unknown, plan.problem(['repeat', 'from'], { expected, found: same(String(repeat.from)) })];
};

const serves = (plan: Plan, rule: string, level: Level): boolean =>
  (plan.match.rules?.includes(rule) ?? true) && plan.match.levels.includes(level);

/** Every level of every rule needs a plan, or its alert would reach nobody. */
const checkCoverage = (pack: Pack): Problem[] => {
  // A misshapen plan may well be the one.
  if (!pack.plans.complete || pack.plans.sound.length < pack.plans.all.length) return [];
  return pack.rules.sound.flatMap(({ value: rule, problem }) =>
    levelsOf(rule)
      .filter(({ level }) => !pack.plans.sound.some((plan) => serves(plan.value, rule.id, level)))
      .map(({ level }) => {
        const expected = {
          zh: `${pack.id} 包内有预案响应 ${rule.id} 的 ${level} 级`,
          en: `a plan in pack ${pack.id} that matches ${rule.id} at ${level}`,
        };
        return problem(['levels', level], { expected, found: NOTHING }, 'key');
      }),
  );
};

export const checkPacks = ({ packs }: Draft): Problem[] => {
  const types = joined(packs.map(({ deviceTypes }) => deviceTypes));
  return [
    ...duplicates({ zh: '设备类型', en: 'device type' }, types),
    ...duplicates({ zh: '规则', en: 'rule' }, joined(packs.map(({ rules }) => rules))),
    ...duplicates({ zh: '预案', en: 'plan' }, joined(packs.map(({ plans }) => plans))),
    ...types.sound.flatMap(checkMeasures),
    ...packs.flatMap((pack) => [
      ...pack.rules.sound.flatMap((rule) => checkRule(rule, types)),
      ...pack.plans.sound.flatMap((plan) => checkPlan(plan, pack)),
      ...checkCoverage(pack),
    ]),
  ];
};
