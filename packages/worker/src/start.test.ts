import { expect, test } from "vitest";
import { logger } from "./logger.ts";
import { start } from "./start.ts";
import { httpServer } from "./test/http-server.ts";

// what it says of itself is not this test's
logger.setLevel("error");

test("it listens where it is told, answers, and ends when it is stopped", async () => {
  const worker = start({ handler: ({ input }: { readonly input: number }) => input * 2, port: 0 });
  const url = `http://127.0.0.1:${await worker.port}`;
  expect(await (await fetch(`${url}/predict`, { method: "POST", body: "21" })).json()).toBe(42);
  await worker.stop();
  await expect(fetch(url)).rejects.toThrow();
});

test("in proxy mode it passes on what comes, once the server has started", async () => {
  await using server = await httpServer((request, response) => void response.end(request.url));
  const started = Promise.withResolvers<boolean>();
  const worker = start({ mode: "proxy", baseUrl: server.url, checkStart: () => started.promise, port: 0 });
  const url = `http://127.0.0.1:${await worker.port}`;
  expect((await fetch(`${url}/api/tags`)).status).toBe(503);
  started.resolve(true);
  // it hears of the start a moment later
  await expect.poll(async () => (await fetch(`${url}/api/tags`)).text()).toBe("/api/tags");
  await worker.stop();
});

test("a port that is taken rejects", async () => {
  await using taken = await httpServer(() => undefined);
  const worker = start({ handler: () => 1, port: taken.port });
  await expect(worker.ended).rejects.toThrow("EADDRINUSE");
  await expect(worker.port).rejects.toThrow("EADDRINUSE");
});

test.each([
  ["no function", { handler: 1 }, "give a function"],
  ["no address", { mode: "proxy", baseUrl: "there", checkStart: () => true }, "no http address"],
  ["no check", { mode: "proxy", baseUrl: "http://there" }, "checkStart"],
])("%s is refused at once", (_, options, words) => {
  expect(() => start({ ...(options as unknown as Parameters<typeof start>[0]), port: 0 })).toThrow(words);
});
