import { compileRule } from './detector.ts';
import type { CompiledType } from './device.ts';
import type { DeviceType } from './device-type.ts';
import { compileDecoder } from './reading.ts';
import type { Rule } from './rule.ts';

/** What the district's YAML says for this capability (runtime/config.ts). */
export interface DevicesConfig {
  readonly deviceTypes: readonly DeviceType[];
  readonly rules: readonly { readonly domain: string; readonly rule: Rule }[];
}

/** Compiles each type's decoder and rules, once per container. */
export const compileConfig = ({ deviceTypes, rules }: DevicesConfig): ReadonlyMap<string, CompiledType> =>
  new Map(
    deviceTypes.map((type) => {
      const own = rules.filter(({ rule }) => rule.deviceType === type.id);
      const measureOf = (rule: Rule) => type.measures.findIndex((measure) => measure.id === rule.measure);
      const compiled = own.map(({ domain, rule }) => compileRule(rule, domain, measureOf(rule)));
      return [type.id, { type, decode: compileDecoder(type), rules: compiled }];
    }),
  );
