/** Findings in words, for those who apply and those who decide. Ids are stable. */
import type { Finding } from '#events/casework.ts';
import type { Environment } from '#events/cloud-quota.ts';
import type { Text } from '#events/envelope.ts';
import type { Cloud, DataClass, Kind, Zone } from './catalogue.ts';
import type { Shortage } from './ledger.ts';

const finding = (id: string, severity: Finding['severity'], pointer: string | undefined, zh: string, en: string): Finding => ({
  id,
  severity,
  text: { zh, en },
  ...(pointer !== undefined && { pointer }),
});

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const atKind = ({ id }: { id: string }): string => `/amounts/${escaped(id)}`;

export const invalidField = (pointer: string, expected: Text): Finding =>
  finding('invalid-input', 'blocking', pointer, `${pointer} 应为${expected.zh}`, `${pointer} should be ${expected.en}`);

export const unknownZone = (zone: string): Finding =>
  finding('unknown-zone', 'blocking', '/zone', `没有区域“${zone}”`, `There is no zone “${zone}”`);

export const unknownKind = (kind: string): Finding =>
  finding('unknown-kind', 'blocking', atKind({ id: kind }), `没有资源种类“${kind}”`, `There is no kind of resource “${kind}”`);

export const nothingAsked = (): Finding => finding('nothing-asked', 'blocking', '/amounts', '没有申请任何资源', 'Nothing is asked for');

export const unknownService = (service: string): Finding =>
  finding('unknown-service', 'blocking', undefined, `没有服务 ${service}`, `There is no service ${service}`);

export const unknownSystem = (): Finding =>
  finding('unknown-system', 'blocking', '/system/id', '台账中没有本部门的这个系统', 'The register has no such system of this department');

/** Also where it is another department's: whoever guesses learns nothing. */
export const unknownAllocation = (): Finding =>
  finding('unknown-allocation', 'blocking', '/allocationId', '本部门没有这项资源分配', 'The department has no such allocation');

export const unknownDepartment = (department: string): Finding =>
  finding('unknown-department', 'blocking', '/to', `没有部门“${department}”`, `There is no department “${department}”`);

export const levelAboveZone = (level: number, { name, level: most }: Zone): Finding =>
  finding(
    'level-above-zone',
    'blocking',
    '/system/level',
    `等保${level}级系统不能部署在${name.zh}（至多${most}级）`,
    `A system of protection level ${level} may not run in ${name.en} (up to level ${most})`,
  );

export const unknownDataClass = (id: string): Finding =>
  finding('unknown-data-class', 'blocking', '/dataClasses', `没有数据类别“${id}”`, `There is no class of data “${id}”`);

export const dataClassNotInZone = (dataClass: DataClass, { name }: Zone): Finding =>
  finding(
    'data-class-not-in-zone',
    'blocking',
    '/dataClasses',
    `${dataClass.name.zh}不能存放在${name.zh}`,
    `${dataClass.name.en} may not lie in ${name.en}`,
  );

const ENVIRONMENTS: Readonly<Record<Environment, Text>> = {
  production: { zh: '生产', en: 'production' },
  test: { zh: '测试', en: 'test' },
};

export const termTooLong = (months: number, most: number, environment: Environment): Finding =>
  finding(
    'term-too-long',
    'blocking',
    '/months',
    `${ENVIRONMENTS[environment].zh}环境一次至多申请 ${most} 个月，实为 ${months} 个月`,
    `A ${ENVIRONMENTS[environment].en} environment is given for at most ${most} months at a time, not ${months}`,
  );

export const kindDisabled = (kind: Kind): Finding =>
  finding('kind-disabled', 'warning', atKind(kind), `${kind.name.zh}未向本部门开放`, `${kind.name.en} is disabled for this department`);

export const overLimit = (kind: Kind, wanted: number, left: number): Finding =>
  finding(
    'over-limit',
    'warning',
    atKind(kind),
    `${kind.name.zh}超出部门配额：申请 ${wanted} ${kind.unit.zh}，配额剩余 ${left}`,
    `${kind.name.en} is over the department’s quota: ${wanted} ${kind.unit.en} asked for, ${left} left`,
  );

