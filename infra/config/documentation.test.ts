/** docs/configuration.md shows a pack that loads and a message that is printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { change, DISTRICT, load, RULES, sample } from './sample.fixture.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');

/** The only code block of the language. */
const block = (language: string): string => {
  const blocks = [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\n\`\`\``, 'gs'))].map(([, text]) => text);
  expect(blocks).toHaveLength(1);
  return String(blocks[0]);
};

test('the smallest pack is a pack', () => {
  const files = change(DISTRICT, '[water]', '[water, fire]', { ...sample, 'domains/fire/all.yaml': block('yaml') });
  expect(load(files).domains.map(({ id, rules }) => [id, rules.length])).toEqual([
    ['water', 2],
    ['fire', 1],
  ]);
});

test('the message is what is printed', () => {
  const files = change(RULES, 'orange: 6.5', 'orange: 4.5', change(DISTRICT, '[an-yi, bai-er]', '[an-yi, bai-err]'));
  expect(() => load(files)).toThrow(expect.objectContaining({ message: block('text') }));
});
