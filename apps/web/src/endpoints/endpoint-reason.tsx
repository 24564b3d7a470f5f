import type { Endpoint } from "@berth/api";
import type { ReactNode } from "react";
import { classNames } from "../parts/class-names.ts";
import { useNow } from "../state/now.ts";
import { readyWords } from "./endpoint-words.ts";

/** Why an endpoint stands as it does, and until about when. */
export function EndpointReason({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { status, statusReason, expectedReadyAt } = endpoint;
  if (statusReason === null && expectedReadyAt === null) return null;
  return (
    <span
      className={classNames("block text-sm wrap-anywhere", status === "FAILED" ? "text-bad" : "text-ink-2")}
    >
      {statusReason}
      {expectedReadyAt !== null && <Ready endpoint={endpoint} apart={statusReason !== null} />}
    </span>
  );
}

function Ready({ endpoint, apart }: { endpoint: Endpoint; apart: boolean }): ReactNode {
  const words = readyWords(endpoint, useNow());
  return words === undefined ? null : `${apart ? " · " : ""}${words}`;
}
