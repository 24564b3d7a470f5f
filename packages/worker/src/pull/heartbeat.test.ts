import { once } from "node:events";
import { expect, test } from "vitest";
import { createLogger } from "../logger.ts";
import { Heartbeat } from "./heartbeat.ts";
import { createWorkerServer } from "./worker-server.ts";

test("a beat that hangs is left in time for the next one, which keeps the lease", async () => {
  let beats = 0;
  const kept = Promise.withResolvers<void>();
  const server = createWorkerServer({
    url: "http://server",
    key: "k",
    endpoint: "e",
    fetch: async (_url, init) => {
      beats += 1;
      if (beats === 1) {
        await once(init!.signal!, "abort");
        throw init!.signal!.reason;
      }
      kept.resolve();
      return Response.json({ data: ["held"] });
    },
  });
  // as soon as it is due
  let now = 0;
  const clock = { now: () => now, pause: async (ms: number) => void (now += ms) };
  const heartbeat = new Heartbeat({ server, workerId: "w", clock, logger: createLogger(() => undefined) });
  heartbeat.add("lease", 30, () => expect.unreachable());
  await kept.promise;
  heartbeat.remove("lease");
});
