import {
  request as httpRequest,
  createServer,
  type IncomingHttpHeaders,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { sessionCookie } from "@berth/api";
import { expect, test } from "vitest";
import { originPolicy } from "../http/origin-guard.ts";
import { createThreadFront } from "./thread-front.ts";

interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A thread's front whose gateway answers "here", and whose main thread "there". */
async function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  open = false,
): Promise<Told> {
  const answer = (response: Pick<ServerResponse, "end">, text: string) => void response.end(text);
  const front = createThreadFront({
    gateway: {
      handle: async (_request, response, { principal }) =>
        answer(response as ServerResponse, principal === undefined ? "here" : `here, ${principal.keyId}`),
    },
    policy: originPolicy("127.0.0.1", [], ["https://chat.example.org"]),
    open,
    toMain: (_request, response) => answer(response, "there"),
  });
  const server = createServer(front);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<Told>((resolve, reject) => {
      const asked = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (response) => {
        response.toArray().then((pieces: Buffer[]) => {
          const text = Buffer.concat(pieces).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        }, reject);
      });
      asked.on("error", reject).end();
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const session = { cookie: `${sessionCookie}=abc` };
const key = { authorization: "Bearer sk-berth-any" };

test.for<[string, string, Readonly<Record<string, string>>, string]>([
  ["POST", "/v1/chat/completions", key, "here"],
  ["POST", "/v1/messages?beta=true", {}, "here"],
  ["GET", "/api/tags", key, "here"],
  ["POST", "/v1/chat/completions", { ...key, ...session }, "here"],
  // sessions are known there
  ["POST", "/v1/chat/completions", session, "there"],
  // the queue is there, and its own calls
  ["POST", "/v1/chat/completions", { ...key, "x-berth-async": "true" }, "there"],
  ["POST", "/v1/chat/completions", { "x-berth-dispatch": "any" }, "there"],
  ["GET", "/", {}, "there"],
  ["GET", "/api/v1/keys", key, "there"],
  ["GET", "/metrics", key, "there"],
])("%s %s with %j is answered %s", async ([method, path, headers, expected]) => {
  expect((await ask(method, path, headers)).text).toBe(expected);
});

test("without authentication everybody is known here", async () => {
  expect((await ask("POST", "/v1/chat/completions", {}, true)).text).toBe("here, debug");
});

test.for([
  [{ host: "evil.example.org" }, "forbidden_host"],
  [{ origin: "https://evil.example.org" }, "forbidden_origin"],
] as const)("%j is refused", async ([headers, code]) => {
  const told = await ask("POST", "/v1/chat/completions", { ...key, ...headers });
  expect([told.status, JSON.parse(told.text)]).toMatchObject([403, { error: { code } }]);
});

test("a page of an allowed origin may send what official clients send", async () => {
  const asked = "authorization, x-stainless-lang, anthropic-version";
  const told = await ask("OPTIONS", "/v1/messages", {
    origin: "https://chat.example.org",
    "access-control-request-method": "POST",
    "access-control-request-headers": asked,
  });
  expect(told).toMatchObject({
    status: 204,
    headers: {
      "access-control-allow-origin": "https://chat.example.org",
      "access-control-allow-headers": asked,
    },
  });
  expect(told.headers["access-control-allow-credentials"]).toBeUndefined();
});
