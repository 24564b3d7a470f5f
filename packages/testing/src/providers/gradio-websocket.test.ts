import { request } from "node:http";
import { expect, test } from "vitest";
import { type GradioDouble, startGradioDouble } from "./gradio-double.ts";

/** What the server says to a client that answers as Gradio's own does, and the code it closes with. */
function talk(double: GradioDouble, data: readonly unknown[]): Promise<{ said: unknown[]; code: number }> {
  const said: { msg: string }[] = [];
  const socket = new WebSocket(`${double.url.replace("http", "ws")}/queue/join`);
  const { promise, resolve } = Promise.withResolvers<{ said: unknown[]; code: number }>();
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(String(event.data)) as { msg: string };
    said.push(message);
    const hash = { fn_index: 1, session_hash: "s" };
    if (message.msg === "send_hash") socket.send(JSON.stringify(hash));
    if (message.msg === "send_data") socket.send(JSON.stringify({ ...hash, data, event_data: null }));
  });
  socket.addEventListener("close", (event) => resolve({ said, code: event.code }));
  return promise;
}

test("the websocket asks for the hash, then for the inputs, and says every answer whole", async () => {
  await using double = await startGradioDouble({ version: "3.50.2" });
  const { said, code } = await talk(double, ["ä".repeat(100), null]);
  const output = { is_generating: true, duration: 0.02, average_duration: 0.02 };
  const whole = { ...output, data: [`echo: ${"ä".repeat(100)}`, null] };
  expect(said).toEqual([
    { msg: "send_hash" },
    expect.objectContaining({ msg: "estimation", rank: 0, queue_size: 1 }),
    { msg: "send_data" },
    { msg: "process_starts" },
    { msg: "process_generating", output: { ...output, data: ["echo:", null] }, success: true },
    { msg: "process_generating", output: whole, success: true },
    { msg: "process_completed", output: whole, success: true },
  ]);
  expect(code).toBe(1000);
  expect(double.received).toHaveLength(1);
  expect(double.socketMessages).toMatchObject([{ session_hash: "s" }, { event_data: null }]);
});

test.each([
  ["a full queue", { kind: "queue_full" }, "queue_full", 1000],
  ["an error midway", { kind: "error", afterPieces: 1, message: "no" }, "process_completed", 1000],
  ["a broken connection", { kind: "reset", afterPieces: 1 }, "process_generating", 1006],
] as const)("%s ends the websocket", async (_, fault, last, code) => {
  await using double = await startGradioDouble({ version: "3.50.2", fault: () => fault });
  const got = await talk(double, ["a b", null]);
  expect(got.said.at(-1)).toMatchObject({ msg: last });
  expect(got.code).toBe(code);
});

test("whoever has no cookie is refused before the handshake", async () => {
  await using double = await startGradioDouble({
    version: "3.50.2",
    login: { username: "u", password: "p" },
  });
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const status = await new Promise((resolve) => {
    request(`${double.url}/queue/join`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end();
  });
  expect(status).toBe(403);
});
