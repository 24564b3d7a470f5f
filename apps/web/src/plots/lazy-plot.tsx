import { lazy, Suspense, type ReactNode } from "react";
import type { PlotProps } from "./plot.tsx";
import { fetchPart } from "../parts/fetch-part.ts";

const Plot = lazy(async () => ({ default: (await fetchPart(() => import("./plot.tsx"))).Plot }));

/** A plot, whose program is fetched with the first. */
export function LazyPlot(props: PlotProps): ReactNode {
  return (
    <Suspense fallback={<div aria-hidden className="h-[172px]" />}>
      <Plot {...props} />
    </Suspense>
  );
}
