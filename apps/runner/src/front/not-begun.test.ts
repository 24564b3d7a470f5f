import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { notBegunHeader, runnerHealthSchema, runnerSecretHeader } from "@berth/api";
import { expect, test } from "vitest";
import { openFront, type Gate } from "./front.ts";

/** What a front behind that gate answers: its status, and whether it says that its engine has seen nothing. */
async function asked(gate: Gate): Promise<readonly [number | undefined, boolean]> {
  const front = await openFront({
    host: "127.0.0.1",
    secret: "secret",
    gate: () => gate,
    health: async () => runnerHealthSchema.parse({}),
    now: Date.now,
  });
  const headers = { [runnerSecretHeader]: "secret" };
  const asking = request({ port: front.port, method: "POST", path: "/", headers, agent: false });
  asking.end("{}");
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "close");
  await front.close(0);
  return [response.statusCode, response.headers[notBegunHeader] !== undefined];
}

async function behind(
  listener: RequestListener | undefined,
): Promise<readonly [number | undefined, boolean]> {
  const engine = createServer(listener);
  engine.listen(0, "127.0.0.1");
  await once(engine, "listening");
  const connect = { host: "127.0.0.1", port: (engine.address() as AddressInfo).port };
  const close = (): Promise<void> => new Promise((resolve) => engine.close(() => resolve()));
  if (listener === undefined) await close();
  const target = {
    connect,
    agent: new Agent(),
    authorization: undefined,
    causeOfDeath: async () => undefined,
  };
  const told = await asked({ kind: "open", engine: target });
  if (listener !== undefined) await close();
  return told;
}

test.each<[Gate, number]>([
  [{ kind: "closed", reason: "it is starting" }, 503],
  [{ kind: "draining" }, 503],
  [{ kind: "dead", reason: "it has ended" }, 502],
])("who is refused at the gate hears that nothing has reached the engine: %j", async (gate, status) => {
  expect(await asked(gate)).toEqual([status, true]);
});

test("and so does who finds that nothing listens there", async () => {
  expect(await behind(undefined)).toEqual([502, true]);
});

test("who is broken off does not", async () => {
  expect(await behind((incoming) => incoming.socket.destroy())).toEqual([502, false]);
});

test("an engine that says so itself is not believed", async () => {
  expect(
    await behind((_incoming, outgoing) => outgoing.writeHead(503, { [notBegunHeader]: "true" }).end()),
  ).toEqual([503, false]);
});
