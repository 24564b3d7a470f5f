import type { Change } from "@berth/api";
import type { Changes } from "@berth/control";

/** More than this many unread changes, and the reader is too slow: its stream ends and it starts afresh. */
const maxBacklog = 10_000;

/** Every change from now on as server-sent events, until the signal aborts or the reader has fallen behind. */
export async function* changeStream(changes: Changes, signal: AbortSignal): AsyncIterable<string> {
  const backlog: Change[] = [];
  let wake: () => void = () => {};
  const unsubscribe = changes.subscribe((change) => {
    if (backlog.length <= maxBacklog) backlog.push(change);
    wake();
  });
  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort);
  try {
    yield ": connected\n\n";
    while (!signal.aborted && backlog.length <= maxBacklog) {
      const ready = backlog.splice(0);
      if (ready.length > 0)
        yield ready.map((change) => `event: ${change.type}\ndata: ${JSON.stringify(change)}\n\n`).join("");
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", onAbort);
  }
}
