/**
 * Judges a delivery by its contract, in DuckDB: one pass over the file keeps each row that breaks a rule, with all the rules that it breaks;
 * a second looks at the key. What is right is read once and kept nowhere, so that memory does not grow with the file.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Failure } from '#runtime/failure.ts';
import type { Contract } from './contract.ts';
import { type Compiled, compile, type Suspect } from './rules.ts';
import { literal, name } from './sql.ts';

/** A record of the file, counted from 1 behind its header. */
const ROW = '#row';
const FLAWED = 'flawed';
/** Longer than any honest row: a file that is one line is none. */
const MAXIMUM_ROW_BYTES = 2_000_000;

export interface Verdict {
  /** Records of the file, those that could not be read among them. */
  readonly rows: number;
  /** Records with at least one flaw. */
  readonly flawed: number;
  /** Records by rule; `row/…` are those that could not be read, `key` those whose key another has too. */
  readonly byRule: Readonly<Record<string, number>>;
}

const differing = (missing: readonly string[], unknown: readonly string[]): Failure =>
  new Failure(
    'invalid',
    'columns-differ',
    {
      zh: `列与约定不符：缺少 ${missing.join('、') || '无'}；多出 ${unknown.join('、') || '无'}`,
      en: `The columns are not those of the contract: missing ${missing.join(', ') || 'none'}; unknown ${unknown.join(', ') || 'none'}`,
    },
    { missing, unknown },
  );

const reader = (path: string, more = ''): string =>
  `read_csv(${literal(path)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', max_line_size = ${MAXIMUM_ROW_BYTES}${more})`;

const requireColumns = async (db: DuckDBConnection, path: string, { fields }: Contract): Promise<void> => {
  const described = await db.runAndReadAll(`DESCRIBE SELECT * FROM ${reader(path, ', ignore_errors = true')}`);
  const found = described.getRows().map(([column]) => String(column));
  const asked = fields.map((field) => field.name);
  const missing = asked.filter((one) => !found.includes(one));
  const unknown = found.filter((one) => !asked.includes(one));
  if (missing.length + unknown.length > 0) throw differing(missing, unknown);
};

const count = async (db: DuckDBConnection, sql: string): Promise<number> => Number((await db.runAndReadAll(sql)).getRows()[0]?.[0] ?? 0);

/** Of a column with few values nearly all come in so many rows; more values than these are quicker worked out than looked up. */
const SAMPLE_ROWS = 50_000;
const FEW_VALUES = 1_000;

const withTyped = ({ columns }: Compiled, rows: string): string => {
  const derived = Object.entries(columns).map(([column, sql]) => `, ${sql} AS ${name(column)}`);
  return `SELECT *${derived.join('')} FROM (${rows})`;
};

/** A school's code is in each of its pupils' rows: where a sample has few values, a row is asked whether its value is one of the right ones. */
const quickened = async (db: DuckDBConnection, path: string, compiled: Compiled, { suspects, field }: Suspect): Promise<string> => {
  if (field === undefined) return suspects;
  const sample = withTyped(compiled, `SELECT * FROM ${reader(path, ', ignore_errors = true')} LIMIT ${SAMPLE_ROWS}`);
  const right = await db.runAndReadAll(`SELECT DISTINCT ${name(field)} FROM (${sample}) WHERE NOT (${suspects}) LIMIT ${FEW_VALUES + 1}`);
  const known = right.getRows().flatMap(([value]) => (value === null ? [] : [literal(String(value))]));
  return known.length === 0 || known.length > FEW_VALUES ? suspects : `${name(field)} NOT IN (${known.join(', ')})`;
};

const SUSPECTED = 'suspected';
const keptOf = ({ fields }: Contract): string => [ROW, ...fields.map((field) => field.name)].map(name).join(', ');

const selectSuspected = (compiled: Compiled, contract: Contract, source: string, suspects: readonly string[]): string => {
  const rows = withTyped(compiled, `SELECT row_number() OVER () AS ${name(ROW)}, * FROM ${source}`);
  return `SELECT ${keptOf(contract)} FROM (${rows}) WHERE ${suspects.map((one) => `(${one})`).join(' OR ') || 'false'}`;
};

/** In a statement of its own: in the one before, DuckDB would work parts of it out for every row. */
const selectFlawed = (compiled: Compiled, contract: Contract): string => {
  const broken = compiled.rules.map(
    ({ id, breaks, unless = 'false' }) => `CASE WHEN (${breaks}) AND NOT coalesce(${unless}, false) THEN ${literal(id)} END`,
  );
  const rules = `list_filter([${broken.join(', ')}], lambda one: one IS NOT NULL)`;
  return `SELECT * FROM (SELECT ${keptOf(contract)}, ${rules} AS rules FROM (${withTyped(compiled, `SELECT * FROM ${SUSPECTED}`)})) WHERE len(rules) > 0`;
};

