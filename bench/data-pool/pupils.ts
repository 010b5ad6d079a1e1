/** A large file of impossible people (region 999999), made by DuckDB: twelve columns, some six rows in a thousand with a flaw. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { CREDIT, creditCode, IDENTITY } from '#functions/data-pool/check-digits.ts';
import type { Contract } from '#functions/data-pool/contract.ts';
import { literal } from '#functions/data-pool/sql.ts';
import { localDir } from '#infra/local/processes.ts';

const text = (zh: string) => ({ zh, en: zh });
const TOWNS = Array.from({ length: 7 }, (_, n) => `51060400${n + 1}`);

export const CONTRACT: Contract = {
  fields: [
    { name: 'id_no', title: text('证件号码'), type: 'string', semantic: 'identity-number', constraints: { required: true } },
    { name: 'name', title: text('姓名'), type: 'string', constraints: { required: true, maxLength: 50 } },
    { name: 'gender', title: text('性别'), type: 'string', constraints: { enum: ['1', '2'] } },
    { name: 'birth', title: text('出生日期'), type: 'date' },
    { name: 'phone', title: text('电话'), type: 'string', semantic: 'phone' },
    { name: 'region', title: text('行政区划'), type: 'string', constraints: { enum: TOWNS } },
    { name: 'grade', title: text('年级'), type: 'integer', constraints: { minimum: 1, maximum: 12 } },
    { name: 'score', title: text('成绩'), type: 'number', constraints: { maximum: 100 } },
    { name: 'enrolled', title: text('入学日期'), type: 'date' },
    { name: 'updated', title: text('更新时间'), type: 'datetime' },
    { name: 'school', title: text('学校'), type: 'string', semantic: 'credit-code' },
    { name: 'remark', title: text('备注'), type: 'string' },
  ],
  rules: [
    {
      id: 'birth-as-in-identity',
      text: text('出生日期与证件号码不符'),
      left: { field: 'id_no', take: 'birth-date' },
      operator: '=',
      right: { field: 'birth' },
    },
    { id: 'born-before-enrolled', text: text('入学早于出生'), left: { field: 'birth' }, operator: '<', right: { field: 'enrolled' } },
  ],
};

const SCHOOLS = Array.from({ length: 200 }, (_, n) => creditCode(`11510604${String(310_000_000 + n * 7_919)}`));

const place = (n: number): string => `CAST(substr(first, ${n + 1}, 1) AS INTEGER) * ${IDENTITY.weights[n]}`;
/** The last place by the sum of the seventeen before it: 1 - sum, modulo 11. */
const last = `substr('10X98765432', 1 + (${Array.from({ length: 17 }, (_, n) => place(n)).join(' + ')}) % ${IDENTITY.modulus}, 1)`;

export const pupils = async (db: DuckDBConnection, rows: number): Promise<string> => {
  const folder = join(localDir, 'bench');
  const path = join(folder, `pupils-${rows}-${CREDIT.modulus}.csv`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  await db.run(`COPY (
    WITH base AS (SELECT i, DATE '1998-01-01' + CAST(hash(i) % 7000 AS INTEGER) AS birth, hash(i * 3 + 1) AS a, hash(i * 7 + 5) AS b FROM range(${rows}) AS t(i)),
    numbered AS (SELECT *, '999999' || strftime(birth, '%Y%m%d') || printf('%03d', i % 1000) AS first FROM base)
    SELECT
      CASE WHEN a % 1000 = 0 THEN first || 'Z' ELSE first || ${last} END AS id_no,
      CASE WHEN a % 997 = 0 THEN '' ELSE '学生' || (i % 100000) END AS name,
      CASE WHEN a % 991 = 0 THEN '3' WHEN i % 2 = 1 THEN '1' ELSE '2' END AS gender,
      CASE WHEN a % 983 = 0 THEN '2024-02-30' ELSE strftime(birth, '%Y-%m-%d') END AS birth,
      CASE WHEN a % 977 = 0 THEN '1234' ELSE '139' || printf('%08d', b % 100000000) END AS phone,
      CASE WHEN a % 971 = 0 THEN '510699' ELSE '51060400' || (1 + b % 7) END AS region,
      1 + b % 12 AS grade,
      round((b % 1000) / 10.0, 1) AS score,
      strftime(birth + CAST(2300 + b % 500 AS INTEGER), '%Y-%m-%d') AS enrolled,
      strftime(TIMESTAMP '2026-01-01' + to_seconds(CAST(a % 20000000 AS BIGINT)), '%Y-%m-%d %H:%M:%S') AS updated,
      ([${SCHOOLS.map(literal).join(', ')}])[CAST(1 + b % 200 AS BIGINT)] AS school,
      CASE WHEN b % 3 = 0 THEN '' ELSE 'u' || i || '@example.org' END AS remark
    FROM numbered) TO ${literal(`${path}.part`)} (HEADER)`);
  renameSync(`${path}.part`, path);
  return path;
};
