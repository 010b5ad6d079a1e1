/**
 * `npm run quota -- plan request.yaml`    what a request would cost, what is left, what the checks find, what changes for the system
 * `npm run quota -- apply request.yaml`   sends it, as the form would; the same file again is the same request
 * `npm run quota -- blueprint <id>`       writes the starter app of an allocation, or brings what is the platform's in it up to date (--out)
 * `npm run quota -- deploy-sample <id>`   deploys the school canteens within it on the local cloud; `destroy-sample` takes them away
 *
 * request.yaml: `department`, and under `data` the form’s fields. Who sends it: a token in LUOJIANG_TOKEN (of a machine client, say), or
 * on the local cloud `--as it-officer-education`. LUOJIANG_URL names another district than the one that runs here.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { AllocationView, Estimate } from '#functions/cloud-quota/api.ts';
import type { Files } from '#functions/cloud-quota/blueprint.ts';
import { isRecord } from '../config/draft.ts';
import { loadConfig } from '../config/load.ts';
import { didYouMean } from '../config/names.ts';
import { ConfigError, describe, NOTHING, type Problem } from '../config/problem.ts';
import { parseSource } from '../config/yaml.ts';
import { allocationIn, starterOf, writeBlueprint } from './blueprint.ts';
import { readOutputs } from './outputs.ts';
import { LocalError } from './processes.ts';
import { runScript } from './script.ts';

type Amounts = Readonly<Record<string, number>>;

export interface QuotaRequest {
  readonly formId: string;
  readonly department: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Names the request: the same content is the same request. */
  readonly key: string;
}

const FIELDS = ['form', 'department', 'data'];
const DEFAULT_FORM = 'cloud-quota';

/** Throws one ConfigError with file, line and column of each mistake. What the form itself asks for, the platform checks. */
export const readRequest = (file: string, text: string): QuotaRequest => {
  const source = parseSource(file, text);
  const problems: Problem[] = [...source.problems];
  const value = isRecord(source.value) ? source.value : {};
  if (source.readable) {
    const { department, data, form } = value;
    const expect = (name: string, good: boolean, zh: string, en: string) => {
      if (!good)
        problems.push(source.problem([name], { expected: { zh, en }, found: value[name] === undefined ? NOTHING : describe(value[name]) }));
    };
    expect('department', typeof department === 'string' && department !== '', '申请部门的 id', 'the id of the department that applies');
    expect('data', isRecord(data), '表单内容（名称: 值）', 'the form’s fields (name: value)');
    expect('form', form === undefined || typeof form === 'string', '表单 id', 'the id of a form');
    for (const name of Object.keys(value).filter((one) => !FIELDS.includes(one))) {
      const expected = { zh: `已知字段（${FIELDS.join(' | ')}）`, en: `one of the fields ${FIELDS.join(' | ')}` };
      const found = { zh: `未知字段 "${name}"`, en: `unknown field "${name}"` };
      problems.push(source.problem([name], { expected, found, hint: didYouMean(name, FIELDS) }, 'key'));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const { department, data, form = DEFAULT_FORM } = value as { department: string; data: Record<string, unknown>; form?: string };
  const key = createHash('sha256')
    .update(JSON.stringify([form, department, data]))
    .digest('hex');
  return { formId: form, department, data, key };
};

interface Answer<T> {
  readonly body: T;
  readonly etag: string | undefined;
}

interface ProblemDocument {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly message?: string }[];
  readonly findings?: readonly Finding[];
}

interface Finding {
  readonly severity: 'info' | 'warning' | 'blocking';
  readonly text: { readonly zh: string; readonly en: string };
  readonly pointer?: string;
}

const MARKS: Readonly<Record<Finding['severity'], string>> = { info: '·', warning: '!', blocking: '✗' };
const findingLine = ({ severity, text, pointer }: Finding): string =>
  `  ${MARKS[severity]} ${pointer ? `${pointer}: ` : ''}${text.zh}\n    ${text.en}`;

const refusal = (status: number, { title = '', detail = '', code = '', errors = [], findings = [] }: ProblemDocument): LocalError => {
  const more = [...errors.map(({ pointer, message }) => `  ✗ ${pointer ?? ''} ${message ?? ''}`), ...findings.map(findingLine)];
  return new LocalError([`${title || status}：${detail}`, ...more].join('\n'), `HTTP ${status} ${code}`);
};

export class QuotaClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url.replace(/\/$/, '');
    this.#token = token;
  }

  async call<T>(method: 'GET' | 'POST', path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : {};
    if (!response.ok) throw refusal(response.status, parsed as ProblemDocument);
    return { body: parsed as T, etag: response.headers.get('etag') ?? undefined };
  }

  /** Where a person sees how it goes on. */
  statusPage(caseId: string): string {
    return `${this.#url}/requests/${caseId}`;
  }
}

