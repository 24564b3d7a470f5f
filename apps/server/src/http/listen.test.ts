import { request, type ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { findUnshared, listen, loopbackUrl } from "./listen.ts";

/** A call on a connection that is kept open; resolves to the answer's text, rejects when it is broken off. */
function call(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const calling = request({ host: "127.0.0.1", port, headers: { connection: "keep-alive" } });
    calling.on("error", reject);
    calling.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    calling.end();
  });
}

/** A listener whose answers begin at once and end when they are told to. */
async function slowListener() {
  const { promise: begun, resolve: begin } = Promise.withResolvers<ServerResponse>();
  const listener = await listen("localhost", 0, (_, response) => {
    response.write("half, ");
    begin(response);
  });
  return { listener, begun };
}

test("closing lets an answer that is being written end, and waits for no kept connection", async () => {
  const { listener, begun } = await slowListener();
  const answer = call(listener.port);
  const response = await begun;
  const closed = listener.close(60_000);
  await expect(call(listener.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  response.end("whole");
  expect(await answer).toBe("half, whole");
  await closed;
});

test("closing breaks off what has not ended in time", async () => {
  const { listener, begun } = await slowListener();
  const answer = call(listener.port);
  await begun;
  await Promise.all([listener.close(20), expect(answer).rejects.toMatchObject({ code: "ECONNRESET" })]);
});

test("a taken port is told with who has it", async () => {
  const { listener } = await slowListener();
  await expect(listen("localhost", listener.port, () => undefined)).rejects.toMatchObject({
    code: "conflict",
    param: "BERTH_PORT",
    details: { port: listener.port, pid: process.pid },
  });
  await listener.close(0);
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:8000"],
  ["0.0.0.0", "http://127.0.0.1:8000"],
  ["::", "http://[::1]:8000"],
  ["::1", "http://[::1]:8000"],
  ["10.0.0.5", "http://10.0.0.5:8000"],
])("what listens on %s is reached from here at %s", (address, url) => {
  const nothing = { stopAccepting: () => undefined, close: () => Promise.resolve() };
  expect(loopbackUrl({ port: 8000, addresses: [address], ...nothing })).toBe(url);
});

test("a port that is shared is taken by each who shares it, and refused to others", async () => {
  const port = await findUnshared("127.0.0.1", 0);
  const share = () => listen("127.0.0.1", port, (_, response) => response.end(), { shared: true });
  const both = [await share(), await share()];
  // also to another server that would share its port
  await expect(findUnshared("127.0.0.1", port)).rejects.toMatchObject({ code: "conflict" });
  for (const listener of both) await listener.close(0);
});
