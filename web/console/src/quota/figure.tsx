/** A picture of figures, which stand beside it as text: who does not see it misses nothing. */
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useChart } from '../shared/chart.ts';

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

interface Props {
  readonly label: string;
  readonly height: number;
  readonly options: (dark: boolean) => EChartsCoreOption;
}

export default ({ label, height, options }: Props) => (
  <div ref={useChart(options)} className="figure" style={{ height }} role="img" aria-label={label} data-testid="figure" />
);
