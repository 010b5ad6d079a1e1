/** docs/benchmarks.md: each part's figures between marks of its own, so that running one leaves the others as they were measured. */
const TITLE = '# 测量 Benchmarks';
const SECTION = /<!-- (\S+) -->\n(.*?)\n<!-- \/\1 -->/gs;

/** What stands outside of marks, or between marks that a merge tore apart, goes. */
export const withSection = (page: string, name: string, content: string): string => {
  const sections = new Map([...page.matchAll(SECTION)].map(([, known = '', text = '']) => [known, text]));
  sections.set(name, content);
  return `${[TITLE, ...[...sections].map(([known, text]) => `<!-- ${known} -->\n${text}\n<!-- /${known} -->`)].join('\n\n')}\n`;
};
