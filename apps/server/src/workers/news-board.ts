import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { JudgedKey } from "@berth/control";
import {
  giveBack,
  makeSharedCount,
  type RoutingSnapshot,
  type SharedCount,
  SharedLoad,
} from "@berth/gateway";
import type { News, NumberedNews, RoutesNews } from "./thread-messages.ts";

/**
 * Tells other threads of routes, keys and limits. Whatever was told is known to them from the next request on: a number
 * in shared memory says how far the news go, and a thread that has not read so far does so before it judges.
 */
export class NewsBoard {
  readonly revision = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** What providers have under way, as this thread counts it. */
  readonly providerLoad = new SharedLoad(0);
  readonly #threads: number;
  readonly #readers = new Set<MessagePort>();
  readonly #slots = new Map<string, number>();
  readonly #counts = new Map<string, SharedCount>();

  /** `threads`: this one among them. */
  constructor(threads: number) {
    this.#threads = threads;
  }

  /** For a new thread: what there is, and from now on what changes. */
  open(snapshot: RoutingSnapshot, keys: ReadonlyMap<string, JudgedKey>): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#readers.add(port1);
    // closed with its reader
    port1.once("close", () => this.#readers.delete(port1));
    port1.unref();
    const news: News = { kind: "all", routes: this.#routes(snapshot), keys, slots: this.#slots };
    this.#post(port1, { revision: Atomics.load(this.revision, 0), news });
    return port2;
  }

  tellRoutes(snapshot: RoutingSnapshot): void {
    this.#tell({ kind: "routes", routes: this.#routes(snapshot) });
  }

  tellKey(hash: string, key: JudgedKey | undefined): void {
    this.#tell({ kind: "key", hash, key });
  }

  tellSlot(keyId: string, slot: number | undefined): void {
    if (slot === undefined) this.#slots.delete(keyId);
    else this.#slots.set(keyId, slot);
    this.#tell({ kind: "slot", keyId, slot });
  }

  /** What a thread that has died had under way is so no more. */
  giveBack(thread: number): void {
    for (const count of this.#counts.values()) giveBack(count, thread);
  }

  #routes(snapshot: RoutingSnapshot): RoutesNews {
    for (const id of providersOf(snapshot)) {
      if (this.#counts.has(id)) continue;
      const count = makeSharedCount(this.#threads);
      this.#counts.set(id, count);
      this.providerLoad.know(id, count);
    }
    return { snapshot, counts: this.#counts };
  }

  #tell(news: News): void {
    const revision = (Atomics.load(this.revision, 0) + 1) | 0;
    for (const reader of this.#readers) this.#post(reader, { revision, news });
    // after the news are there: who reads the number finds them
    Atomics.store(this.revision, 0, revision);
  }

  #post(reader: MessagePort, news: NumberedNews): void {
    reader.postMessage(news);
  }
}

function providersOf({ routes, patterns, fallback }: RoutingSnapshot): ReadonlySet<string> {
  const named = [...routes.values(), ...patterns.map(({ route }) => route)];
  if (fallback !== undefined) named.push(fallback);
  const upstreams = named.flatMap((route) => route.upstreams.map(({ upstream }) => upstream));
  return new Set(
    upstreams.flatMap((upstream) => (upstream.kind === "provider" ? [upstream.target.providerId] : [])),
  );
}
