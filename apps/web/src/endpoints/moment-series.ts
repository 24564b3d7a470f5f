import type { EndpointMoment } from "@berth/api";
import type { PlotLine } from "../plots/plot.tsx";

export interface MomentSeries {
  readonly timesMs: readonly number[];
  readonly replicas: readonly PlotLine[];
  readonly calls: readonly PlotLine[];
}

/** An endpoint's moments as the lines of two plots that share their times. */
export function momentSeries(moments: readonly EndpointMoment[]): MomentSeries {
  const values = (of: (moment: EndpointMoment) => number): number[] => moments.map(of);
  return {
    timesMs: values(({ at }) => at),
    replicas: [
      { name: "wanted", values: values(({ wanted }) => wanted), colour: "ink-3", stepped: true },
      { name: "starting", values: values(({ starting }) => starting), colour: "warn", stepped: true },
      { name: "ready", values: values(({ ready }) => ready), colour: "accent", filled: true, stepped: true },
    ],
    calls: [
      { name: "waiting", values: values(({ waiting }) => waiting), colour: "wait", filled: true },
      { name: "worked on", values: values(({ inFlight }) => inFlight), colour: "accent", filled: true },
    ],
  };
}

/** "Replicas over time. wanted: 4 at most, ready: 4 at most." for those who cannot see the plot. */
export function plotLabel(title: string, lines: readonly PlotLine[]): string {
  const peaks = lines.map(({ name, values }) => {
    const most = values.reduce<number>((high, value) => Math.max(high, value ?? 0), 0);
    return `${name}: ${most} at most`;
  });
  return `${title} over time. ${peaks.join(", ")}.`;
}