interface Operator {
  readonly operator_type: string;
  readonly operator_cardinality: number;
  readonly children?: readonly Operator[];
}

const numbered = ({ operator_type, operator_cardinality, children = [] }: Operator): number =>
  operator_type === 'STREAMING_WINDOW' ? operator_cardinality : children.reduce((sum, child) => sum + numbered(child), 0);

/** Runs it and answers how many rows it numbered: DuckDB counts them anyway, and to count them by a query would read the file again. */
const runCounted = async (db: DuckDBConnection, sql: string): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  const output = join(folder, 'profile.json');
  try {
    await db.run(`SET enable_profiling = 'json'`);
    await db.run(`SET profiling_output = ${literal(output)}`);
    await db.run(`SET custom_profiling_settings = '{"OPERATOR_CARDINALITY": "true", "OPERATOR_TYPE": "true"}'`);
    await db.run(sql);
    await db.run('PRAGMA disable_profiling');
    return numbered(JSON.parse(readFileSync(output, 'utf8')) as Operator);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Rows whose key another row has too. Found by hash first, so that ten million keys take a fraction of their texts' memory. */
const addTwice = async (db: DuckDBConnection, source: string, { fields, primaryKey = [] }: Contract): Promise<void> => {
  if (primaryKey.length === 0) return;
  const key = primaryKey.map(name).join(', ');
  await db.run(`CREATE TEMP TABLE twice AS SELECT hash(${key}) AS hash FROM ${source} GROUP BY hash HAVING count(*) > 1`);
  const rows = `SELECT row_number() OVER () AS ${name(ROW)}, * FROM ${source}`;
  const columns = fields.map((field) => name(field.name)).join(', ');
  await db.run(`INSERT INTO ${FLAWED} SELECT ${name(ROW)}, ${columns}, ['key'] FROM (${rows})
    WHERE hash(${key}) IN (SELECT hash FROM twice) QUALIFY count(*) OVER (PARTITION BY ${key}) > 1`);
};

/** Rows were numbered without those that could not be read: each moves behind those before it. The header is line 1. */
const countUnreadable = (db: DuckDBConnection): Promise<unknown> =>
  db.run(`UPDATE ${FLAWED} SET ${name(ROW)} = ${name(ROW)} + (SELECT count(*) FROM (
    SELECT line - 1 - row_number() OVER (ORDER BY line) AS before FROM unreadable) WHERE before < ${name(ROW)})`);

/**
 * Leaves the table `flawed` (#row, the file's columns, rules) in `db`, a row for each finding of the first pass and one for each of the
 * key's. `path`: CSV as RFC 4180 has it, in UTF-8.
 */
export const judge = async (db: DuckDBConnection, path: string, contract: Contract): Promise<Verdict> => {
  await requireColumns(db, path, contract);
  const source = reader(path, ', store_rejects = true, rejects_limit = 0');
  const compiled = compile(contract);
  const suspects: string[] = [];
  for (const one of compiled.suspects) suspects.push(await quickened(db, path, compiled, one));
  const read = await runCounted(db, `CREATE TEMP TABLE ${SUSPECTED} AS ${selectSuspected(compiled, contract, source, suspects)}`);
  await db.run(`CREATE TABLE ${FLAWED} AS ${selectFlawed(compiled, contract)}`);
  await db.run(
    `CREATE TABLE unreadable AS SELECT line, any_value(error_type) AS error, any_value(csv_line) AS text FROM reject_errors GROUP BY line`,
  );
  await addTwice(db, reader(path, ', ignore_errors = true'), contract);
  const unreadable = await count(db, 'SELECT count(*) FROM unreadable');
  if (unreadable > 0) await countUnreadable(db);
  const found = await db.runAndReadAll(`
    SELECT rule, count(DISTINCT ${name(ROW)}) FROM (SELECT ${name(ROW)}, unnest(rules) AS rule FROM ${FLAWED}) GROUP BY rule
    UNION ALL SELECT 'row/' || lower(replace(error::VARCHAR, ' ', '-')), count(*) FROM unreadable GROUP BY error ORDER BY 1`);
  return {
    rows: read + unreadable,
    flawed: unreadable + (await count(db, `SELECT count(DISTINCT ${name(ROW)}) FROM ${FLAWED}`)),
    byRule: Object.fromEntries(found.getRows().map(([rule, rows]) => [String(rule), Number(rows)])),
  };
};
