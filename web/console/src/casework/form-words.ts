/** Words of the form's page. */
import { both, inLanguages, type Of, plural } from '../shared/dictionary.ts';
import { usePreferences } from '../shared/preferences.ts';

const dictionary = {
  page: {
    failed: both('申请表载入失败', 'The form could not be loaded'),
    department: both('代表哪个部门申请', 'For which department'),
    notYours: both('这份申请不由您填写', 'This is not for you to fill in'),
    notEditable: both('这件申请已提交，不能再修改', 'It was sent: it can no longer be changed'),
    toCase: both('查看办理情况', 'See where it is'),
    returned: both('请补正后重新提交', 'Please amend it and send it again'),
    returnedBy: both(
      (step: string, time: string) => `${step} · 请在 ${time} 前补正，逾期自动终止`,
      (step: string, time: string) => `${step} · amend it by ${time}, or it lapses`,
    ),
    submit: both('提交', 'Send'),
    resubmit: both('重新提交', 'Send again'),
    submitting: both('正在提交…', 'Sending…'),
    submitted: both('已提交', 'Sent'),
    errors: both(
      (n: number) => `还有 ${n} 处需要填写或修改`,
      (n: number) => `${plural(n, 'place')} to fill in or mend`,
    ),
    steps: both('提交以后', 'What happens next'),
    stepsHint: both('可随时在“申请”中查看进度。', 'Its progress is under “Requests” at any time.'),
    byService: both('系统自动', 'by the platform'),
    within: both(
      (span: string) => `${span}内`,
      (span: string) => `within ${span}`,
    ),
    back: both('返回申请列表', 'Back to the requests'),
  },
  save: {
    untouched: both('开始填写后自动保存', 'Saved by itself once you begin'),
    dirty: both('有改动，即将保存', 'Changed, about to be saved'),
    saving: both('正在保存…', 'Saving…'),
    saved: both(
      (time: string) => `草稿已保存 ${time}`,
      (time: string) => `Draft saved at ${time}`,
    ),
    failed: both('没有保存上', 'Not saved'),
    retry: both('再试一次', 'Try again'),
    keep: both('不要关闭此页，正在重试', 'Keep this page open: it is tried again'),
    changed: both('别人刚修改了这份申请，已载入最新内容', 'Somebody else has just changed it: the latest is shown'),
    changedBy: both(
      (who: string, time: string) => `${who} 于 ${time} 修改了这份申请，已载入最新内容`,
      (who: string, time: string) => `${who} changed it at ${time}: the latest is shown`,
    ),
    lost: both(
      (fields: string) => `您刚才填写的以下内容没有保存，请核对：${fields}`,
      (fields: string) => `What you had just entered here was not saved, please check: ${fields}`,
    ),
    moved: both('这份申请已不能修改，已转到办理情况', 'It can no longer be changed; this is where it is now'),
  },
  preview: {
    heading: both('提交前请看', 'Before you send it'),
    waiting: both('选定资源区并填写数量后，这里显示费用和余量', 'Choose a zone and amounts to see the price and what is left'),
    busy: both('正在计算…', 'Calculating…'),
    failed: both('费用暂时算不出来', 'The price cannot be told just now'),
    perMonth: both('每月费用', 'Per month'),
    total: both(
      (months: number) => `${months} 个月合计`,
      (months: number) => `${plural(months, 'month')} in total`,
    ),
    standard: both('标准规格且在限额之内：提交后按规则自动通过', 'Standard and within the limits: it will pass by rule'),
    review: both('需数据局审核、审批', 'To be reviewed and approved by the bureau'),
    presets: both('标准规格，点选填入', 'Standard sizes: press to fill in'),
    each: both(
      (price: string) => `${price}/月`,
      (price: string) => `${price}/month`,
    ),
    kind: both('资源', 'Resource'),
    asked: both('申请', 'Asked'),
    inDepartment: both('部门剩余', 'Department has left'),
    inPool: both('资源池剩余', 'Pool has left'),
    unlimited: both('不限', 'no limit'),
    caption: both('申请的数量与余量', 'What is asked for, and what is left'),
    findings: both('检查结果', 'Findings'),
    fine: both('没有发现问题', 'Nothing was found'),
    announced: both(
      (month: string) => `每月费用 ${month}`,
      (month: string) => `${month} per month`,
    ),
  },
  files: {
    heading: both('附件', 'Files'),
    hint: both(
      (types: string, size: string, n: number) => `${types}，每个不超过 ${size}，最多 ${n} 个`,
      (types: string, size: string, n: number) => `${types}; ${size} each at most, ${plural(n, 'file')} at most`,
    ),
    add: both('添加附件', 'Add files'),
    full: both('附件数量已满', 'No more files fit'),
    wrongType: both(
      (name: string) => `${name}：不接受这种类型的文件`,
      (name: string) => `${name}: this type of file is not accepted`,
    ),
    tooLarge: both(
      (name: string, size: string) => `${name}：超过 ${size}`,
      (name: string, size: string) => `${name}: larger than ${size}`,
    ),
    empty: both(
      (name: string) => `${name}：文件是空的`,
      (name: string) => `${name}: the file is empty`,
    ),
    uploading: both(
      (percent: number) => `正在上传 ${percent}%`,
      (percent: number) => `Uploading, ${percent}%`,
    ),
    awaited: both('正在检查', 'Being checked'),
    notUploaded: both('没有传完，请移除后重新添加', 'Not uploaded: take it away and add it again'),
    clean: both('已通过检查', 'Passed the checks'),
    refused: both('未通过检查，请移除', 'Refused: take it away'),
    refusedBecause: both(
      (reason: string) => `未通过检查：${reason}`,
      (reason: string) => `Refused: ${reason}`,
    ),
    failed: both(
      (name: string) => `${name} 没有传上去`,
      (name: string) => `${name} was not uploaded`,
    ),
    remove: both(
      (name: string) => `移除 ${name}`,
      (name: string) => `Take ${name} away`,
    ),
    download: both(
      (name: string) => `下载 ${name}`,
      (name: string) => `Download ${name}`,
    ),
    none: both('没有附件', 'No files'),
    wrongSize: both('大小与申报不符', 'its size is not the one declared'),
    wrongContent: both('内容与文件类型不符', 'its content is not of its type'),
    malware: both(
      (what: string) => `含有恶意内容（${what}）`,
      (what: string) => `harmful content (${what})`,
    ),
  },
} as const;

export type FormPageWords = Of<typeof dictionary>;
export const FORM_PAGE_WORDS = inLanguages(dictionary);
export const useFormPageWords = (): FormPageWords => FORM_PAGE_WORDS[usePreferences().language];
