import { describe, expect, test } from 'vitest';
import { LEVELS } from '#events/envelope.ts';
import { alert, opened, text } from './emergency.fixture.ts';
import { messageOf, subjectOf } from './words.ts';

const TOWN = { zh: '万安镇', en: 'Wan’an' };

test('the subject says what happened where, with the value and its unit', () => {
  expect(subjectOf(alert(3))).toEqual({ zh: '凯江站3 河道水位超限（4.21 m）', en: 'Kaijiang 3: River level above limit (4.21 m)' });
});

describe('the message', () => {
  test('says level, town, subject and plan, and what to do, in both languages', () => {
    expect(messageOf(opened(), TOWN)).toEqual({
      zh: '【橙色预警】万安镇：中subject。防汛应急预案，请立即确认。',
      en: '[ORANGE] Wan’an: subject. Flood response: acknowledge now.',
    });
  });

  test('counts the other alerts', () => {
    expect(messageOf({ ...opened(), alerts: 2 }, TOWN)).toEqual({
      zh: '【橙色预警】万安镇：中subject等 2 条预警。防汛应急预案，请立即确认。',
      en: '[ORANGE] Wan’an: subject and 1 more. Flood response: acknowledge now.',
    });
    expect(messageOf({ ...opened(), alerts: 1000 }, TOWN).en).toContain('subject and 999 more.');
  });

  test('names each level in its own words', () => {
    const words = LEVELS.map((level) => messageOf({ ...opened(), level, subject: text('s') }, TOWN));
    expect(words.map(({ zh }) => zh.slice(0, 6))).toEqual(['【蓝色预警】', '【黄色预警】', '【橙色预警】', '【红色预警】']);
    expect(words.map(({ en }) => en.split(']')[0])).toEqual(['[BLUE', '[YELLOW', '[ORANGE', '[RED']);
  });

  test('fits into two parts of an SMS, as long as names are as long as here', () => {
    expect(messageOf({ ...opened(), subject: subjectOf(alert(3)), alerts: 1000 }, TOWN).zh.length).toBeLessThanOrEqual(134);
  });
});