const fieldsOf = ({ department, data }: QuotaRequest) => {
  const { zone, amounts, months, environment, system, dataClasses, allocationId } = data;
  const { id, name, level } = isRecord(system) ? system : {};
  return {
    department,
    zone,
    amounts,
    months,
    ...(environment !== undefined && { environment }),
    ...(isRecord(system) && {
      system: { ...(id !== undefined && { id }), ...(name !== undefined && { name }), ...(level !== undefined && { level }) },
    }),
    ...(dataClasses !== undefined && { dataClasses }),
    ...(allocationId !== undefined && { allocationId }),
  };
};

export interface Plan {
  readonly estimate: Estimate;
  /** What the system has there now. */
  readonly current?: AllocationView;
}

export const plan = async (client: QuotaClient, request: QuotaRequest): Promise<Plan> => {
  const { body: estimate } = await client.call<Estimate>('POST', '/v1/cloud-quota/estimates', fieldsOf(request));
  const query = `department=${encodeURIComponent(request.department)}&phase=active&limit=200`;
  const { body: page } = await client.call<{ items: AllocationView[] }>('GET', `/v1/cloud-quota/allocations?${query}`);
  const { system, zone, environment = 'production', allocationId } = request.data;
  const { id, name } = isRecord(system) ? system : {};
  const current = page.items.find((one) =>
    allocationId !== undefined
      ? one.allocationId === allocationId
      : one.zone === zone && one.environment === environment && (id === undefined ? one.system.name === name : one.system.systemId === id),
  );
  return { estimate, ...(current && { current }) };
};

