import { both, inLanguages, type Of, plural } from '../shared/dictionary.ts';
import { usePreferences } from '../shared/preferences.ts';

const days = (n: number) => plural(n, 'working day');

const dictionary = {
  list: {
    heading: both('我的申请', 'My requests'),
    headingAll: both('各部门申请', 'Requests of the departments'),
    department: both('部门', 'Department'),
    filter: both('按状态筛选', 'Filter by state'),
    all: both('全部', 'All'),
    mine: both('等本部门处理', 'Waiting for us'),
    theirs: both('等申请部门处理', 'Waiting for them'),
    running: both('办理中', 'Under way'),
    ended: both('已办结', 'Ended'),
    new: both('新建申请', 'New request'),
    failed: both('申请载入失败', 'The requests could not be loaded'),
    none: both('还没有申请', 'No requests yet'),
    noneHint: both('需要云资源时，从这里提出申请。', 'This is where one asks for cloud resources.'),
    noneHintOthers: both('这个部门还没有提出过申请。', 'This department has not asked for anything yet.'),
    noneFiltered: both('没有这种状态的申请', 'No request in this state'),
    more: both('载入更早的申请', 'Load earlier requests'),
    unnamed: both('未命名', 'Untitled'),
    loaded: both(
      (n: number) => `共 ${n} 件申请`,
      (n: number) => plural(n, 'request'),
    ),
  },
  choose: {
    heading: both('新建申请', 'New request'),
    hint: both('选择要办理的事项', 'What is it about?'),
    failed: both('事项载入失败', 'The forms could not be loaded'),
    none: both('没有您可以填写的申请', 'There is no form for you to fill in'),
    noneHint: both('申请由本部门的信息员填写。', 'Requests are filled in by a department’s IT officers.'),
    steps: both(
      (n: number) => `${n} 个环节`,
      (n: number) => plural(n, 'step'),
    ),
  },
  duty: {
    'it-officer': both('信息员', 'IT officer'),
    head: both('分管领导', 'head'),
    reviewer: both('审核岗', 'reviewer'),
    approver: both('审批岗', 'approver'),
    operator: both('运维岗', 'operator'),
    registrar: both('人员登记岗', 'registrar'),
    auditor: both('审计岗', 'auditor'),
  },
  phase: {
    draft: both('草稿', 'Draft'),
    returned: both('待补正', 'To be amended'),
    step: both('办理中', 'Under way'),
    ended: both('已办结', 'Ended'),
  },
  where: {
    draft: both('尚未提交', 'Not sent yet'),
    service: both('系统正在办理', 'The platform is at it'),
    waits: both(
      (who: string) => `等待${who}办理`,
      (who: string) => `Waiting for ${who}`,
    ),
    dutyAt: both(
      (department: string, duty: string) => `${department}${duty}`,
      (department: string, duty: string) => `the ${duty}, ${department}`,
    ),
    assignedTo: both(
      (who: string) => `${who}已认领`,
      (who: string) => `claimed by ${who}`,
    ),
    me: both('您', 'you'),
    amend: both(
      (department: string) => `等待${department}补正`,
      (department: string) => `Waiting for ${department} to amend it`,
    ),
    since: both(
      (time: string) => `自 ${time}`,
      (time: string) => `since ${time}`,
    ),
    applied: both(
      (time: string) => `${time} 提交`,
      (time: string) => `sent ${time}`,
    ),
    begun: both(
      (time: string) => `${time} 新建`,
      (time: string) => `begun ${time}`,
    ),
    ended: both(
      (time: string) => `${time} 办结`,
      (time: string) => `ended ${time}`,
    ),
  },
  due: {
    overdue: both(
      (n: number) => (n === 0 ? '已超期' : `已超期 ${n} 个工作日`),
      (n: number) => (n === 0 ? 'Overdue' : `Overdue by ${days(n)}`),
    ),
    today: both(
      (time: string) => `今天 ${time} 前`,
      (time: string) => `Due today, ${time}`,
    ),
    left: both(
      (n: number) => `还剩 ${n} 个工作日`,
      (n: number) => `${days(n)} left`,
    ),
    by: both(
      (time: string) => `截止 ${time}`,
      (time: string) => `due ${time}`,
    ),
    climbed: both('已超期，已上报', 'Overdue, passed up'),
    soonDone: both('一般几分钟内完成', 'Usually a matter of minutes'),
  },
  queue: {
    heading: both('待办', 'To do'),
    hint: both('最急的在前。用 J / K 或上下箭头移动，回车打开。', 'The most urgent first. J / K or the arrows move, Enter opens.'),
    form: both('按事项筛选', 'Filter by form'),
    allForms: both('全部事项', 'All forms'),
    list: both('待办列表', 'What is to do'),
    overdue: both('已超期', 'Overdue'),
    today: both('今天到期', 'Due today'),
    soon: both('下一个工作日到期', 'Due next working day'),
    later: both('以后到期', 'Due later'),
    none: both('没有待办', 'Nothing to do'),
    noneHint: both('有需要您办理的事项时，会出现在这里。', 'What waits for you appears here.'),
    failed: both('待办载入失败', 'The queue could not be loaded'),
    mine: both('我认领的', 'Claimed by me'),
    others: both('他人认领', 'Claimed by another'),
    free: both('未认领', 'Unclaimed'),
    count: both(
      (n: number) => `${n} 件`,
      (n: number) => plural(n, 'case'),
    ),
    truncated: both('只显示最急的 100 件', 'Only the 100 most urgent are shown'),
  },
} as const;

export type CaseWords = Of<typeof dictionary>;
export const CASE_WORDS = inLanguages(dictionary);
export const useCaseWords = (): CaseWords => CASE_WORDS[usePreferences().language];
