/** Every word of the console, both languages side by side. A missing or differently parameterised one fails to compile. */
export type Language = 'zh' | 'en';

interface Pair<T> {
  readonly zh: T;
  readonly en: T;
}
function both(zh: string, en: string): Pair<string>;
function both<A extends unknown[]>(zh: (...a: A) => string, en: (...a: A) => string): Pair<(...a: A) => string>;
function both(zh: unknown, en: unknown): Pair<unknown> {
  return { zh, en };
}

const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

const dictionary = {
  app: {
    name: both('罗江云', 'Luojiang Cloud'),
    title: both('应急值守', 'Duty console'),
    reference: both('接口文档', 'API reference'),
    skip: both('跳到主要内容', 'Skip to content'),
    nav: both('主导航', 'Main navigation'),
    retry: both('重试', 'Retry'),
    loading: both('载入中…', 'Loading…'),
    colon: both('：', ': '),
    loadMore: both('载入更多', 'Load more'),
    notFound: both('没有这个页面', 'No such page'),
    toAlerts: both('回到实时预警', 'To the live alerts'),
  },
  nav: {
    alerts: both('实时预警', 'Live alerts'),
    devices: both('设备', 'Devices'),
    resolved: both('已处置', 'Resolved'),
    phones: both('电话', 'Phones'),
  },
  live: {
    live: both('实时', 'Live'),
    reconnecting: both('重连中', 'Reconnecting'),
    offline: both('离线', 'Offline'),
    explainLive: both('新预警立即出现', 'New alerts appear at once'),
    explainReconnecting: both('推送中断，正在重连；期间每 10 秒刷新一次', 'Push interrupted, reconnecting; refreshed every 10 s meanwhile'),
    explainOffline: both(
      '连不上服务器，所见可能已过时，请同时用电话联系',
      'Server unreachable: what you see may be out of date; use the phone as well',
    ),
    updated: both(
      (ago: string) => `数据更新于${ago}`,
      (ago: string) => `data from ${ago}`,
    ),
  },
  level: {
    red: both('红色', 'Red'),
    orange: both('橙色', 'Orange'),
    yellow: both('黄色', 'Yellow'),
    blue: both('蓝色', 'Blue'),
    redGrade: both('I级 特别重大', 'I · most severe'),
    orangeGrade: both('II级 重大', 'II · severe'),
    yellowGrade: both('III级 较大', 'III · serious'),
    blueGrade: both('IV级 一般', 'IV · moderate'),
    byLevel: both('按级别筛选（未处置条数）', 'Filter by level (number open)'),
  },
  alerts: {
    heading: both('实时预警', 'Live alerts'),
    allTowns: both('全部镇', 'All towns'),
    town: both('镇', 'Town'),
    count: both(
      (n: number) => `${n} 条未处置`,
      (n: number) => `${n} open`,
    ),
    truncated: both(
      (n: number) => `预警过多，只显示最新 ${n} 条`,
      (n: number) => `Too many alerts: only the newest ${n} are shown`,
    ),
    none: both('当前没有预警', 'No alerts'),
    noneHere: both('没有可显示的预警', 'No alerts to show'),
    noneHint: both('一切平稳。有新预警时会立即出现在这里。', 'All is calm. A new alert appears here at once.'),
    noneFiltered: both('没有符合筛选的预警', 'No alerts match the filter'),
    clearFilter: both('清除筛选', 'Clear the filter'),
    failed: both('预警载入失败', 'The alerts could not be loaded'),
    incident: both(
      (plan: string, n: number) => `${plan} · ${n} 条预警`,
      (plan: string, n: number) => `${plan} · ${plural(n, 'alert')}`,
    ),
    showRest: both(
      (n: number) => `展开其余 ${n} 条`,
      (n: number) => `Show the other ${n}`,
    ),
    fold: both('收起', 'Fold up'),
    moreGroups: both(
      (n: number) => `还有 ${n} 起事件，继续显示`,
      (n: number) => `Show more: ${plural(n, 'further incident')}`,
    ),
    limit: both('限值', 'limit'),
    list: both('预警列表，用上下箭头移动，回车打开', 'Alerts; arrow keys move, Enter opens'),
    announceOne: both(
      (level: string, town: string, what: string) => `新的${level}预警：${town}，${what}`,
      (level: string, town: string, what: string) => `New ${level} alert: ${town}, ${what}`,
    ),
    announceMany: both(
      (n: number, red: number) => `新增 ${n} 条红色或橙色预警，其中红色 ${red} 条`,
      (n: number, red: number) => `${n} new red or orange alerts, ${red} of them red`,
    ),
  },
  state: {
    waiting: both('待呼叫', 'To be called'),
    calling: both(
      (step: number, name: string) => `正在呼叫 第${step}步 ${name}`,
      (step: number, name: string) => `Calling step ${step}: ${name}`,
    ),
    escalates: both('后升级', 'to escalation'),
    dueNow: both('即将升级', 'escalating now'),
    exhausted: both('全部无人应答', 'Nobody answered'),
    repeats: both('后再次呼叫', 'until called again'),
    acknowledged: both(
      (who: string) => `已确认 ${who}`,
      (who: string) => `Acknowledged by ${who}`,
    ),
    cleared: both('条件已消除', 'Condition ended'),
    resolved: both('已处置', 'Resolved'),
  },
  detail: {
    heading: both('预警详情', 'Alert'),
    failed: both('预警载入失败', 'The alert could not be loaded'),
    device: both('设备', 'Device'),
    value: both('触发值', 'Value'),
    limit: both('限值', 'Limit'),
    raised: both('发生时间', 'Raised at'),
    clearedAt: both('条件消除', 'Condition ended'),
    curve: both('变化曲线', 'Curve'),
    calls: both('呼叫记录', 'Calls'),
    round: both(
      (round: number) => `第${round}轮`,
      (round: number) => `Round ${round}`,
    ),
    step: both(
      (step: number) => `第${step}步`,
      (step: number) => `Step ${step}`,
    ),
    calledAt: both(
      (time: string) => `${time} 呼叫`,
      (time: string) => `called at ${time}`,
    ),
    needed: both(
      (n: number) => `需 ${n} 人确认`,
      (n: number) => `${n} must acknowledge`,
    ),
    answered: both(
      (time: string) => `${time} 确认`,
      (time: string) => `acknowledged ${time}`,
    ),
    noAnswer: both('未确认', 'no answer'),
    notCalled: both('尚未呼叫任何人', 'Nobody has been called yet'),
    next: both(
      (name: string) => `若无人确认，下一步呼叫 ${name}`,
      (name: string) => `Without an answer, next is called: ${name}`,
    ),
    exhausted: both(
      (time: string) => `全部无人应答，将于 ${time} 再次呼叫`,
      (time: string) => `Nobody answered; called again at ${time}`,
    ),
    acknowledgedBy: both(
      (who: string, time: string) => `${who} 于 ${time} 确认，已停止呼叫`,
      (who: string, time: string) => `${who} acknowledged at ${time}; calling has ended`,
    ),
    counted: both(
      (have: number, needed: number) => `已确认 ${have} 人，共需 ${needed} 人`,
      (have: number, needed: number) => `${have} of ${needed} acknowledgements`,
    ),
    resolvedBy: both(
      (who: string, time: string) => `${who} 于 ${time} 处置完毕`,
      (who: string, time: string) => `Resolved by ${who} at ${time}`,
    ),
    reason: both('原因', 'Reason'),
    noPlan: both('此预警不在任何预案之列，系统没有呼叫人员', 'No plan covers this alert; nobody is called for it'),
    channels: both(
      (list: string) => `经${list}`,
      (list: string) => `by ${list}`,
    ),
    sms: both('短信', 'SMS'),
    phone: both('电话', 'phone'),
    webhook: both('工作群', 'chat'),
    timeZone: both(
      (zone: string) => `时间均为 ${zone}`,
      (zone: string) => `Times are ${zone}`,
    ),
  },
  act: {
    acknowledge: both('确认收到', 'Acknowledge'),
    acknowledging: both('正在确认…', 'Acknowledging…'),
    acknowledged: both('已确认收到，呼叫停止', 'Acknowledged; calling has stopped'),
    counted: both('已记下您的确认，仍需其他人确认', 'Your acknowledgement counts; more are needed'),
    resolve: both('处置完毕', 'Resolve'),
    resolved: both('已处置完毕', 'Resolved'),
    resolveHeading: both('处置完毕', 'Resolve the incident'),
    resolveWhat: both(
      (plan: string, n: number) => `将结束“${plan}”及其 ${n} 条预警，呼叫立即停止。`,
      (plan: string, n: number) => `This closes “${plan}” with ${plural(n, 'alert')}; calling stops at once.`,
    ),
    reason: both('处置原因', 'Reason'),
    reasonPlaceholder: both('写明现场情况和采取的措施', 'What was found and what was done'),
    reasonMissing: both('请填写处置原因', 'A reason is required'),
    reasonShort: both('至少 2 个字', 'At least 2 characters'),
    reasonLong: both('不超过 500 个字', 'At most 500 characters'),
    quick: both('常用原因（点选填入）', 'Common reasons (tap to fill in)'),
    cancel: both('取消', 'Cancel'),
    submit: both('确定处置完毕', 'Resolve now'),
    notAllowed: both('您没有确认权限', 'You may not acknowledge'),
    notCalled: both('这一步没有呼叫您', 'You were not called for this step'),
    notCalling: both('当前没有在呼叫', 'Nobody is being called now'),
    alreadyAcknowledged: both('已有人确认', 'Already acknowledged'),
    youAcknowledged: both('您已确认，等待其他人', 'You have acknowledged; waiting for others'),
    alreadyResolved: both('已处置完毕', 'Already resolved'),
    refusedNotCalled: both(
      '这次没有呼叫您，由被呼叫的人确认。可直接电话联系呼叫记录中的人员。',
      'You were not called this time; those who were must acknowledge. Phone one of those named under Calls.',
    ),
    refusedStepClosed: both(
      '您那一步已经结束，系统已呼叫下一步人员，请与他们联系。',
      'Your step has ended and the next people have been called; get in touch with them.',
    ),
    refusedResolved: both('此事件已由他人处置完毕。', 'Somebody has already resolved this incident.'),
  },
  devices: {
    heading: both('设备', 'Devices'),
    town: both('选择镇', 'Town'),
    none: both('这个镇还没有设备', 'No devices in this town yet'),
    failed: both('设备载入失败', 'The devices could not be loaded'),
    never: both('尚无读数', 'No reading yet'),
    normal: both('正常', 'Normal'),
    silent: both('失联', 'Silent'),
    list: both('设备列表', 'Devices'),
  },
  curve: {
    failed: both('曲线载入失败', 'The curve could not be loaded'),
    none: both('这段时间没有读数', 'No readings in this period'),
    moment: both('预警', 'Alert'),
    summary: both(
      (name: string, n: number, last: string, max: string, min: string) => `${name}：${n} 个读数，最新 ${last}，最高 ${max}，最低 ${min}`,
      (name: string, n: number, last: string, max: string, min: string) =>
        `${name}: ${n} readings, last ${last}, highest ${max}, lowest ${min}`,
    ),
  },
  resolvedPage: {
    heading: both('最近处置', 'Recently resolved'),
    none: both('还没有处置过的预警', 'Nothing has been resolved yet'),
    failed: both('记录载入失败', 'The records could not be loaded'),
  },
  phones: {
    heading: both('呼叫电话', 'Phones'),
    hint: both(
      '本地发件箱：在没有短信与电话网关的环境里，以手机代为显示',
      'The local outbox, shown as phones where there is no SMS or voice gateway',
    ),
    none: both('还没有呼叫', 'No calls yet'),
    failed: both('呼叫记录载入失败', 'The calls could not be loaded'),
    earlier: both(
      (n: number) => `更早的 ${n} 条`,
      (n: number) => `${n} earlier`,
    ),
  },
  settings: {
    language: both('EN：切换到 English', '中文：切换到中文'),
    languageShort: both('EN', '中文'),
    light: both('浅色', 'Light'),
    dark: both('深色', 'Dark'),
    logout: both('退出登录', 'Log out'),
  },
  session: {
    signingIn: both('正在登录…', 'Signing in…'),
    failed: both('登录没有成功', 'Signing in failed'),
    failedHint: both('登录服务没有响应或拒绝了请求。', 'The login service did not answer or refused.'),
    refused: both('系统不接受此次登录，请联系管理员', 'The system does not accept this login; ask the administrator'),
    again: both('重新登录', 'Log in again'),
    config: both('系统配置载入失败', 'The configuration could not be loaded'),
    profile: both('个人信息载入失败', 'Your profile could not be loaded'),
    noAccess: both('您没有查看预警的权限', 'You may not see alerts'),
    noAccessHint: both('请联系本单位管理员开通，或换一个账号登录。', 'Ask your administrator, or log in with another account.'),
    signedOut: both('已退出登录', 'You have logged out'),
  },
  problem: {
    network: both('连不上服务器', 'The server cannot be reached'),
    networkDetail: both('请检查网络后重试。', 'Check the network and try again.'),
    timeout: both('服务器没有及时回答', 'The server did not answer in time'),
    unknown: both('出了点问题', 'Something went wrong'),
    page: both('这一页出错了', 'This page failed'),
    instance: both(
      (id: string) => `请求编号 ${id}`,
      (id: string) => `Request ${id}`,
    ),
  },
} as const;

type Of<D> = { readonly [Area in keyof D]: { readonly [Key in keyof D[Area]]: D[Area][Key] extends Pair<infer T> ? T : never } };
export type Words = Of<typeof dictionary>;

const inLanguage = (language: Language): Words =>
  Object.fromEntries(
    Object.entries(dictionary).map(([area, entries]) => [
      area,
      Object.fromEntries(Object.entries(entries).map(([key, pair]) => [key, (pair as Pair<unknown>)[language]])),
    ]),
  ) as unknown as Words;

export const WORDS: Readonly<Record<Language, Words>> = { zh: inLanguage('zh'), en: inLanguage('en') };
