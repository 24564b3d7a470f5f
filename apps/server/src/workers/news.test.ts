import { type LimitBook, SharedLoad, type Principal, type RoutingSnapshot } from "@berth/gateway";
import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { Known } from "./known.ts";
import { NewsBoard } from "./news-board.ts";
import { NewsReader } from "./news-reader.ts";

const holder: Principal = { keyId: "k", scopes: ["inference"], models: null, limits: {}, logBodies: false };

const snapshot = (version: number): RoutingSnapshot => ({
  version,
  routes: new Map(),
  endpoints: new Map(),
  patterns: [],
  fallback: undefined,
  ports: new Map(),
  anyPath: undefined,
});

function world() {
  const clock = new FakeClock(1_000);
  const board = new NewsBoard(2);
  const places = new Map<string, number | undefined>();
  const book: Pick<LimitBook, "know"> = { know: (keyId, slot) => void places.set(keyId, slot) };
  const known = new Known(book, new SharedLoad(1), clock);
  const join = (keys: Parameters<NewsBoard["open"]>[1] = new Map()) => {
    const port = board.open(snapshot(1), keys);
    const reader = new NewsReader(port, board.revision, (news) => known.apply(news));
    return { reader, [Symbol.dispose]: () => port.close() };
  };
  return { clock, board, places, known, join };
}

test("a thread that joins knows all there is", () => {
  const { board, known, places, join } = world();
  board.tellSlot("gone", 1);
  board.tellSlot("gone", undefined);
  board.tellSlot("k", 3);
  using _ = join(new Map([["hash", { holder, expiresAt: null }]]));
  expect(known.verifyHash("hash")).toEqual(holder);
  expect(known.snapshot.version).toBe(1);
  expect([...places]).toEqual([["k", 3]]);
});

test("what was told is known as soon as somebody asks, without waiting for a message", () => {
  const { board, known, places, join } = world();
  using given = join(new Map([["hash", { holder, expiresAt: null }]]));
  board.tellKey("hash", undefined);
  board.tellKey("new", { holder, expiresAt: null });
  board.tellSlot("k", 5);
  board.tellRoutes(snapshot(2));
  given.reader.catchUp();
  expect([known.verifyHash("hash"), known.verifyHash("new")]).toEqual([undefined, holder]);
  expect([known.snapshot.version, places.get("k")]).toEqual([2, 5]);
});

test("who hears of new routes and looks again is told each once, in order", () => {
  const { board, known, join } = world();
  using given = join();
  const seen: number[] = [];
  known.watch(() => {
    seen.push(known.snapshot.version);
    given.reader.catchUp();
  });
  for (const version of [2, 3, 4]) board.tellRoutes(snapshot(version));
  given.reader.catchUp();
  given.reader.catchUp();
  expect(seen).toEqual([2, 3, 4]);
});

test("however much was told meanwhile, a thread that looks again at each piece reads on", () => {
  const { board, known, join } = world();
  using given = join();
  let heard = 0;
  known.watch(() => {
    heard += 1;
    given.reader.catchUp();
  });
  const count = 20_000;
  for (let version = 1; version <= count; version += 1) board.tellRoutes(snapshot(version));
  given.reader.catchUp();
  expect([heard, known.snapshot.version]).toEqual([count, count]);
});

test("a thread with nothing to do hears of new routes by itself", async () => {
  const { board, known, join } = world();
  using _ = join();
  const { promise, resolve } = Promise.withResolvers<void>();
  known.watch(resolve);
  board.tellRoutes(snapshot(2));
  await promise;
  expect(known.snapshot.version).toBe(2);
});

test("a key opens nothing from the moment it expires", async () => {
  const { clock, known, join } = world();
  using _ = join(new Map([["hash", { holder, expiresAt: 1_500 }]]));
  expect(known.verifyHash("hash")).toEqual(holder);
  await clock.advance(500);
  expect(known.verifyHash("hash")).toBeUndefined();
});
