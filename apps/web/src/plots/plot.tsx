import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./plot.css";
import { useEffect, useRef, type ReactNode } from "react";
import { formatClock, formatDay, formatMoment } from "../format/time.ts";
import { theme } from "../shell/theme.ts";

export interface PlotLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** A colour of the tokens. */
  readonly colour: "accent" | "wait" | "warn" | "bad" | "ink-3";
  /** Filled down to the ground, for what is counted. */
  readonly filled?: boolean;
  /** Holds its value until the next, for what changes at once. */
  readonly stepped?: boolean;
}

export interface PlotProps {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly lines: readonly PlotLine[];
  readonly format: (value: number) => string;
  /** Plots with the same name show the same moment under the pointer. */
  readonly together?: string;
  /** Hears which value the pointer is at; null when it is at none. */
  readonly onPoint?: (index: number | null) => void;
}

const heightPx = 150;
const usualName = "usage";

/** Values over time. Drawn anew when its data, its width or the theme change. */
export function Plot({ label, timesMs, lines, format, together = usualName, onPoint }: PlotProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const point = useRef(onPoint);
  useEffect(() => {
    point.current = onPoint;
  }, [onPoint]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let plot: uPlot | undefined;
    const draw = (): void => {
      plot?.destroy();
      plot = new uPlot(
        options(element, lines, format, together, (index) => point.current?.(index)),
        data(timesMs, lines),
        element,
      );
    };
    draw();
    const widthChanges = new ResizeObserver(() => {
      if (plot !== undefined && plot.width !== element.clientWidth)
        plot.setSize({ width: element.clientWidth, height: heightPx });
    });
    widthChanges.observe(element);
    const systemTheme = matchMedia("(prefers-color-scheme: dark)");
    systemTheme.addEventListener("change", draw);
    // the store tells before the page has changed its colours
    const unsubscribe = theme.subscribe(() => requestAnimationFrame(draw));
    return () => {
      widthChanges.disconnect();
      systemTheme.removeEventListener("change", draw);
      unsubscribe();
      plot?.destroy();
    };
  }, [timesMs, lines, format, together]);
  return <div ref={box} role="img" aria-label={label} className="plot w-full" />;
}

function data(timesMs: readonly number[], lines: readonly PlotLine[]): uPlot.AlignedData {
  return [timesMs.map((at) => at / 1000), ...lines.map(({ values }) => [...values])];
}

function options(
  element: HTMLElement,
  lines: readonly PlotLine[],
  format: (value: number) => string,
  together: string,
  onPoint: (index: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(element);
  // a canvas knows no variables and no light-dark()
  const colour = (value: string): string => {
    const probe = document.createElement("span");
    probe.style.color = value;
    element.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
  };
  const axis: uPlot.Axis = {
    stroke: colour("var(--ink-3)"),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: colour("var(--line)"), width: 1 },
    ticks: { show: false },
    gap: 4,
  };
  return {
    width: element.clientWidth,
    height: heightPx,
    padding: [8, 8, 0, 0],
    cursor: { sync: { key: together }, drag: { setScale: false }, points: { size: 6 } },
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
    legend: { live: true },
    scales: { y: { range: (_, _min, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [
      { ...axis, size: 24, space: 56, values: (_, splits) => ticks(splits) },
      { ...axis, size: 56, space: 32, values: (_, splits) => splits.map(format) },
    ],
    series: [
      { value: (_, at, _line, index) => (index === null ? "" : formatMoment(at * 1000).slice(0, -3)) },
      ...lines.map(({ name, colour: token, filled = false, stepped = false }): uPlot.Series => {
        return {
          label: name,
          stroke: colour(`var(--${token})`),
          width: 1.5,
          spanGaps: false,
          points: filled || stepped ? { show: false } : { size: 4 },
          ...(stepped && uPlot.paths.stepped !== undefined
            ? { paths: uPlot.paths.stepped({ align: 1 }) }
            : {}),
          ...(filled ? { fill: colour(`color-mix(in srgb, var(--${token}) 14%, transparent)`) } : {}),
          value: (_, value, _line, index) => (index === null ? "" : value === null ? "–" : format(value)),
        };
      }),
    ],
  };
}

/** In seconds since 1970. */
function ticks(splits: readonly number[]): string[] {
  const stepSeconds = (splits[1] ?? Infinity) - (splits[0] ?? 0);
  return splits.map((at) => (stepSeconds < 60 ? formatClock(at * 1000) : tick(at * 1000)));
}

/** The clock; the day at midnight. */
function tick(at: number): string {
  const clock = formatClock(at).slice(0, 5);
  return clock === "00:00" ? formatDay(at).slice(5) : clock;
}
