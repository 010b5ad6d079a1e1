/** The JSON Schemas by which editors complete and check the YAML; `npm run generate` writes them. */
import type { TSchema } from 'typebox';
import { District, PackFile } from '../config/schema.ts';

/** The draft that yaml-language-server knows best. */
const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** `anyOf` of constants as `enum`: editors complete both, but name the choices only for the latter. */
const readable = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(readable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { anyOf, ...rest } = schema as { anyOf?: { const?: unknown }[] };
  const others = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, readable(value)]));
  if (anyOf === undefined) return others;
  const constants = anyOf.every((branch) => branch.const !== undefined);
  return constants ? { enum: anyOf.map((branch) => branch.const), ...others } : { anyOf: readable(anyOf), ...others };
};

const schemaOf = (schema: TSchema, title: string, description: string): object => ({
  $schema: DRAFT,
  title,
  description,
  ...(readable(schema) as object),
});

/** Path -> JSON Schema. */
export const jsonSchemas = (): Record<string, object> => ({
  'districts/schema/district.json': schemaOf(
    District,
    '区县配置 District',
    '一个区县的全部配置：镇、人员、值班岗位、身份认证、保存期限、目标规模。 A district: towns, people, posts, identity, retention, capacity.',
  ),
  'domains/schema/pack.json': schemaOf(
    PackFile,
    '领域包 Domain pack',
    '一个领域包的任一文件：设备类型、预警规则、应急预案；整包为各文件之和。 Any file of a pack: device types, rules, plans; the pack is their sum.',
  ),
});
