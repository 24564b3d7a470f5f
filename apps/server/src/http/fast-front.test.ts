import { connect } from "node:net";
import type { Gateway } from "@berth/gateway";
import { expect, test } from "vitest";
import { createThreadFront } from "../workers/thread-front.ts";
import { createFastFront, openedFront } from "./fast-front.ts";
import { listen } from "./listen.ts";
import { originPolicy } from "./origin-guard.ts";

const policy = originPolicy("127.0.0.1", ["berth.example"], ["https://chat.example"]);

interface Handled {
  readonly isFast: boolean;
  readonly keyId: string | undefined;
}

/** Whom a request with these lines reaches, and with what status it is answered otherwise. */
async function reached(
  hasFast: boolean,
  lines: readonly string[],
  { open = false, path = "/v1/chat/completions", ready = Promise.resolve() } = {},
): Promise<{ readonly status: string | undefined; readonly handled: readonly Handled[] }> {
  const handled: Handled[] = [];
  const gateway: Pick<Gateway, "handle"> = {
    handle: (request, response, { principal }) => {
      handled.push({ isFast: "wholeBody" in request, keyId: principal?.keyId });
      response.writeHead(200, ["content-length", "0"]);
      response.end();
      return Promise.resolve();
    },
  };
  const front = createThreadFront({
    gateway,
    policy,
    open,
    toMain: (_, response) => void response.writeHead(299).end(),
  });
  const fast = openedFront(createFastFront({ gateway, policy, open }), ready);
  const listener = await listen("127.0.0.1", 0, front, hasFast ? { fast } : {});
  const status = await new Promise<string | undefined>((resolve) => {
    let heard = "";
    const client = connect(listener.port, "127.0.0.1");
    client.on("data", (piece: Buffer) => (heard += piece.toString("latin1")));
    client.on("close", () => resolve(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1]));
    const head = [`POST ${path} HTTP/1.1`, ...lines, "connection: close", "content-length: 2"];
    client.write(`${head.join("\r\n")}\r\n\r\n{}`);
  });
  await listener.close(0);
  return { status, handled };
}

const host = "host: localhost";
const key = "authorization: Bearer sk-berth-x";

test.each<[fact: string, lines: readonly string[], isFast: boolean, status: string]>([
  ["a program", [host, key], true, "200"],
  ["a program without a key", [host], true, "200"],
  ["a program by a name of ours", ["host: Berth.Example:8000", key], true, "200"],
  ["a program by a name that is not ours", ["host: evil.example", key], false, "403"],
  ["a program by a name that begins as ours", ["host: localhost.evil.example", key], false, "403"],
  ["a program by a name with somebody before it", ["host: localhost@evil.example", key], false, "403"],
  ["a program without a name", ["host:", key], false, "403"],
  ["a page of ours", [host, "origin: http://localhost"], false, "200"],
  ["a page that may call", [host, key, "origin: https://chat.example"], false, "200"],
  ["a page that may not call", [host, key, "origin: https://evil.example"], false, "403"],
  ["a page of nowhere", [host, key, "origin: null"], false, "403"],
  ["a page with an empty origin", [host, key, "origin:"], false, "403"],
  ["another site's page that hides its origin", [host, "sec-fetch-site: cross-site"], false, "403"],
  ["a page of ours that hides its origin", [host, "sec-fetch-site: same-origin"], true, "200"],
  ["a browser with a cookie", [host, key, "cookie: a=b"], false, "200"],
  ["a browser with a session", [host, "cookie: berth_session=abc"], false, "299"],
  ["a call that is to be queued", [host, key, "x-berth-async: true"], false, "299"],
  ["who says to be the dispatcher", [host, "x-berth-dispatch: any"], false, "299"],
])("%s meets the same guard on the fast way", async (_fact, lines, isFast, status) => {
  for (const open of [false, true]) {
    const keyId = open ? "debug" : undefined;
    const usual = await reached(false, lines, { open });
    expect(usual).toEqual({ status, handled: status === "200" ? [{ isFast: false, keyId }] : [] });
    expect(await reached(true, lines, { open })).toEqual({
      status,
      handled: status === "200" ? [{ isFast, keyId }] : [],
    });
  }
});

test.each([
  "/v1/models",
  "/v1/audio/transcriptions",
  "/v1/chat/completions/",
  "/v1/chat%2fcompletions",
  "/v1/../api/v1/keys",
  "/api/v1/keys",
  "/",
])("%s is not for the fast way", async (path) => {
  const usual = await reached(false, [host, key], { path });
  expect(await reached(true, [host, key], { path })).toEqual(usual);
});

test("nobody goes the fast way before the server is ready", async () => {
  const never = new Promise<void>(() => undefined);
  const { handled } = await reached(true, [host, key], { ready: never });
  expect(handled).toEqual([{ isFast: false, keyId: undefined }]);
});
