import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { sendRaw } from "./send-raw.ts";

const mebibyte = 1024 * 1024;

/** Serves pieces of a MiB at every path, and says what came of each request. */
async function serving(pieces: (returned: () => void) => AsyncGenerator<Uint8Array>) {
  const clock = new FakeClock();
  const served: Promise<unknown>[] = [];
  let returned = 0;
  const server = createServer((_, response) => {
    const body = pieces(() => (returned += 1));
    const raw = { contentType: "text/x", headers: { "content-length": String(32 * mebibyte) }, body };
    served.push(
      sendRaw(response, 200, raw, clock).catch((error: unknown) => {
        response.destroy();
        return error;
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    clock,
    served,
    url: `http://127.0.0.1:${port}/`,
    /** Asks, and reads nothing. */
    ask: () => {
      const socket = connect(port, "127.0.0.1").pause();
      socket.on("error", () => undefined);
      socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
      return socket;
    },
    returned: () => returned,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function* whole(returned: () => void, told: () => void = () => undefined) {
  try {
    for (let count = 0; count < 32; count += 1) {
      told();
      yield Buffer.alloc(mebibyte, "x");
    }
  } finally {
    returned();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

test("all of it is sent", async () => {
  await using given = await serving(whole);
  const answer = await fetch(given.url);
  expect((await answer.arrayBuffer()).byteLength).toBe(32 * mebibyte);
  await Promise.all(given.served);
  expect(given.returned()).toBe(1);
});

test("who takes nothing is sent no more than fits on the way, and is broken off after five minutes", async () => {
  let told = 0;
  await using given = await serving((returned) => whole(returned, () => (told += 1)));
  const socket = given.ask();
  await until(() => given.clock.sleeping === 1);
  expect(told).toBeLessThan(32);
  // it may be that the machine takes a little more first
  while (given.returned() === 0) await given.clock.advance(300_000);
  await given.served[0];
  expect(told).toBeLessThan(32);
  socket.destroy();
});

test("HEAD gets the headers alone", async () => {
  await using given = await serving(whole);
  const answer = await fetch(given.url, { method: "HEAD" });
  expect(answer.headers.get("content-length")).toBe(String(32 * mebibyte));
  await Promise.all(given.served);
  expect(given.returned()).toBe(1);
});

test("what is gone midway breaks the transfer off", async () => {
  await using given = await serving(async function* () {
    yield Buffer.alloc(mebibyte);
    throw new Error("it is gone");
  });
  const answer = await fetch(given.url);
  await expect(answer.arrayBuffer()).rejects.toThrow();
  expect(await given.served[0]).toMatchObject({ message: "it is gone" });
});
