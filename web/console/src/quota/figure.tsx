/** A picture of figures, which stand beside it as text: who does not see it misses nothing. */
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { usePreferences } from '../shared/preferences.ts';

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

interface Props {
  readonly label: string;
  readonly height: number;
  readonly options: (dark: boolean) => EChartsCoreOption;
}

export default ({ label, height, options }: Props) => {
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
  return <div ref={element} className="figure" style={{ height }} role="img" aria-label={label} data-testid="figure" />;
};
