import type { QueryClient } from "@tanstack/react-query";
import { applyChange, distrustCache } from "./apply-change.ts";
import { client } from "./client.ts";
import { connection } from "./connection.ts";
import { isLoggedOut } from "./failure.ts";
import { sessionQuery } from "./queries.ts";

const firstRetryMs = 500;
const maxRetryMs = 10_000;
/** Servers comment at least this often; a longer silence is a connection that died without a word. */
const silenceMs = 60_000;

/** Follows the server's changes until the signal aborts, coming back after every loss. */
export async function followChanges(queries: QueryClient, signal: AbortSignal): Promise<void> {
  let failures = 0;
  let since: number | undefined;
  while (!signal.aborted) {
    const opened = await followOnce(queries, signal, since !== undefined);
    if (signal.aborted) return;
    failures = opened ? 1 : failures + 1;
    if (opened) since = undefined;
    since ??= Date.now();
    connection.set({ kind: "lost", since });
    await pause(Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 8)), signal);
  }
}

/** Resolves when the stream is over, to whether it had opened at all. */
async function followOnce(queries: QueryClient, signal: AbortSignal, afterGap: boolean): Promise<boolean> {
  const silence = new AbortController();
  let opened = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(new Error("the stream went silent")), silenceMs);
    if (opened) return;
    opened = true;
    connection.set({ kind: "live" });
    if (afterGap) distrustCache(queries);
  };
  try {
    const either = AbortSignal.any([signal, silence.signal]);
    for await (const change of client.streamEvents({ signal: either, onComment: heard })) {
      heard();
      applyChange(queries, change);
    }
  } catch (error) {
    // a loss is told by the banner and mended by the next try; a log-out only by the log-in page
    if (isLoggedOut(error)) await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  } finally {
    clearTimeout(timer);
  }
  return opened;
}

/** Waits, but no longer than until the page is looked at again. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    document.addEventListener("visibilitychange", done);
    signal.addEventListener("abort", done);
  });
}
