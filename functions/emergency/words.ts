/** What people who are called read. Short: it may come as an SMS, at night. */
import type { AlertFacts } from '#events/alerts.ts';
import type { Level, Text } from '#events/envelope.ts';
import type { Incident } from './incident.ts';

const LEVEL_WORDS: Readonly<Record<Level, Text>> = {
  red: { zh: '红色', en: 'RED' },
  orange: { zh: '橙色', en: 'ORANGE' },
  yellow: { zh: '黄色', en: 'YELLOW' },
  blue: { zh: '蓝色', en: 'BLUE' },
};

/** What happened where: device, rule, value. */
export const subjectOf = ({ deviceName, headline, value, unit }: AlertFacts): Text => ({
  zh: `${deviceName.zh} ${headline.zh}（${value} ${unit}）`,
  en: `${deviceName.en}: ${headline.en} (${value} ${unit})`,
});

export const messageOf = ({ level, subject, alerts, planName }: Incident, townName: Text): Text => {
  const more = alerts > 1 ? { zh: `等 ${alerts} 条预警`, en: ` and ${alerts - 1} more` } : { zh: '', en: '' };
  return {
    zh: `【${LEVEL_WORDS[level].zh}预警】${townName.zh}：${subject.zh}${more.zh}。${planName.zh}，请立即确认。`,
    en: `[${LEVEL_WORDS[level].en}] ${townName.en}: ${subject.en}${more.en}. ${planName.en}: acknowledge now.`,
  };
};
