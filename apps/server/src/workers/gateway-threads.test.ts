import {
  LimitBook,
  makeBookMemory,
  type ProviderTarget,
  type ProviderUpstream,
  type RoutePolicy,
  type RoutingSnapshot,
} from "@berth/gateway";
import { systemClock } from "@berth/std/clock";
import { expect, test, vi } from "vitest";
import { GatewayThreads, type GatewayThreadsOptions } from "./gateway-threads.ts";
import { NewsBoard } from "./news-board.ts";

const target: ProviderTarget = {
  providerId: "p",
  provider: "p",
  kind: "openai-compatible",
  url: "http://127.0.0.1:9/v1",
  auth: { kind: "none" },
  options: {},
  maxParallel: 2,
  connectMs: null,
  firstTokenMs: null,
};
const upstream: ProviderUpstream = {
  kind: "provider",
  id: "p/m",
  name: "m",
  model: "m",
  task: "text-generation",
  contextTokens: null,
  createdAtMs: 0,
  target,
  isDown: false,
  maxOutputTokens: null,
  price: null,
  prompt: null,
  defaults: {},
};
const policy: RoutePolicy = {
  route: "r",
  strategy: "priority",
  retries: 1,
  firstTokenMs: null,
  cache: null,
  logBodies: false,
};
const snapshot: RoutingSnapshot = {
  version: 1,
  routes: new Map(),
  endpoints: new Map(),
  patterns: [],
  fallback: { policy, upstreams: [{ upstream, weight: 1, group: 0 }] },
  ports: new Map(),
  anyPath: undefined,
};

function world(entry: URL, onEnd: GatewayThreadsOptions["onEnd"]) {
  const news = new NewsBoard(2);
  const book = new LimitBook(makeBookMemory(2));
  const limits = { budgets: [{ period: "day", unit: "tokens", amount: 100 } as const] };
  news.tellSlot("k", book.setLimits("k", limits, systemClock.now()));
  const threads = new GatewayThreads({
    count: 1,
    entry,
    settings: {
      host: "127.0.0.1",
      port: 0,
      open: false,
      policy: { hosts: new Set(), anyAddress: false, origins: new Set() },
      limits: {},
    },
    mainSocket: { path: "", stopAccepting: () => undefined, close: () => Promise.resolve() },
    book,
    news,
    routes: { snapshot: () => snapshot, watch: () => () => undefined },
    keys: { judged: () => new Map(), verify: () => undefined },
    wake: () => undefined,
    suspect: () => undefined,
    loads: () => undefined,
    observe: () => undefined,
    record: () => undefined,
    report: () => undefined,
    onLost: () => undefined,
    onEnd,
    clock: systemClock,
  });
  return { news, book, threads };
}

test("a thread that dies is told of and started anew, and what it had under way is given back", async () => {
  const ended: [number, unknown][] = [];
  const twice = Promise.withResolvers<void>();
  const { threads, news, book } = world(
    new URL("../testing/dying-thread.ts", import.meta.url),
    (thread, error) => {
      ended.push([thread, error]);
      if (ended.length === 2) twice.resolve();
    },
  );
  await threads.start();
  await twice.promise;
  expect(ended).toMatchObject([
    [1, { message: "something is broken" }],
    [1, { message: "something is broken" }],
  ]);
  expect(news.providerLoad.of("p")).toBe(0);
  expect(book.budgets("k", systemClock.now())).toMatchObject([{ spent: 0, reserved: 0 }]);
  await threads.drain(0);
  await threads.close(0);
});

test("a thread for which there is no room is started later, and the server goes on", async () => {
  const ended: string[] = [];
  const thrice = Promise.withResolvers<void>();
  const { threads, news } = world(
    new URL("../testing/dying-thread.ts", import.meta.url),
    (_thread, error) => {
      ended.push((error as Error).message);
      if (ended.length === 3) thrice.resolve();
    },
  );
  await threads.start();
  const open = news.open.bind(news);
  news.open = () => {
    news.open = open;
    throw new Error("no room");
  };
  await thrice.promise;
  expect(ended).toEqual(["something is broken", "no room", "something is broken"]);
  await threads.drain(0);
  await threads.close(0);
});

test("a thread that hears nothing any more does not keep the server from stopping", async () => {
  const { threads } = world(new URL("../testing/deaf-thread.ts", import.meta.url), () => undefined);
  await threads.start();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const drained = threads.drain(5_000);
  vi.advanceTimersByTime(7_000);
  vi.useRealTimers();
  await drained;
  await threads.close(0);
});

test("a thread that cannot start fails the start, with its reason", async () => {
  const { threads } = world(new URL("file:///no-such-thread.ts"), () => undefined);
  await expect(threads.start()).rejects.toThrow("no-such-thread");
  await threads.drain(0);
});
