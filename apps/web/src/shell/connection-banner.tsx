import { useEffect, useState, type ReactNode } from "react";
import { connection } from "../api/connection.ts";
import { formatClock } from "../format/time.ts";
import { useStore } from "../state/store.ts";

/** Short losses (a restart, a sleeping laptop) heal before anybody needs to hear of them. */
const unsaidForMs = 1500;

/** One quiet line while the server does not answer; gone by itself when it does. */
export function ConnectionBanner(): ReactNode {
  const state = useStore(connection);
  const since = state.kind === "lost" ? state.since : undefined;
  const [said, setSaid] = useState<number>();
  useEffect(() => {
    if (since === undefined) return;
    const timer = setTimeout(() => setSaid(since), unsaidForMs);
    return () => clearTimeout(timer);
  }, [since]);
  return (
    <div role="status" className="contents">
      {since !== undefined && said === since && (
        <p className="sticky top-0 z-30 border-b border-warn/40 bg-warn-soft px-4 py-1.5 text-sm text-warn">
          The server has not answered since {formatClock(since)}. What you see is from then; Berth keeps
          trying.
        </p>
      )}
    </div>
  );
}
