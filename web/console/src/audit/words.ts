import { both, inLanguages, type Of, plural } from '../shared/dictionary.ts';
import { usePreferences } from '../shared/preferences.ts';

const dictionary = {
  page: {
    heading: both('审计', 'Audit'),
    failed: both('审计记录载入失败', 'The audit log could not be loaded'),
    by: both('按什么查', 'Search by'),
    recent: both('最近', 'Newest'),
    resource: both('对象', 'What'),
    actor: both('经手人', 'Who'),
    subject: both('涉及谁', 'About whom'),
    day: both('日期', 'Day'),
    resourceHint: both('如 case:case_01…', 'such as case:case_01…'),
    personHint: both('如 person:peng-tao', 'such as person:peng-tao'),
    search: both('查询', 'Search'),
    none: both('没有符合的记录', 'No entry matches'),
    more: both('载入更早的记录', 'Load earlier entries'),
    when: both('时间', 'When'),
    what: both('做了什么', 'What was done'),
    outcome: both('结果', 'Outcome'),
    ground: both('依据', 'On what ground'),
    onBehalf: both(
      (who: string) => `代 ${who}`,
      (who: string) => `for ${who}`,
    ),
    hidden: both('不公开或已删除', 'not shown, or erased'),
    verifyAll: both('验证整个日志', 'Verify the whole log'),
    list: both('审计记录', 'Audit entries'),
  },
  footprint: {
    heading: both('谁看过我的信息', 'Who looked at my data'),
    hint: both(
      '每次查看您的个人信息、每次涉及您的决定都记在这里，任何人都不能改写；每一条都可以验证。',
      'Each look at your personal data and each decision about you stands here. Nobody can rewrite it, and you can verify every entry.',
    ),
    none: both('还没有涉及您的记录', 'Nothing about you was recorded yet'),
  },
  party: {
    system: both('系统', 'the platform'),
  },
  outcome: {
    permitted: both('已允许', 'permitted'),
    refused: both('已拒绝', 'refused'),
    done: both('已完成', 'done'),
  },
  action: {
    'cases:unmask': both('查看完整个人信息', 'Looked at personal data in full'),
    'cases:read': both('查看申请', 'Read a request'),
    'cases:decide': both('办理申请', 'Decided on a request'),
    'directory:read': both('查看人员目录', 'Read the directory'),
    'directory:write': both('改动人员目录', 'Changed the directory'),
    'audit:read': both('查看审计记录', 'Read the audit log'),
    'audit:erase': both('删除个人信息', 'Erased personal data'),
    'casework/CaseSubmitted': both('提交申请', 'Sent a request'),
    'casework/StepStarted': both('环节开始', 'A step began'),
    'casework/StepDecided': both('环节决定', 'Decided a step'),
    'casework/StepReminded': both('提醒', 'A reminder'),
    'casework/CaseEnded': both('申请办结', 'A request ended'),
    'casework/StepRequested': both('交由系统办理', 'Given to the platform'),
    'cloud-quota/AllocationGranted': both('分配资源', 'Allocated resources'),
    'cloud-quota/AllocationChanged': both('变更资源', 'Changed an allocation'),
    'cloud-quota/AllocationFrozen': both('冻结资源', 'Froze an allocation'),
    'cloud-quota/AllocationReleased': both('释放资源', 'Released an allocation'),
    'identity/DutyDelegated': both('委托职责', 'Delegated a duty'),
    'identity/DelegationRevoked': both('撤销委托', 'Revoked a delegation'),
    'identity/DutiesChanged': both('改动职责', 'Changed duties'),
    'identity/OfficerEntered': both('登记人员', 'Entered an officer'),
    'identity/OfficerDeparted': both('登记离职', 'Entered a departure'),
    'emergency/IncidentAcknowledged': both('确认收到预警', 'Acknowledged an incident'),
    'emergency/IncidentResolved': both('处置完毕', 'Resolved an incident'),
  },
  entry: {
    heading: both('审计记录', 'Audit entry'),
    number: both('序号', 'Number'),
    id: both('编号', 'Id'),
    department: both('部门', 'Department'),
    detail: both('细节', 'Detail'),
    proof: both('验证', 'Verification'),
    hint: both(
      '以下各项由您的浏览器自己计算，不依赖服务器的说法。',
      'Your own browser computes these; it does not take the server’s word.',
    ),
    busy: both('正在验证…', 'Verifying…'),
    all: both('全部成立：这条记录在日志中，且未被改动', 'All holds: this entry is in the log, unchanged'),
    broken: both('有一项不成立：请立即报告审计岗', 'Something does not hold: report it to the auditors at once'),
    back: both('返回', 'Back'),
    notYet: both('这条记录还没有签名，请一分钟后再看', 'This entry is not signed yet: look again in a minute'),
  },
  check: {
    key: both('日志的公钥与本浏览器上次所见相同', 'The log’s key is the one that this browser saw before'),
    signature: both('检查点由该公钥签名', 'The checkpoint is signed by it'),
    inclusion: both('这条记录包含在已签名的日志中', 'The entry is in the log that was signed'),
    content: both('显示的内容与记录当时一致', 'What is shown is what was logged'),
    fingerprint: both(
      (text: string) => `公钥 ${text}：请与另行公布的核对`,
      (text: string) => `Key ${text}: compare it with the one published elsewhere`,
    ),
  },
  whole: {
    heading: both('验证整个日志', 'Verify the whole log'),
    hint: both(
      '浏览器读取全部记录，重新计算整棵树，与已签名的检查点和上次所见比较。删去或改动任何一条都会被发现。',
      'The browser reads every entry, builds the tree anew, and compares it with the signed checkpoint and with what it saw before. Whatever was removed or changed is found.',
    ),
    start: both('开始验证', 'Begin'),
    stop: both('停止', 'Stop'),
    again: both('重新验证', 'Verify again'),
    progress: both(
      (done: string, all: string) => `已核对 ${done} / ${all} 条`,
      (done: string, all: string) => `${done} of ${all} entries checked`,
    ),
    holds: both(
      (n: string) => `全部 ${n} 条记录成立，日志未被改写`,
      (n: string) => `All ${n} entries hold: the log was not rewritten`,
    ),
    broken: both(
      (place: string) => `在 ${place} 处不成立`,
      (place: string) => `It does not hold at ${place}`,
    ),
    empty: both('日志还没有记录', 'The log is empty'),
    since: both(
      (n: string, time: string) => `与 ${time} 所见的 ${n} 条记录一致`,
      (n: string, time: string) => `Consistent with the ${n} entries seen ${time}`,
    ),
    first: both('首次在本浏览器验证', 'Verified in this browser for the first time'),
    stopped: both('已停止', 'Stopped'),
    entries: both(
      (n: number) => `${n} 条`,
      (n: number) => plural(n, 'entry', 'entries'),
    ),
  },
} as const;

export type AuditWords = Of<typeof dictionary>;
export const AUDIT_WORDS = inLanguages(dictionary);
export const useAuditWords = (): AuditWords => AUDIT_WORDS[usePreferences().language];
