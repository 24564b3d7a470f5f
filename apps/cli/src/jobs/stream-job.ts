import { setTimeout as sleep } from "node:timers/promises";
import type { Job, JobStreamEvent } from "@berth/api";
import { BerthApiError, type Client } from "@berth/client";
import { isAway } from "../look-until.ts";

const pauseMs = 500;
/** How long the server may be away (restarting, say) before following is given up. */
const patienceMs = 60_000;

export interface StreamOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: Exclude<JobStreamEvent, { readonly type: "end" }>) => void;
  readonly onLost: () => void;
}

/**
 * What the job yields, each value once, however often the connection is lost: it is resumed behind the last event. Resolves
 * with the job when it has ended.
 */
export async function streamJob(client: Client, id: string, options: StreamOptions): Promise<Job> {
  const { signal } = options;
  let after: number | undefined;
  let lostMs: number | undefined;
  for (;;) {
    try {
      const events = client.streamJob({
        params: { id },
        query: after === undefined ? {} : { after },
        signal,
        onComment: () => (lostMs = undefined),
        onEventId: (text) => (after = /^\d+$/.test(text) ? Number(text) : after),
      });
      for await (const event of events) {
        lostMs = undefined;
        if (event.type === "end") return event.job;
        options.onEvent(event);
      }
      // a server that stops ends its streams without the job's end
      throw new BerthApiError("connection_lost", "the stream ended before the job", { status: 200 });
    } catch (error) {
      lostMs ??= performance.now();
      if (!isAway(error) || performance.now() - lostMs > patienceMs) throw error;
    }
    options.onLost();
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
