/** A chart that follows its place's size and the page's colours. Whoever uses it tells ECharts which parts it needs. */
import { type ECharts, type EChartsCoreOption, init } from 'echarts/core';
import { type RefObject, useEffect, useRef } from 'react';
import { usePreferences } from './preferences.ts';

/** `options`: memoised, or the chart is drawn at each render. Answers where the chart goes. */
export const useChart = (options: (dark: boolean) => EChartsCoreOption): RefObject<HTMLDivElement | null> => {
  const { theme } = usePreferences();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  useEffect(() => {
    const made = init(element.current, undefined, { renderer: 'svg' });
    chart.current = made;
    const watching = new ResizeObserver(() => made.resize());
    if (element.current) watching.observe(element.current);
    return () => {
      watching.disconnect();
      made.dispose();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `theme` changes the page's own mark, which is read here
  useEffect(() => {
    chart.current?.setOption(options(document.documentElement.dataset.theme === 'dark'), true);
  }, [options, theme]);
  return element;
};
