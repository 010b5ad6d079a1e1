/** Builders for the tests of this folder: a small directory, and who asks it. */
import { Dynamo } from '#runtime/dynamo.fixture.ts';
import type { Entry, Places } from './directory.ts';
import type { DutyHeld, Officer } from './officer.ts';
import { Directory } from './store.ts';
import type { Duty, DutyName, Principal } from './terms.ts';

export const BUREAU = 'big-data';
export const ZONE = 'Asia/Shanghai';
/** Noon in Sichuan. */
export const NOW = Date.parse('2026-07-01T12:00:00+08:00');
export const TODAY = '2026-07-01';

export const places: Places = { departments: [BUREAU, 'education', 'health', 'water'].map((id) => ({ id })), bureau: BUREAU };

const named = (id: string) => ({ zh: `${id}（中文）`, en: id });
/** `it-officer of education` */
export const duty = (text: string): DutyHeld => {
  const [name, , department = ''] = text.split(' ');
  return { department, duty: name as DutyName };
};

export const entry = (id: string, duties: readonly (string | DutyHeld)[], change: Partial<Entry> = {}): Entry => ({
  id,
  kind: 'person',
  name: named(id),
  duties: duties.map((one) => (typeof one === 'string' ? duty(one) : one)),
  ...change,
});

const officer = (...of: Parameters<typeof entry>): Officer => {
  const { duties, ...rest } = entry(...of);
  return { ...rest, duties: [...duties] };
};

/** As the district's YAML begins it. */
export const OFFICERS: readonly Officer[] = [
  officer('jiang-he', ['it-officer of education']),
  officer('qin-yu', ['head of education']),
  officer('fang-lan', ['it-officer of health']),
  officer('peng-tao', ['reviewer of big-data']),
  officer('cao-ning', ['reviewer of big-data']),
  officer('yuan-mei', ['approver of big-data']),
  officer('yu-qing', ['registrar of big-data']),
  officer('education-service', ['it-officer of education'], { kind: 'service' }),
];

/** With the duties that the YAML gives, or others. */
export const as = (id: string, duties?: readonly Duty[]): Principal => {
  const officer = OFFICERS.find((one) => one.id === id);
  return {
    kind: officer?.kind ?? 'person',
    id,
    name: id,
    roles: [],
    towns: [],
    duties: duties ?? officer?.duties ?? [],
    bureau: BUREAU,
  };
};

export const newDirectory = () => {
  const table = new Dynamo('id');
  return { table, directory: new Directory(table.client, 'directory', OFFICERS) };
};

export const cause = (actor: string, now = NOW) => ({ actor: `person:${actor}`, trace: 'req-7', now });
