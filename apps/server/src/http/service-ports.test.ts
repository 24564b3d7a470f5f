import { createServer } from "node:net";
import { expect, test, vi } from "vitest";
import type { RoutingSnapshot, ServiceUpstream } from "@berth/api";
import { listen } from "./listen.ts";
import { ServicePorts } from "./service-ports.ts";

/** Routes with services on the ports, which can be changed. */
function routesOf(...first: number[]) {
  const watchers = new Set<() => void>();
  let ports = first;
  return {
    snapshot: (): RoutingSnapshot => ({
      version: 0,
      routes: new Map(),
      endpoints: new Map(),
      patterns: [],
      fallback: undefined,
      anyPath: undefined,
      ports: new Map(ports.map((port) => [port, {} as ServiceUpstream])),
    }),
    watch: (watcher: () => void) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    set: (...next: number[]) => {
      ports = next;
      for (const watcher of watchers) watcher();
    },
  };
}

async function freePort(): Promise<number> {
  const listener = await listen("localhost", 0, () => undefined);
  await listener.close(0);
  return listener.port;
}

const answerOf = async (port: number): Promise<string> =>
  fetch(`http://localhost:${port}/`).then(
    (response) => response.text(),
    () => "nobody",
  );

test("a service's port is listened on as long as the service lives", async () => {
  const [a, b] = [await freePort(), await freePort()];
  const routes = routesOf(a);
  const ports = new ServicePorts();
  ports.follow(
    routes,
    (_, response, port) => void response.end(`at ${port}`),
    () => undefined,
  );
  await vi.waitFor(async () => expect(await answerOf(a)).toBe(`at ${a}`));
  routes.set(b);
  await vi.waitFor(async () => expect([await answerOf(a), await answerOf(b)]).toEqual(["nobody", `at ${b}`]));
  await ports.stopAccepting();
  await ports.close(0);
  expect(await answerOf(b)).toBe("nobody");
});

test("a port that somebody else has is told once, and taken when it is free", async () => {
  const port = await freePort();
  const stranger = createServer();
  await new Promise<void>((resolve) => stranger.listen(port, "127.0.0.1", resolve));
  const troubles: number[] = [];
  let tries = 0;
  const routes = routesOf(port);
  const ports = new ServicePorts(5);
  ports.follow(
    { ...routes, snapshot: () => ((tries += 1), routes.snapshot()) },
    (_, response) => void response.end("ours"),
    (taken) => troubles.push(taken),
  );
  await vi.waitFor(() => expect(tries).toBeGreaterThan(3), 20_000);
  await new Promise((resolve) => stranger.close(resolve));
  await vi.waitFor(async () => expect(await answerOf(port)).toBe("ours"), 20_000);
  expect(troubles).toEqual([port]);
  await ports.stopAccepting();
  await ports.close(0);
});
