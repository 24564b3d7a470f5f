import type { Endpoint, EndpointMoment } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { formatRough } from "../format/size.ts";
import { formatClock } from "../format/time.ts";
import { Loading, Problem } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { Select } from "../parts/select.tsx";
import { LazyPlot } from "../plots/lazy-plot.tsx";
import { momentsQuery } from "./endpoint-queries.ts";
import { momentSeries, plotLabel } from "./moment-series.ts";

const ranges = [
  { value: "900", label: "15 minutes" },
  { value: "3600", label: "An hour" },
  { value: "21600", label: "6 hours" },
  { value: "86400", label: "A day" },
];

const count = (value: number): string => formatRough(Math.round(value * 100) / 100);

/** Replicas and calls over time, and under the pointer why there were as many replicas as there were. */
export function Activity({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const [seconds, setSeconds] = useState("3600");
  const [pointed, setPointed] = useState<number | null>(null);
  const { data, error, refetch } = useQuery(momentsQuery(endpoint.id, Number(seconds), pointed !== null));
  const series = useMemo(() => momentSeries(data ?? []), [data]);
  const moment = pointed === null ? undefined : data?.[pointed];
  return (
    <Card
      title="Replicas and calls"
      aside={
        <div className="w-32">
          <Select label="Span of time" value={seconds} onChange={setSeconds} choices={ranges} />
        </div>
      }
    >
      {data === undefined && error === null && <Loading what="moments" />}
      {data === undefined && error !== null && (
        <div className="p-3.5">
          <Problem error={error} retry={() => void refetch()} />
        </div>
      )}
      {data !== undefined && data.length < 2 && (
        <p className="px-3.5 py-4 text-ink-3">
          Nothing to draw yet: it is looked at every few seconds once it is deployed.
        </p>
      )}
      {data !== undefined && data.length >= 2 && (
        <>
          <div className="grid grid-cols-1 gap-x-4 px-1 pt-2 lg:grid-cols-2">
            <LazyPlot
              label={plotLabel("Replicas", series.replicas)}
              timesMs={series.timesMs}
              lines={series.replicas}
              format={wholeCount}
              together={`endpoint ${endpoint.id}`}
              onPoint={setPointed}
            />
            <LazyPlot
              label={plotLabel("Calls", series.calls)}
              timesMs={series.timesMs}
              lines={series.calls}
              format={count}
              together={`endpoint ${endpoint.id}`}
              onPoint={setPointed}
            />
          </div>
          <Why moment={moment} decision={endpoint.decision} />
        </>
      )}
    </Card>
  );
}

/** Between whole replicas an axis has nothing to say. */
function wholeCount(value: number): string {
  return Number.isInteger(value) ? count(value) : "";
}

function Why({
  moment,
  decision,
}: {
  moment: EndpointMoment | undefined;
  decision: string | null;
}): ReactNode {
  const words = moment?.reason ?? decision;
  return (
    <p className="min-h-[3.4em] border-t border-line px-3.5 py-2 text-sm wrap-anywhere text-ink-2">
      <span className="font-mono text-xs text-ink-3">
        {moment === undefined ? "now" : formatClock(moment.at)}
      </span>{" "}
      {words ?? "Nothing has been decided yet."}
      {moment !== undefined && (
        <span className="text-ink-3"> · {count(moment.arrivalsPerSecond)} calls come a second</span>
      )}
    </p>
  );
}
