import { Agent, createServer, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { runnerHealthSchema, runnerSecretHeader } from "@berth/api";
import { openFront } from "./front.ts";

test("a request on a connection that the engine was just closing is sent again, on a new one", async () => {
  const answered = new Map<Socket, number>();
  const bodies: string[] = [];
  const engine = createServer((incoming, outgoing) => {
    const count = (answered.get(incoming.socket) ?? 0) + 1;
    answered.set(incoming.socket, count);
    // as if its patience with the idle connection had ended when the request was on its way
    if (count > 1) return void incoming.socket.destroy();
    let body = "";
    incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
    incoming.on("end", () => {
      bodies.push(body);
      outgoing.end(`answer ${bodies.length}`);
    });
  });
  engine.listen(0, "127.0.0.1");
  await once(engine, "listening");
  const connect = { host: "127.0.0.1", port: (engine.address() as AddressInfo).port };
  const agent = new Agent({ keepAlive: true });
  const target = { connect, agent, authorization: undefined, causeOfDeath: async () => undefined };
  const front = await openFront({
    host: "127.0.0.1",
    secret: "secret",
    gate: () => ({ kind: "open", engine: target }),
    health: async () => runnerHealthSchema.parse({}),
    now: Date.now,
  });

  const ask = async (body: string): Promise<string> => {
    const headers = { [runnerSecretHeader]: "secret" };
    const asking = request({ port: front.port, method: "POST", path: "/", headers, agent: false });
    asking.end(body);
    const [response] = (await once(asking, "response")) as [NodeJS.ReadableStream];
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return text;
  };
  expect(await ask("one")).toBe("answer 1");
  expect(await ask("two")).toBe("answer 2");
  expect(await ask("three")).toBe("answer 3");
  expect(bodies).toEqual(["one", "two", "three"]);
  expect(Math.max(...answered.values())).toBe(2);
  await front.close(0);
  agent.destroy();
  engine.close();
});
