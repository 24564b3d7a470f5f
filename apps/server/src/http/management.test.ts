import { type ClientRequest, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { Changes } from "@berth/control";
import { unbounded } from "@berth/gateway";
import type { Door } from "./authenticate.ts";
import { changeStream } from "./change-stream.ts";
import { roomsForBodies } from "./read-body.ts";
import { serveManagement, type ManagementOptions } from "./management.ts";

const mebibyte = 1024 * 1024;

const inferenceOnly = { keyId: "k", scopes: ["inference"], models: null, ...unbounded } as const;

const nobody: Door = {
  keys: { verify: () => undefined },
  sessions: { verify: async () => undefined },
  open: false,
};

/** The management API behind a real socket; nobody has a key or a session. */
async function startDoor(given: Partial<ManagementOptions> = {}) {
  const options: ManagementOptions = {
    handlers: {} as ManagementOptions["handlers"],
    sessions: {
      createSession: async (_, __, response) => void response.end(),
    } as ManagementOptions["sessions"],
    door: nobody,
    summarize: async () => (async function* () {})(),
    maxBodyBytes: 8 * mebibyte,
    maxUploadBytes: 16 * mebibyte,
    bodyRooms: roomsForBodies(16 * mebibyte),
    stopping: new AbortController().signal,
    onError: () => undefined,
    ...given,
  };
  const server = createServer((incoming, outgoing) => {
    void serveManagement(incoming, outgoing, incoming.url ?? "", new URLSearchParams(), "req-1", options);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    post: (path: string, body: string, headers: Record<string, string | number> = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        const call = request({
          port: (server.address() as AddressInfo).port,
          path,
          method: "POST",
          agent: false,
          headers: { "content-type": "application/json", ...headers },
        });
        call.on("error", reject);
        call.on("response", (response) => {
          response.resume();
          resolve(response.statusCode);
          call.on("error", () => undefined);
          call.destroy();
        });
        call.write(body);
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("a stranger's code is read, and nothing that could fill the memory", async () => {
  await using door = await startDoor();
  const code = JSON.stringify({ code: "AAAA-AAAA-AAAA" });
  expect(await door.post("/api/v1/session", code, { "content-length": code.length })).toBe(200);
  expect(await door.post("/api/v1/session", "{", { "content-length": mebibyte })).toBe(413);
  // without a length it is refused while it is still being sent
  expect(await door.post("/api/v1/session", `{"code":"${"A".repeat(5000)}`)).toBe(413);
});

test("a body is not waited for before the key is known", async () => {
  await using door = await startDoor();
  expect(await door.post("/api/v1/keys", "{", { "content-length": mebibyte })).toBe(401);
});

test("who sends too much is told so, although he still sends", async () => {
  await using door = await startDoor();
  const answer = await fetch(`http://127.0.0.1:${door.port}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "x".repeat(20 * mebibyte),
  });
  expect(answer.status).toBe(413);
});

test("who may call models may summarise, and do nothing else; a form is read, and refused when it is none", async () => {
  const seen: unknown[] = [];
  await using door = await startDoor({
    door: { ...nobody, keys: { verify: (key) => (key === "mine" ? inferenceOnly : undefined) } },
    summarize: async (body, caller) => {
      seen.push([body.model, body.parallel, await body.file?.[0]?.text(), caller.headers.authorization]);
      return (async function* () {
        yield "data: {}\n\n";
      })();
    },
  });
  const at = `http://127.0.0.1:${door.port}/api/v1`;
  const headers = { authorization: "Bearer mine" };
  const form = new FormData();
  form.set("model", "pilot");
  form.set("parallel", "3");
  form.append("file", new File(["Ships."], "a.txt"));
  const answer = await fetch(`${at}/summarize`, { method: "POST", headers, body: form });
  expect([answer.status, await answer.text(), seen]).toEqual([
    200,
    "data: {}\n\n",
    [["pilot", 3, "Ships.", "Bearer mine"]],
  ]);
  expect((await fetch(`${at}/summarize`, { method: "POST", body: form })).status).toBe(401);
  expect((await fetch(`${at}/keys`, { headers })).status).toBe(403);
  const torn = { ...headers, "content-type": "multipart/form-data; boundary=x" };
  expect((await fetch(`${at}/summarize`, { method: "POST", headers: torn, body: "--x\r\n" })).status).toBe(
    400,
  );
});

test("bodies that arrive slowly fill no memory: what finds no room is refused, and has it when they are gone", async () => {
  const bodyRooms = roomsForBodies(mebibyte);
  const admin = { ...inferenceOnly, keyId: "admin", scopes: ["admin"] } as const;
  await using door = await startDoor({
    bodyRooms,
    handlers: {
      getJobs: async () => ({ data: [] }),
      createKey: async () => ({}),
    } as unknown as ManagementOptions["handlers"],
    door: {
      ...nobody,
      keys: {
        verify: (keyId) =>
          keyId === "admin" ? admin : keyId.startsWith("key-") ? { ...inferenceOnly, keyId } : undefined,
      },
    },
  });
  const path = "/api/v1/jobs/batch";
  const headers = { "content-type": "application/json" };
  const small = 60_000;
  const large = 100_000;
  const begun: ClientRequest[] = [];
  /** Sends all of a body but its end. */
  const begin = async (keyId: string, bytes: number): Promise<void> => {
    const call = request({ port: door.port, path, method: "POST", agent: false });
    call.setHeader("authorization", `Bearer ${keyId}`).setHeader("content-type", "application/json");
    call.on("error", () => undefined);
    begun.push(call);
    await new Promise((resolve) => call.write(" ".repeat(bytes), resolve));
  };
  const status = async (
    keyId: string,
    bytes: number,
    to = path,
    body: object = { ids: ["a"] },
  ): Promise<number> => {
    const init = {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${keyId}` },
      body: JSON.stringify(body) + " ".repeat(bytes),
    };
    return (await fetch(`http://127.0.0.1:${door.port}${to}`, init)).status;
  };
  /** Until that key has room for a large one, or has none. */
  const until = async (hasRoom: boolean, keyId: string): Promise<void> => {
    for (;;) {
      const taken = bodyRooms.callers.take(large, keyId);
      // at once: what is looked for must not be in the way
      taken?.[Symbol.dispose]();
      if ((taken !== undefined) === hasRoom) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await begin("key-1", mebibyte - 1000);
  await until(false, "key-1");
  expect([await status("key-1", large), await status("key-2", large)]).toEqual([503, 200]);
  for (const keyId of ["key-2", "key-3", "key-4"]) await begin(keyId, mebibyte - 500);
  await until(false, "key-5");
  expect([await status("key-5", large), await status("key-5", small), await status("key-1", small)]).toEqual([
    503, 200, 200,
  ]);
  // who manages the server is held up by no caller
  expect(await status("admin", large, "/api/v1/keys", { name: "ci", scopes: ["inference"] })).toBe(201);
  expect(await status("nobody", 0, "/api/v1/session", { code: "x".repeat(40) })).toBe(200);
  for (const call of begun) call.destroy();
  for (const keyId of ["key-1", "key-5"]) await until(true, keyId);
  expect([await status("key-1", large), await status("key-5", large)]).toEqual([200, 200]);
});

test("a body that a call may have is read when there is one", async () => {
  const asked: unknown[] = [];
  await using door = await startDoor({
    handlers: {
      restartService: async ({ body }: { body: unknown }) => ({ asked: asked.push(body) }),
    } as unknown as ManagementOptions["handlers"],
    door: { ...nobody, open: true },
  });
  const restart = async (body?: object) => {
    const headers = { "content-type": "application/json" };
    const init = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const url = `http://127.0.0.1:${door.port}/api/v1/services/pilot/restart`;
    return (await fetch(url, { method: "POST", ...init })).status;
  };
  const change = { options: { lora: [{ path: "/a.gguf", scale: 1 }] } };
  expect([await restart(), await restart(change), await restart({ options: { parallel: 2 } })]).toEqual([
    202, 202, 400,
  ]);
  expect(asked).toEqual([undefined, change]);
});

test("a stream ends, whole, when the server stops", async () => {
  const stopping = new AbortController();
  await using door = await startDoor({
    stopping: stopping.signal,
    handlers: {
      streamEvents: async (_: unknown, { signal }: { signal: AbortSignal }) =>
        changeStream(new Changes(), signal),
    } as unknown as ManagementOptions["handlers"],
    door: { ...nobody, open: true },
  });
  const answer = await fetch(`http://127.0.0.1:${door.port}/api/v1/events`);
  stopping.abort(new Error("the server stops"));
  expect(await answer.text()).toBe(": connected\n\n");
});