const yuan = (fen: number): string => `¥${(fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const left = (amount: number | undefined): string => (amount === -1 ? '∞' : String(amount ?? 0));
const signed = (change: number): string => (change > 0 ? `+${change}` : change === 0 ? '=' : String(change));

/** Numbers under each other; words come last, as Chinese is two columns wide. */
const columns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(
    (row) => `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`,
  );
};

export const planText = ({ data, department }: QuotaRequest, { estimate, current }: Plan): string => {
  const asked = (isRecord(data.amounts) ? data.amounts : {}) as Amounts;
  const now: Amounts = current?.amounts ?? {};
  const kinds = [...new Set([...Object.keys(asked), ...Object.keys(now)])];
  const price = (kind: string) => estimate.lines.find((line) => line.kind === kind)?.fenPerMonth ?? 0;
  const rows = kinds.map((kind) => [
    kind,
    String(now[kind] ?? 0),
    String(asked[kind] ?? now[kind] ?? 0),
    signed((asked[kind] ?? now[kind] ?? 0) - (now[kind] ?? 0)),
    yuan(price(kind)),
    left(estimate.freeInDepartment[kind]),
    left(estimate.freeInPool[kind]),
  ]);
  return [
    `${department} · ${String(data.zone)} · ${String(data.environment ?? 'production')} · ${String(data.months)} 个月 months${current ? ` · ${current.allocationId}` : ''}`,
    ...columns([['kind', 'now', 'asked', 'change', 'per month', 'quota left', 'pool left'], ...rows]),
    `  每月 per month ${yuan(estimate.priceFenPerMonth)}，全期 whole term ${yuan(estimate.priceFen)}`,
    ...(estimate.findings.length > 0 ? ['检查结果 What the checks find'] : []),
    ...estimate.findings.map(findingLine),
    estimate.standard ? '按规则可直接通过 It would pass by rule' : '须经人员审核 People decide on it',
  ].join('\n');
};

interface CaseAnswer {
  readonly caseId: string;
  readonly phase: string;
  readonly step?: { readonly name: { readonly zh: string; readonly en: string } };
  readonly version: number;
}

/** Opens the request and sends it; one that was opened by the same content before is found again, and sent only if it is still a draft. */
export const apply = async (client: QuotaClient, { formId, department, data, key }: QuotaRequest): Promise<CaseAnswer> => {
  const opened = await client.call<CaseAnswer>('POST', '/v1/cases', { formId, department, data }, { 'idempotency-key': key });
  const { caseId, phase, version } = opened.body;
  if (phase !== 'draft') return opened.body;
  const etag = opened.etag ?? `"${version}"`;
  return (await client.call<CaseAnswer>('POST', `/v1/cases/${caseId}/submission`, undefined, { 'if-match': etag })).body;
};

const tokenFor = async (persona: string | undefined): Promise<string> => {
  const given = process.env.LUOJIANG_TOKEN;
  if (given) return given;
  if (persona === undefined) {
    throw new LocalError(
      '请设 LUOJIANG_TOKEN，或在本地云上用 --as <身份>。',
      'Set LUOJIANG_TOKEN, or on the local cloud name a persona by --as.',
    );
  }
  const [{ personas }, { choose, mintHere }] = await Promise.all([import('./personas.ts'), import('./token.ts')]);
  const config = loadConfig();
  return mintHere(config, choose(personas(config, Date.now()), persona));
};

type Options = Readonly<{ as?: string | undefined; out?: string | undefined }>;

const connect = async ({ as }: Options): Promise<QuotaClient> =>
  new QuotaClient(process.env.LUOJIANG_URL ?? readOutputs().apiUrl, await tokenFor(as));

const print = (...lines: string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

const requestIn = (file: string): QuotaRequest => readRequest(basename(file), readFileSync(file, 'utf8'));

/** Of an allocation by its id, or by the allocation.json of an app. */
const starter = async (what: string, options: Options): Promise<Files> => {
  if (what.endsWith('.json')) return starterOf(what, readOutputs(), loadConfig().district.identity.audience);
  const client = await connect(options);
  return (await client.call<{ files: Files }>('GET', `/v1/cloud-quota/allocations/${encodeURIComponent(what)}/blueprint`)).body.files;
};

const COMMANDS: Readonly<Record<string, (what: string, options: Options) => Promise<void>>> = {
  plan: async (file, options) => {
    const request = requestIn(file);
    const found = await plan(await connect(options), request);
    print(planText(request, found));
    if (found.estimate.findings.some(({ severity }) => severity === 'blocking')) process.exitCode = 1;
  },
  apply: async (file, options) => {
    const request = requestIn(file);
    const client = await connect(options);
    const sent = await apply(client, request);
    const state = sent.step ? `${sent.step.name.zh} ${sent.step.name.en}` : sent.phase;
    print(client.statusPage(sent.caseId), `${sent.caseId}: ${state}`);
  },
  blueprint: async (what, options) => {
    const { folder, files, renewed } = writeBlueprint(await starter(what, options), options.out);
    print(
      renewed
        ? `已更新 ${files} 个文件，部门自己的代码未动 ${files} files renewed, the department’s own left alone`
        : `已写入 ${files} 个文件 ${files} files written`,
      folder,
    );
  },
  'deploy-sample': async (what, options) => {
    const { deploySample } = await import('./sample.ts');
    const { stack, url } = await deploySample(await starter(what, options), readOutputs(), (step) => print(`  ${step}`));
    print(`${stack}: ${url}/menus/wanan-primary/2026-09-01`);
  },
  'destroy-sample': async (what, options) => {
    const { destroySample } = await import('./sample.ts');
    await destroySample(allocationIn(await starter(what, options)), readOutputs());
  },
};

const main = async (): Promise<void> => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { as: { type: 'string' }, out: { type: 'string' } } });
  const [name = '', what] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command || what === undefined) {
    const usage = [
      'npm run quota -- plan|apply <request.yaml> [--as …]',
      'npm run quota -- blueprint <allocation id> [--out <folder>] [--as …]',
      'npm run quota -- deploy-sample|destroy-sample <allocation id> [--as …]',
    ].join('\n  ');
    throw new LocalError('用法', `Usage:\n  ${usage}`);
  }
  await command(what, values);
};

if (import.meta.main) await runScript(main);
