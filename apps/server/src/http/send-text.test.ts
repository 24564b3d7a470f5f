import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { sendText } from "./send-text.ts";

/** Serves the chunks at every path; resolves to its port. */
async function startServer(chunks: () => AsyncIterable<string>) {
  const served: Promise<void>[] = [];
  const server = createServer((_, response) => void served.push(sendText(response, "text", chunks())));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    served,
    server,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("HEAD gets the headers alone, and nothing is begun", async () => {
  let begun = 0;
  await using serving = await startServer(async function* () {
    begun += 1;
    yield "text";
  });
  const response = await fetch(`http://127.0.0.1:${serving.port}/`, { method: "HEAD" });
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  await Promise.all(serving.served);
  expect(begun).toBe(0);
});

test("a reader who takes little at a time leaves no listeners behind", async () => {
  const counts: number[] = [];
  await using serving = await startServer(async function* () {
    for (let i = 0; i < 40; i += 1) yield "x".repeat(256 * 1024);
  });
  serving.server.on("request", (_, response) =>
    response.on("drain", () => counts.push(response.listenerCount("close"))),
  );
  const response = await fetch(`http://127.0.0.1:${serving.port}/`);
  expect((await response.text()).length).toBe(40 * 256 * 1024);
  expect(counts.length).toBeGreaterThan(5);
  expect(Math.max(...counts)).toBeLessThan(8);
});

test("a reader who leaves while nothing can be sent ends the sending", async () => {
  let ended = false;
  await using serving = await startServer(async function* () {
    try {
      for (;;) yield "x".repeat(1024 * 1024);
    } finally {
      ended = true;
    }
  });
  const socket = connect(serving.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await once(socket, "readable");
  socket.destroy();
  await serving.served[0];
  expect(ended).toBe(true);
});
