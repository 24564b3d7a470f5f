import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { atOnceHeader, notBegunHeader, runnerHealthSchema, runnerSecretHeader } from "@berth/api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFront, type Front, type Gate } from "./front.ts";

/** What the engine works on, by path, in the order it came. */
const working = new Map<string, ServerResponse>();
const headersSeen: IncomingMessage["headers"][] = [];
const engine = createServer((incoming, outgoing) => {
  headersSeen.push(incoming.headers);
  working.set(incoming.url ?? "", outgoing);
  outgoing.on("close", () => working.delete(incoming.url ?? ""));
});
let gate: Gate;
let front: Front;

beforeEach(async () => {
  engine.listen(0, "127.0.0.1");
  await once(engine, "listening");
  gate = {
    kind: "open",
    engine: {
      connect: { host: "127.0.0.1", port: (engine.address() as AddressInfo).port },
      agent: new Agent(),
      authorization: undefined,
      causeOfDeath: async () => undefined,
    },
  };
  front = await openFront({
    host: "127.0.0.1",
    secret: "secret",
    gate: () => gate,
    health: async () => runnerHealthSchema.parse({}),
    now: Date.now,
  });
});
afterEach(async () => {
  await front.close(0);
  await new Promise((resolve) => engine.close(resolve));
});

interface Asked {
  /** Its status, and whether it says that the engine has seen nothing. */
  readonly answer: Promise<readonly [number | undefined, boolean]>;
  leave(): void;
}

function ask(path: string): Asked {
  const headers = { [runnerSecretHeader]: "secret", [atOnceHeader]: "1" };
  const asking = request({ port: front.port, method: "POST", path, headers, agent: false });
  const answer = once(asking, "response").then(([response]: IncomingMessage[]) => {
    response?.resume();
    return [response?.statusCode, response?.headers[notBegunHeader] !== undefined] as const;
  });
  answer.catch(() => undefined);
  asking.end("{}");
  return { answer, leave: () => asking.destroy() };
}

/** Resolves once the front has so many requests, and the engine these. */
async function when(inFlight: number, ...paths: readonly string[]): Promise<void> {
  await expect
    .poll(() => [front.traffic.inFlight, [...working.keys()]], { interval: 5, timeout: 10_000 })
    .toEqual([inFlight, paths]);
}

test("the engine gets as many at once as are said, the others in the order they came", async () => {
  const first = ask("/1");
  await when(1, "/1");
  const second = ask("/2");
  await when(2, "/1");
  const third = ask("/3");
  await when(3, "/1");
  working.get("/1")?.end();
  expect(await first.answer).toEqual([200, false]);
  await when(2, "/2");
  second.leave();
  await when(1, "/3");
  working.get("/3")?.end();
  expect(await third.answer).toEqual([200, false]);
  expect(headersSeen.some((headers) => atOnceHeader in headers)).toBe(false);
});

test("who leaves while he waits is never sent", async () => {
  const first = ask("/1");
  await when(1, "/1");
  const second = ask("/2");
  await when(2, "/1");
  second.leave();
  await when(1, "/1");
  working.get("/1")?.end();
  await first.answer;
  await when(0);
});

test.each<[string, Gate, readonly [number, boolean]]>([
  ["is sent while the front drains", { kind: "draining" }, [200, false]],
  [
    "hears that it was not begun when the engine has died",
    { kind: "dead", reason: "it has ended" },
    [502, true],
  ],
])("who waits %s", async (_, later, answer) => {
  const first = ask("/1");
  await when(1, "/1");
  const second = ask("/2");
  await when(2, "/1");
  gate = later;
  working.get("/1")?.end();
  await first.answer;
  if (answer[0] === 200) {
    await when(1, "/2");
    working.get("/2")?.end();
  }
  expect(await second.answer).toEqual(answer);
});
