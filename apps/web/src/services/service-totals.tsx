import type { Service } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { systemQuery } from "../api/queries.ts";
import { formatCount, formatMiB } from "../format/size.ts";
import { isFailure, isOver } from "./service-state.tsx";

/** The few numbers one looks at first. */
export function ServiceTotals({ services }: { services: readonly Service[] }): ReactNode {
  const memory = useQuery(systemQuery).data?.memory;
  const serving = services.filter((one) => one.status === "HEALTHY").length;
  const running = services.filter((one) => !isOver(one.status)).length;
  const failed = services.filter((one) => isFailure(one.status)).length;
  const inFlight = services.reduce((sum, one) => sum + one.inFlight, 0);
  return (
    <dl className="mb-4 grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-4">
      <Total name="Serving" value={formatCount(serving)} note={`of ${formatCount(running)}`} />
      <Total name="Requests in flight" value={formatCount(inFlight)} />
      <Total name="Failed" value={formatCount(failed)} />
      <Total
        name="Memory free"
        value={memory === undefined ? "–" : formatMiB(memory.freeMiB)}
        note={memory === undefined ? "" : `of ${formatMiB(memory.totalMiB)}`}
      />
    </dl>
  );
}

function Total({ name, value, note = "" }: { name: string; value: string; note?: string }): ReactNode {
  return (
    <div className="bg-panel px-3.5 py-2.5">
      <dt className="text-sm text-ink-2">{name}</dt>
      <dd className="mt-px text-[19px] font-semibold tracking-[-0.02em]">
        {value}{" "}
        {note !== "" && <span className="text-sm font-normal tracking-normal text-ink-3">{note}</span>}
      </dd>
    </div>
  );
}
