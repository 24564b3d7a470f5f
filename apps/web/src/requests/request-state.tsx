import type { RequestRecord } from "@berth/api";
import type { ReactNode } from "react";
import { State } from "../parts/state.tsx";

/** How a request ended: its status, and what that was. */
export function RequestState({
  record: { outcome, status, cached },
}: {
  record: Pick<RequestRecord, "outcome" | "status" | "cached">;
}): ReactNode {
  switch (outcome) {
    case "ok":
      return <State tone="ok" shape="●" word={cached ? "Remembered" : "Answered"} />;
    case "client_closed":
      return <State tone="off" shape="■" word="Caller left" />;
    case "error":
      return <State tone="bad" shape="✕" word={`Failed ${status}`} />;
  }
}

export const outcomeWords: Readonly<Record<RequestRecord["outcome"], string>> = {
  ok: "Answered",
  client_closed: "Caller left",
  error: "Failed",
};
