/** A thread that carries requests beside the server's own: with an event loop, a heap and a place at the port of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { createGateway, type Gateway, LimitBook, SharedLoad } from "@berth/gateway";
import { systemClock } from "@berth/std/clock";
import { forbiddenAddress } from "@berth/std/forbidden-address";
import { timeOrderedId } from "@berth/std/time-ordered-id";
import { createFastFront } from "../http/fast-front.ts";
import { listen } from "../http/listen.ts";
import { ownHeap, shrinkWhenIdle } from "../idle-memory.ts";
import { isOwnPort } from "../own-port.ts";
import { Known } from "./known.ts";
import { NewsReader } from "./news-reader.ts";
import { Outbox } from "./outbox.ts";
import { passToMain } from "./pass-to-main.ts";
import { tellLoads } from "./tell-loads.ts";
import { createThreadFront } from "./thread-front.ts";
import { type FromThread, inFlightAt, type ThreadData, type ToThread } from "./thread-messages.ts";

const data = workerData as ThreadData;
const { state, host, port, policy, open, mainSocket } = data;
const tell = (message: FromThread): void => parentPort?.postMessage(message);
const outbox = new Outbox(tell, state);
const book = new LimitBook(data.book, data.thread);
const providerLoad = new SharedLoad(data.thread);
const known = new Known(book, providerLoad, systemClock);
const news = new NewsReader(data.news, data.revision, (piece) => known.apply(piece));
const gateway = createGateway({
  routes: {
    snapshot: () => {
      news.catchUp();
      return known.snapshot;
    },
    watch: (listener) => known.watch(listener),
  },
  keys: {
    verifyHash: (hash) => {
      news.catchUp();
      const principal = known.verifyHash(hash);
      if (principal !== undefined) outbox.used(hash);
      return principal;
    },
  },
  activator: {
    wake: (serviceId) => {
      tellNow();
      tell({ kind: "wake", serviceId });
    },
    suspect: (providerId) => tell({ kind: "suspect", providerId }),
  },
  forbids: forbiddenAddress,
  keyLimits: book,
  providerLoad,
  usage: outbox,
  observe: (observation) => outbox.observe(observation),
  report: (error, requestId) => tell({ kind: "report", error: asClonable(error), requestId }),
  clock: systemClock,
  newId: () => `req-${timeOrderedId(Date.now())}`,
  isPeer: isOwnPort,
  limits: data.limits,
});
const tellNow = tellLoads(gateway, (loads) => tell({ kind: "loads", loads }));
const counted: Pick<Gateway, "handle"> = {
  handle: async (request, response, context) => {
    Atomics.add(state, inFlightAt, 1);
    await gateway.handle(request, response, context);
    Atomics.sub(state, inFlightAt, 1);
  },
};
const front = createThreadFront({ gateway: counted, policy, open, toMain: passToMain(mainSocket) });
const fast = createFastFront({ gateway: counted, policy, open });
const listener = await listen(host, port, front, { shared: true, fast });
const stopping = new AbortController();
void shrinkWhenIdle(
  {
    heap: ownHeap(),
    work: () => ({ inFlight: gateway.inFlight, activeMs: performance.eventLoopUtilization().active }),
    clock: systemClock,
  },
  stopping.signal,
);
parentPort?.on("message", (message: ToThread) => {
  switch (message.kind) {
    case "drain":
      return void drain(message.withinMs);
    case "close":
      return void close(message.withinMs);
  }
});
tell({ kind: "listening" });

async function drain(withinMs: number): Promise<void> {
  listener.stopAccepting();
  await gateway.drain(AbortSignal.timeout(withinMs));
  outbox.flush();
  tell({ kind: "drained" });
}

async function close(withinMs: number): Promise<void> {
  stopping.abort();
  await listener.close(withinMs);
  outbox.flush();
  process.exit();
}

/** What cannot be copied to another thread is told by its words. */
function asClonable(error: unknown): unknown {
  try {
    return structuredClone(error);
  } catch {
    return new Error(String(error));
  }
}
