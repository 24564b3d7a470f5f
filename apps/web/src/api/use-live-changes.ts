import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { distrustCache } from "./apply-change.ts";
import { connection } from "./connection.ts";
import { followChanges } from "./live.ts";

/** A page that nobody looks at gives its connection back: browsers allow six to a server, over all tabs. */
const hiddenForMs = 30_000;

/** Keeps the cache in step with the server for as long as the component lives and the page is looked at. */
export function useLiveChanges(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let following = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    void followChanges(queries, following.signal);
    const onVisibility = (): void => {
      clearTimeout(timer);
      if (document.visibilityState === "hidden") {
        timer = setTimeout(() => {
          following.abort();
          connection.set({ kind: "connecting" });
        }, hiddenForMs);
      } else if (following.signal.aborted) {
        following = new AbortController();
        distrustCache(queries);
        void followChanges(queries, following.signal);
      }
    };
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(timer);
      following.abort();
    };
  }, [queries]);
}
