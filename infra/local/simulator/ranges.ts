/** Which values of a measure raise no alert, and which do, as the district's own rules say. Pure. */
import type { DeviceType, Measure } from '#functions/devices/device-type.ts';
import type { Rule } from '#functions/devices/rule.ts';
import type { Config } from '#infra/config/schema.ts';

export const findDeviceType = (config: Config, deviceType: string): DeviceType | undefined =>
  config.domains.flatMap((domain) => domain.deviceTypes).find((type) => type.id === deviceType);

export const rulesOf = (config: Config, deviceType: string): Rule[] =>
  config.domains.flatMap((domain) => domain.rules).filter((rule) => rule.deviceType === deviceType);

const rulesOn = (config: Config, deviceType: string, measure: string): Rule[] =>
  rulesOf(config, deviceType).filter((rule) => rule.measure === measure);

const bounds = (rules: readonly Rule[], when: Rule['when']): number[] =>
  rules.filter((rule) => rule.when === when).flatMap((rule) => Object.values(rule.levels));

/** At or past the bound of any of the rule's levels. */
export const isBreach = ({ when, levels }: Rule, value: number): boolean =>
  Object.values(levels).some((bound) => (when === 'above' ? value >= bound : value <= bound));

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Between the highest bound below and the lowest bound above; where no rule bounds it, what the device can measure. */
export const normalRange = (config: Config, deviceType: string, measure: Measure): Range => {
  const rules = rulesOn(config, deviceType, measure.id);
  return {
    low: Math.max(measure.minimum, ...bounds(rules, 'below')),
    high: Math.min(measure.maximum, ...bounds(rules, 'above')),
  };
};

/** A reading in the middle of what is normal. */
export const normalValues = (config: Config, deviceType: string): Record<string, number> => {
  const measures = findDeviceType(config, deviceType)?.measures ?? [];
  return Object.fromEntries(
    measures.map((measure) => {
      const { low, high } = normalRange(config, deviceType, measure);
      return [measure.id, Number(((low + high) / 2).toFixed(2))];
    }),
  );
};

/** A value past the gravest bound of the measure's first rule, which the device can still measure; undefined without a rule. */
export const breachValue = (config: Config, deviceType: string, measure: Measure): number | undefined => {
  const rule = rulesOn(config, deviceType, measure.id)[0];
  if (rule === undefined) return undefined;
  const levels = Object.values(rule.levels);
  return rule.when === 'above'
    ? Math.min(measure.maximum, Math.max(...levels) + rule.hysteresis)
    : Math.max(measure.minimum, Math.min(...levels) - rule.hysteresis);
};
