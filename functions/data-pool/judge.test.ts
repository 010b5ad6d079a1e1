import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CREDIT, creditCode, identityNumber, isCreditCode, isIdentityNumber } from './check-digits.ts';
import type { Contract, Semantic } from './contract.ts';
import { CONTRACT, csv, pupil } from './data-pool.fixture.ts';
import { judge } from './judge.ts';

let folder: string;
let db: DuckDBConnection;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'luojiang-judge-'));
  db = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
});
afterEach(() => {
  db.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

const judged = (content: string | Uint8Array, contract: Contract = CONTRACT) => {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, content);
  return judge(db, path, contract);
};
const flaws = async () =>
  (await db.runAndReadAll('SELECT "#row", rules FROM flawed ORDER BY 1')).getRowsJson().map(([row, rules]) => [Number(row), rules]);

test('right rows break nothing', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => pupil(n));
  expect(await judged(csv(rows))).toEqual({ rows: 50, flawed: 0, byRule: {} });
  expect(await flaws()).toEqual([]);
});

describe('a row', () => {
  const one = pupil(8);
  test.each<[Record<string, string>, string[]]>([
    [{ id_no: '' }, ['id_no/required']],
    [{ id_no: `${one.id_no?.slice(0, 17)}Y` }, ['id_no/identity-number']],
    [{ id_no: '999999150101008' }, ['id_no/identity-number']],
    [{ id_no: `${one.id_no?.slice(0, 16)}9${one.id_no?.slice(17)}` }, ['id_no/check-digit', 'gender-as-in-identity']],
    [{ name: '' }, ['name/required']],
    [{ name: '一二三四五六七八九' }, ['name/max-length']],
    [{ gender: '男' }, ['gender/enum', 'gender-as-in-identity']],
    [{ birth: '2015-02-30' }, ['birth/type']],
    [{ birth: '2015/09/15' }, ['birth/type']],
    [{ birth: '1989-12-31' }, ['birth/minimum', 'birth-as-in-identity']],
    [{ phone: '23900000000' }, ['phone/phone']],
    [{ phone: '0838-3100000' }, []],
    [{ grade: '13' }, ['grade/maximum']],
    [{ grade: '5.5' }, ['grade/type']],
    [{ grade: '0x5' }, ['grade/type']],
    [{ grade: '05' }, []],
    [{ score: 'nan' }, ['score/type']],
    [{ score: '1_0' }, ['score/type']],
    [{ score: '9e1' }, []],
    [{ enrolled: '2014-09-01' }, ['born-before-enrolled']],
    [{ enrolled: '' }, []],
    [{ school: `${one.school?.slice(0, 17)}*` }, ['school/credit-code']],
    [{ school: `2${one.school?.slice(1)}` }, ['school/check-digit']],
    [{ updated: '2026-07-01 25:00:00' }, ['updated/type']],
    [{ updated: '2026-07-01T08:00:00' }, []],
    [{ class: '3班 ' }, ['class/pattern']],
    [{ name: 'O\'Neill"; DROP TABLE flawed' }, ['name/max-length']],
  ])('with %j breaks %j', async (change, rules) => {
    await judged(csv([pupil(1), pupil(8, change), pupil(2)]));
    const found = (await flaws()).filter(([row]) => row === 2).flatMap(([, broken]) => broken as string[]);
    expect(found.sort()).toEqual([...rules].sort());
    expect((await flaws()).filter(([row]) => row !== 2)).toEqual([]);
  });
});

describe('a file', () => {
  test('whose keys repeat: each of the rows is told', async () => {
    const verdict = await judged(csv([pupil(1), pupil(2), pupil(1), pupil(3, { grade: '0' })]));
    expect(verdict).toEqual({ rows: 4, flawed: 3, byRule: { key: 2, 'grade/minimum': 1 } });
    expect(await flaws()).toEqual([
      [1, ['key']],
      [3, ['key']],
      [4, ['grade/minimum']],
    ]);
  });

  test('with a column renamed is refused as a whole', async () => {
    await expect(judged(csv([pupil(1)]).replace('grade', 'class_level'))).rejects.toMatchObject({
      code: 'columns-differ',
      details: { missing: ['grade'], unknown: ['class_level'] },
    });
  });

  test.each(['\n', '\r\n'])('of lines that end with %j, a byte order mark, commas and line breaks in quotes, is read', async (end) => {
    const rows = [pupil(1), pupil(2, { name: '张,三' }), pupil(3, { name: '张\n三' })];
    expect(await judged(`\uFEFF${csv(rows, end)}`)).toMatchObject({ rows: 3, flawed: 0 });
  });

  test('with rows that have too much or too little: those are told, the others judged', async () => {
    const lines = csv([pupil(1), pupil(2), pupil(3), pupil(4, { grade: '0' })]).split('\n');
    lines[2] = `${lines[2]},more`;
    lines[3] = lines[3]?.split(',').slice(0, 4).join(',') ?? '';
    expect(await judged(lines.join('\n'))).toMatchObject({
      rows: 4,
      flawed: 3,
      byRule: { 'row/too-many-columns': 1, 'row/missing-columns': 1, 'grade/minimum': 1 },
    });
    expect(await flaws()).toEqual([[4, ['grade/minimum']]]);
  });

  test('with a header only has no rows', async () => {
    expect(await judged(csv([]))).toEqual({ rows: 0, flawed: 0, byRule: {} });
  });
});

/** Right ones, right ones with a place changed, and texts that a cast might take for a number. */
const odd = fc.constantFrom(
  '0x0fffffffffffffff',
  '150000000000000e03',
  ' 99999920150101001',
  '-99999920150101001',
  '99999920150101001x',
  '9'.repeat(18),
);
const changed = (right: fc.Arbitrary<string>, signs: string) =>
  fc.tuple(right, fc.nat({ max: 17 }), fc.constantFrom(...signs)).map(([text, place, sign]) => [...text].with(place, sign).join(''));
const born = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const identity = fc
  .tuple(fc.integer({ min: 1, max: 9 }), born, fc.nat({ max: 999 }))
  .map(([a, day, n]) => identityNumber(`${a}99999${day.toISOString().slice(0, 10).replaceAll('-', '')}${String(n).padStart(3, '0')}`));
const code = fc
  .tuple(fc.constantFrom('1151060', '9151060'), fc.stringMatching(/^[0-9]{10}$|^[0-9A-HJ-NPQRTUWXY]{10}$/))
  .map(([head, tail]) => creditCode(head + tail));

describe.each<[Semantic, fc.Arbitrary<string>, (text: string) => boolean]>([
  ['identity-number', fc.oneof(identity, changed(identity, '0123456789Xx-'), odd), isIdentityNumber],
  ['credit-code', fc.oneof(code, changed(code, `${CREDIT.alphabet}IOx-`), odd), isCreditCode],
])('%s', (semantic, texts, isRight) => {
  test('is judged as the standard has it, whatever the text', async () => {
    const all = fc.sample(texts, 4_000);
    const contract: Contract = { fields: [{ name: 'it', title: { zh: '它', en: 'It' }, type: 'string', semantic }] };
    await judged(`it\n${all.map((text) => `"${text}"`).join('\n')}\n`, contract);
    const wrong = new Set((await flaws()).map(([row]) => row));
    expect(all.filter((text, n) => wrong.has(n + 1) === isRight(text))).toEqual([]);
    expect(all.filter(isRight).length).toBeGreaterThan(1_000);
    expect(wrong.size).toBeGreaterThan(1_000);
  });
});
