/** A small configuration for the tests: two towns, one pack, everything that a check looks at. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadConfig } from './load.ts';
import { ConfigError } from './problem.ts';
import type { Config } from './schema.ts';

export type Files = Readonly<Record<string, string>>;

export const DISTRICT = 'districts/test.yaml';
export const DEVICES = 'domains/water/devices.yaml';
export const RULES = 'domains/water/rules.yaml';
export const PLANS = 'domains/water/plans.yaml';

export const sample: Files = {
  [DISTRICT]: `id: test
code: "510604"
name: { zh: 测试区, en: Test }
timezone: Asia/Shanghai
towns:
  - { id: north, name: { zh: 北镇, en: North }, place: { lon: 104.5, lat: 31.3 } }
  - { id: south, name: { zh: 南镇, en: South }, place: { lon: 104.6, lat: 31.2 } }
domains: [water]
people:
  - { id: an-yi, name: { zh: 安一, en: An Yi }, channels: [{ type: phone, address: "+8610000000001" }] }
  - { id: bai-er, name: { zh: 白二, en: Bai Er }, channels: [{ type: sms, address: "+8610000000002" }] }
  - id: cai-san
    name: { zh: 蔡三, en: Cai San }
    channels:
      - { type: webhook, address: "https://hook.example/cai" }
posts:
  - id: north-duty
    name: { zh: 北镇值班, en: North duty }
    role: duty-officer
    scope: town
    town: north
    rotation: { start: 2024-01-01T08:00, hours: 12, members: [an-yi, bai-er] }
    overrides:
      - { from: 2026-02-16T08:00, to: 2026-02-17T08:00, person: cai-san }
  - id: south-duty
    name: { zh: 南镇值班, en: South duty }
    role: duty-officer
    scope: town
    town: south
    rotation: { start: 2024-01-01T08:00, hours: 12, members: [bai-er] }
  - id: commander
    name: { zh: 指挥长, en: Commander }
    role: commander
    scope: district
    rotation:
      start: 2024-01-01T08:00
      hours: 24
      members: [cai-san]
identity:
  issuer: https://sso.example/oidc
  audience: api
  clientId: console
  claims: { roles: roles, towns: towns }
retention: { logDays: 180, readingDays: 30, incidentYears: 10 }
capacity: { devices: 1000, readingsPerMinutePerDevice: 1 }
limits: { person: 600, service: 1200 }
cloud:
  currency: CNY
  kinds:
    - { id: vcpu, name: { zh: 处理器, en: vCPU }, unit: { zh: 核, en: cores }, price: 4500 }
    - { id: memoryGiB, name: { zh: 内存, en: Memory }, unit: { zh: GiB, en: GiB }, price: 1800 }
  dataClasses:
    - { id: open, name: { zh: 公开数据, en: Open data } }
  zones:
    - { id: inner, name: { zh: 政务区, en: Inner }, level: 3, dataClasses: [open], capacity: { vcpu: 100, memoryGiB: 400 } }
  limits:
    default: { vcpu: 40, memoryGiB: -1 }
    departments:
      - { department: schools, zone: inner, limits: { vcpu: 60 } }
  presets:
    - { id: small, name: { zh: 小, en: Small }, amounts: { vcpu: 2, memoryGiB: 4 } }
  rules:
    standard: { amounts: { vcpu: 4, memoryGiB: 8 }, months: 12, environments: [test, production] }
    maximumMonths: { production: 36, test: 6 }
    utilisation: { recallBelow: 0.2, days: 30, again: 90 }
    notices: [30, 7, 1]
    graceDays: 15
    releaseAfterDays: 30
    forecastDays: 180
    budgetPercent: [80, 100]
departments:
  - { id: data, name: { zh: 数据局, en: Data bureau } }
  - { id: schools, name: { zh: 教育局, en: Schools } }
bureau: data
officers:
  - { id: dai-si, name: { zh: 戴四, en: Dai Si }, duties: [{ department: data, duty: reviewer }] }
  - { id: schools-service, kind: service, name: { zh: 教育系统, en: School systems }, duties: [{ department: schools, duty: it-officer }] }
`,
  [DEVICES]: `domain: { name: { zh: 水务, en: Water } }
deviceTypes:
  - id: gauge
    name: { zh: 水位计, en: Gauge }
    measures:
      - { id: level, name: { zh: 水位, en: Level }, unit: m, minimum: 0, maximum: 20 }
    heartbeat: 60
`,
  [RULES]: `rules:
  - id: high
    name: { zh: 高水位, en: High }
    deviceType: gauge
    measure: level
    when: above
    levels:
      blue: 4
      yellow: 5
      orange: 6.5
      red: 8
    hysteresis: 0.5
    for: { readings: 2 }
  - id: low
    name: { zh: 低水位, en: Low }
    deviceType: gauge
    measure: level
    when: below
    levels: { blue: 2, red: 1 }
    hysteresis: 0.2
`,
  [PLANS]: `plans:
  - id: flood
    name: { zh: 防汛, en: Flood }
    match: { rules: [high], levels: [orange, red] }
    steps:
      - name: { zh: 镇, en: Town }
        call: [{ role: duty-officer, scope: town }]
        acknowledgements: 1
        within: 300
      - name: { zh: 区, en: District }
        call: [{ role: duty-officer, scope: town }, { role: commander, scope: district }]
        acknowledgements: 2
        within: 600
    repeat: { after: 600, from: 1 }
  - id: watch
    name: { zh: 关注, en: Watch }
    match: { levels: [blue, yellow, red] }
    steps:
      - name: { zh: 镇, en: Town }
        call: [{ role: duty-officer, scope: town }]
        acknowledgements: 1
        within: 1800
    repeat: { after: 600, from: 0 }
`,
};

/** One text in one file replaced; the text must be there, or the test would prove nothing. */
export const change = (file: string, from: string, to: string, files: Files = sample): Files => {
  const text = files[file];
  if (text === undefined || !text.includes(from)) throw new Error(`no such text in ${file}: ${from}`);
  return { ...files, [file]: text.replace(from, () => to) };
};

/** Wednesday, 2026-07-01, noon in Sichuan. */
const NOW = new Date('2026-07-01T12:00:00+08:00');

export const load = (files: Files): Config => {
  const root = mkdtempSync(join(tmpdir(), 'config-'));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return loadConfig(root, 'test', NOW);
  } finally {
    rmSync(root, { recursive: true });
  }
};

/** Each problem as `file:line:column: path: message`, in English. */
export const mistakes = (files: Files): string[] => {
  try {
    load(files);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ file, line, column, path, message }) =>
      `${file}:${line}:${column}: ${path}: ${message.en}`.replace(': : ', ': '),
    );
  }
  return [];
};

/** One slip, and all that must be said about it. */
export interface Slip {
  readonly name: string;
  readonly files: Files;
  readonly says: readonly [string, ...string[]];
}

export const slip = (name: string, file: string, from: string, to: string, says: Slip['says']): Slip => ({
  name,
  files: change(file, from, to),
  says,
});