export const overPool = (kind: Kind, wanted: number, free: number): Finding =>
  finding(
    'over-pool',
    'warning',
    atKind(kind),
    `${kind.name.zh}超出资源池：申请 ${wanted} ${kind.unit.zh}，池中空闲 ${free}`,
    `${kind.name.en} is over the pool: ${wanted} ${kind.unit.en} asked for, ${free} free`,
  );

export const allocatedAlready = (allocationId: string): Finding =>
  finding(
    'allocated-already',
    'warning',
    '/system',
    `该系统在此区域和环境已有资源（${allocationId}）：或应申请变更规格`,
    `The system has resources in this zone and environment already (${allocationId}): perhaps they should be resized`,
  );

export const askedAlready = (caseId: string): Finding =>
  finding(
    'asked-already',
    'warning',
    '/system',
    `该系统近期另有申请（${caseId}）`,
    `There is another recent request for the system (${caseId})`,
  );

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const lowUtilisation = (utilisation: number, low: number): Finding =>
  finding(
    'low-utilisation',
    'warning',
    undefined,
    `本部门已有资源的利用率为 ${percent(utilisation)}，低于 ${percent(low)}`,
    `The department uses ${percent(utilisation)} of what it has, less than ${percent(low)}`,
  );

export const grantedMoreThanAsked = (kind: string): Finding =>
  finding(
    'granted-more-than-asked',
    'blocking',
    `/granted/${escaped(kind)}`,
    '批准的数量多于申请的数量',
    'More is granted than was asked for',
  );

const BECAUSE: Readonly<Record<Shortage['because'], (wanted: number, left: number, unit: Text) => Text>> = {
  pool: (wanted, left, unit) => ({
    zh: `需要 ${wanted} ${unit.zh}，资源池只剩 ${left}`,
    en: `${wanted} ${unit.en} needed, the pool has ${left}`,
  }),
  limit: (wanted, left, unit) => ({
    zh: `需要 ${wanted} ${unit.zh}，部门配额只剩 ${left}`,
    en: `${wanted} ${unit.en} needed, the department’s quota has ${left}`,
  }),
  disabled: () => ({ zh: '未向该部门开放', en: 'disabled for the department' }),
  'in-use': (wanted, left, unit) => ({
    zh: `不能低于正在使用的 ${left} ${unit.zh}（拟改为 ${wanted}）`,
    en: `not below the ${left} ${unit.en} in use (${wanted} wanted)`,
  }),
  reserved: (wanted, left, unit) => ({
    zh: `不能低于已分配的 ${left} ${unit.zh}（拟改为 ${wanted}）`,
    en: `not below the ${left} ${unit.en} that are reserved (${wanted} wanted)`,
  }),
};

export const shortageText = ({ kinds }: Cloud, { kind, because, wanted, left }: Shortage): Text => {
  const { name, unit } = kinds.find(({ id }) => id === kind) ?? { name: { zh: kind, en: kind }, unit: { zh: '', en: '' } };
  const why = BECAUSE[because](wanted, left, unit);
  return { zh: `${name.zh}：${why.zh}`, en: `${name.en}: ${why.en}` };
};

const SHORT_IDS: Readonly<Record<Shortage['because'], string>> = {
  pool: 'over-pool',
  limit: 'over-limit',
  disabled: 'kind-disabled',
  'in-use': 'below-use',
  reserved: 'below-reserved',
};

export const short = (cloud: Cloud, shortage: Shortage): Finding => {
  const { zh, en } = shortageText(cloud, shortage);
  return finding(SHORT_IDS[shortage.because], 'blocking', atKind({ id: shortage.kind }), zh, en);
};

export const wrongPhase = (zh: string, en: string): Finding => finding('wrong-phase', 'blocking', '/allocationId', zh, en);

export const asItIs = (zh: string, en: string): Finding => finding('as-it-is', 'info', '/allocationId', zh, en);

export const exportNotConfirmed = (): Finding =>
  finding(
    'export-not-confirmed',
    'blocking',
    '/exported',
    '释放前须确认数据已导出',
    'Confirm first that the data was exported: it is gone with the resources',
  );

export const notSmaller = (kind: string): Finding =>
  finding('not-smaller', 'blocking', atKind({ id: kind }), '收回只能减少资源', 'A recall can only take away');
