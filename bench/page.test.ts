import { expect, test } from 'vitest';
import { withSection } from './page.ts';

const first = withSection('', 'road/fold', 'fast');
const both = withSection(first, 'road/load', 'much\n\n| a | b |');

test('a part stands between its marks, in the order in which they came', () => {
  expect(both).toBe(
    '# 测量 Benchmarks\n\n<!-- road/fold -->\nfast\n<!-- /road/fold -->\n\n<!-- road/load -->\nmuch\n\n| a | b |\n<!-- /road/load -->\n',
  );
});

test('measured again it stands in its old place, and the others as they were', () => {
  expect(withSection(both, 'road/fold', 'faster')).toBe(both.replace('fast', 'faster'));
});

test('marks that a merge tore apart make no more of them', () => {
  const torn = both.replace('<!-- /road/fold -->', '');
  expect(withSection(torn, 'road/fold', 'faster').match(/<!-- road\/fold -->/g)).toHaveLength(1);
  expect(withSection(torn, 'road/fold', 'faster')).toContain('faster\n<!-- /road/fold -->');
});
