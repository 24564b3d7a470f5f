import type { Service } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { systemQuery } from "../api/queries.ts";
import { formatCount, formatMiB } from "../format/size.ts";
import { Figures } from "../parts/figures.tsx";
import { isFailure, isOver } from "./service-state.tsx";

/** The few numbers one looks at first. */
export function ServiceTotals({ services }: { services: readonly Service[] }): ReactNode {
  const memory = useQuery(systemQuery).data?.memory;
  const serving = services.filter((one) => one.status === "HEALTHY").length;
  const running = services.filter((one) => !isOver(one.status)).length;
  const failed = services.filter((one) => isFailure(one.status)).length;
  const inFlight = services.reduce((sum, one) => sum + one.inFlight, 0);
  return (
    <Figures
      figures={[
        { name: "Serving", value: formatCount(serving), note: `of ${formatCount(running)}` },
        { name: "Requests in flight", value: formatCount(inFlight) },
        { name: "Failed", value: formatCount(failed) },
        {
          name: "Memory free",
          value: memory === undefined ? "–" : formatMiB(memory.freeMiB),
          note: memory === undefined ? "" : `of ${formatMiB(memory.totalMiB)}`,
        },
      ]}
    />
  );
}
